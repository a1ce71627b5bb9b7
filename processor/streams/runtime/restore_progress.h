// How far the restores of this instance are. Stands between the changelog readers and the application's own listener.
// Any thread; a lock a batch of restored records.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/base/clock.h"
#include "processor/streams/base/sensor.h"
#include "processor/streams/changelog/changelog_reader.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

struct RestoreStatus {
    TaskId task;
    std::string store;
    TopicPartition changelog;
    Offset from{0};
    Offset reached{0};
    Offset end{0};
    std::int64_t records = 0;  // in this restore
    bool done = false;
    [[nodiscard]] std::int64_t remaining() const {
        return done ? 0 : std::max<std::int64_t>(end.value() - reached.value(), 0);
    }
};

class RestoreProgress final : public StateRestoreListener {
  public:
    // `next` may be null, otherwise it outlives this; what it throws is logged.
    RestoreProgress(const std::vector<SubtopologyInfo>& subtopologies, const Clock& clock, StateRestoreListener* next,
                    std::shared_ptr<spdlog::logger> logger);

    void on_restore_start(const TopicPartition& changelog, const std::string& store, Offset from, Offset end) override;
    void on_batch_restored(const TopicPartition& changelog, const std::string& store, Offset reached,
                           std::int64_t records) override;
    void on_restore_end(const TopicPartition& changelog, const std::string& store, std::int64_t records) override;

    // Of every store that was restored since the start, its last restore.
    [[nodiscard]] std::vector<RestoreStatus> stores() const;
    // Records restored by each task since the start.
    struct TaskRestore {
        std::int64_t total = 0;
        std::int64_t remaining = 0;
        double rate = 0;
    };
    [[nodiscard]] std::map<TaskId, TaskRestore> tasks() const;

  private:
    [[nodiscard]] RestoreStatus& entry(const TopicPartition& changelog, const std::string& store);

    std::map<std::string, std::int32_t> subtopology_of_store_;
    const Clock& clock_;
    StateRestoreListener* next_;
    std::shared_ptr<spdlog::logger> logger_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::pair<TaskId, std::string>, RestoreStatus> stores_;
    std::map<TaskId, Sensor> restored_;
};

}  // namespace matchpoint::streams
