// The reading half of a changelog: brings the stores of tasks up to date from Kafka on a thread and a consumer of its
// own, so that a long restore never keeps a stream thread from polling its group. One reader a stream thread. The
// public calls may come from any thread; the listeners are called on the reader's thread and must not block.
//
// A store is restored from the offset it holds to the end that the last committed transaction reached. That end is
// committed with the group's offsets (runtime/commit_metadata.h), so an open transaction that a dead predecessor left
// behind is not waited for, and markers that are still being written are. While a store is being restored nobody
// else may touch it.
//
//     add() ------> RESTORING ---> on_restored(task)       remove() at any time; returns once the task is let go
//     follow() ---> FOLLOWED
//
// A followed store is a standby's: it is kept up to date with what is committed for as long as it is not removed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/state/task_storage.h"
#include "processor/streams/topology/store_spec.h"

namespace matchpoint::streams {

// Progress of one store; calls come from the reader's thread.
class StateRestoreListener {
  public:
    virtual ~StateRestoreListener() = default;
    virtual void on_restore_start(const TopicPartition& changelog, const std::string& store, Offset from,
                                  Offset end) = 0;
    virtual void on_batch_restored(const TopicPartition& changelog, const std::string& store, Offset reached,
                                   std::int64_t records) = 0;
    virtual void on_restore_end(const TopicPartition& changelog, const std::string& store, std::int64_t records) = 0;
};

// The same of standbys, as Kafka Streams' listener of this name.
class StandbyUpdateListener {
  public:
    enum class SuspendReason : std::uint8_t { kPromoted, kMigrated };

    virtual ~StandbyUpdateListener() = default;
    virtual void on_update_start(const TopicPartition& changelog, const std::string& store, Offset from) = 0;
    // `end`: that of the changelog as far as it is known, so end - reached is how far the standby is behind.
    virtual void on_batch_loaded(const TopicPartition& changelog, const std::string& store, TaskId task, Offset reached,
                                 std::int64_t records, Offset end) = 0;
    // The task runs here from now on, or it is no standby any more. On the thread that takes or closes it.
    virtual void on_update_suspended(const TopicPartition& changelog, const std::string& store, Offset reached,
                                     SuspendReason reason) = 0;
};

// A store to restore.
struct StoreRestore {
    const StoreSpec* spec = nullptr;  // outlives the restore
    TopicPartition changelog;
    // Where to stop; empty: the topic's end as the restore begins. Followed: what must not be read yet; empty: nothing.
    std::optional<Offset> end;
};

class ChangelogReader {
  public:
    struct Callbacks {
        std::function<void(TaskId)> on_restored;
        // `corrupted`: the storage cannot be trusted; wipe it.
        std::function<void(TaskId, std::string error, bool corrupted)> on_failed;
    };

    // `client`: how to reach Kafka; `consumer`: that and the settings of a consumer without group, isolation as the
    // application's guarantee asks. The listeners may be null.
    struct Listeners {
        StateRestoreListener* restore = nullptr;
        StandbyUpdateListener* standby = nullptr;
    };
    ChangelogReader(const kafka::KafkaConfig& client, kafka::KafkaConfig consumer,
                    std::shared_ptr<spdlog::logger> logger, Listeners listeners, Callbacks callbacks);
    ~ChangelogReader();  // stops; tasks not finished are let go
    ChangelogReader(const ChangelogReader&) = delete;
    ChangelogReader& operator=(const ChangelogReader&) = delete;

    // `storage` outlives the restore: until on_restored, on_failed or remove().
    void add(TaskId task, state::TaskStorage& storage, std::vector<StoreRestore> stores);
    // The same for a standby.
    void follow(TaskId task, state::TaskStorage& storage, std::vector<StoreRestore> stores);
    // Of a store followed: it may now be read up to here.
    void raise_limit(const TopicPartition& changelog, Offset end);
    // Lets go of a task, what a followed one has read made durable; a no-op if it is not here. After it no callback
    // tells of the task; so none may wait for a thread that removes.
    void remove(TaskId task);
    // Before the end: a restore that has still to ask Kafka for something fails instead, so that remove() waits for one
    // request at most.
    void hurry();

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace matchpoint::streams
