// The standbys of an instance: storages of tasks that run elsewhere, kept up to date from their changelogs, so that
// whoever gets such a task has only the tail to replay. A standby has its task's directory and lock; a stream thread
// that is assigned the task takes both over, storage open.
//
//     follow()  ------>  FOLLOWED  --- take() ---> the stream thread's
//     (housekeeper)          |
//                            +------ follow() without it ---> closed; the directory goes after state.cleanup.delay.ms
//
// follow() and raise_limits() are for the housekeeper, take() for stream threads; they exclude each other. What the
// store of a source topic may read is limited to what the group has processed of it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/changelog/changelog_reader.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/runtime/state_directory.h"
#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/runtime/task_board.h"
#include "processor/streams/state/store_memory.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

// All outlive the standbys; `listener` may be null.
struct StandbyParts {
    const StreamsConfig& config;
    const std::vector<SubtopologyInfo>& subtopologies;
    StateDirectory& directory;
    std::shared_ptr<state::StoreMemory> memory;
    TaskBoard& board;
    std::shared_ptr<spdlog::logger> logger;
    StandbyUpdateListener* listener = nullptr;
};

class StandbyTasks {
  public:
    explicit StandbyTasks(StandbyParts parts);
    ~StandbyTasks();  // closes all, what was read made durable

    // Keeps standbys of `wanted` and of no other task. Those that are `ours` now are left to the stream threads to
    // take. False if some could not be opened yet: call it again.
    [[nodiscard]] bool follow(const std::set<TaskId>& wanted, const std::set<TaskId>& ours);
    // One has failed since: call follow() again.
    [[nodiscard]] bool failed();
    // Asks what the group has processed; cheap if no standby has need of it.
    void raise_limits();

    // The task's storage and, with it, the lock of its directory; null if there is no such standby.
    [[nodiscard]] std::unique_ptr<state::TaskStorage> take(TaskId task);

  private:
    using SuspendReason = StandbyUpdateListener::SuspendReason;
    struct Standby {
        const SubtopologyInfo* info = nullptr;
        std::unique_ptr<state::TaskStorage> storage;
    };
    struct Failure {
        TaskId task;
        bool corrupted = false;
    };

    [[nodiscard]] const SubtopologyInfo* info_of(TaskId task) const;
    [[nodiscard]] bool open(TaskId task);
    void close(TaskId task, SuspendReason reason);
    void tell_suspended(TaskId task, const Standby& standby, SuspendReason reason);
    void drop_failed();
    void post();

    StandbyParts parts_;
    std::mutex mutex_;  // guards what follows
    std::map<TaskId, Standby> standbys_;
    std::unique_ptr<kafka::Consumer> group_;  // never joins: asks for offsets; made when needed

    std::mutex failures_mutex_;  // guards failures_: the reader's thread adds to it
    std::vector<Failure> failures_;
    std::unique_ptr<ChangelogReader> reader_;  // last: its thread ends first
};

}  // namespace matchpoint::streams
