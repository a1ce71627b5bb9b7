// Commits transactions on a thread of its own, one at a time, while the stream thread works on the next.
//
//     stream thread                          committer
//     submit(job)            ------------>   drain the producer               (records are in the log)
//     drained()              <------------
//                                            offsets into the transaction, commit
//                                            apply the sealed writes to the stores
//     take_outcome()         <------------
//
// The calls are the stream thread's. `wake` is called on the committer's thread after each step.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "processor/streams/kafka/group_metadata.h"
#include "processor/streams/runtime/commit_metadata.h"
#include "processor/streams/runtime/producer_slot.h"
#include "processor/streams/state/task_storage.h"

namespace matchpoint::streams {

// A store whose changelog the transaction reaches into: either a topic written (by handle), or a source topic read.
struct StoreCommit {
    std::string store;
    TopicPartition changelog;
    std::int32_t topic_handle = -1;  // written: the end is what was acknowledged
    Offset reached = kNoOffset;      // read: the position; written: the last known end, moved on by the commit
};

// What one task has in the transaction. Lives until the outcome was taken.
struct TaskCommit {
    TaskId task;
    state::TaskStorage* storage = nullptr;  // null: the task has no stores
    std::vector<StoreCommit> stores;
    std::vector<kafka::PartitionOffset> offsets;  // the first one carries the task's metadata
    Timestamp partition_time = kNoTimestamp;
};

struct CommitJob {
    ProducerSlot* slot = nullptr;
    bool transactional = true;
    std::vector<TaskCommit> tasks;
    // Asked for when the offsets are sent: a rebalance that took nothing from us may have moved the generation on
    // since.
    std::function<kafka::GroupMetadata()> group;
    std::chrono::milliseconds timeout{0};
};

struct CommitOutcome {
    CommitJob job;                           // with `reached` of each store brought up to date
    kafka::MaybeError kafka_error;           // nothing of the transaction may be considered committed
    std::optional<std::string> store_error;  // committed in Kafka, but a store did not take it
    std::optional<TaskId> corrupted;         // because this task's state is damaged
};

class Committer {
  public:
    explicit Committer(std::function<void()> wake);
    ~Committer();  // waits for a commit under way
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    // There must be none under way.
    void submit(CommitJob job);
    [[nodiscard]] bool busy() const { return busy_; }
    // The records of the job under way are in the log.
    [[nodiscard]] bool drained() const { return drained_.load(std::memory_order_acquire); }
    [[nodiscard]] std::optional<CommitOutcome> take_outcome();
    // Blocks until the job under way has ended, or the time is up; the outcome is left to take_outcome().
    void wait_progress(std::chrono::milliseconds timeout);
    // Blocks until the job under way has ended.
    [[nodiscard]] CommitOutcome wait_outcome();

  private:
    void run();
    CommitOutcome commit(CommitJob job);
    [[nodiscard]] kafka::MaybeError commit_to_kafka(CommitJob& job);
    static void collect_ends(CommitJob& job);

    std::function<void()> wake_;
    bool busy_ = false;  // stream thread's
    std::atomic<bool> drained_{false};
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::optional<CommitJob> job_;
    std::optional<CommitOutcome> outcome_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace matchpoint::streams
