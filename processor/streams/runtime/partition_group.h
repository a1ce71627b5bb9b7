// The records a task has fetched and not processed yet: a queue a partition, given out lowest timestamp first.
// Task's thread only.
//
// Stream time is the highest timestamp given out so far, partition time the same of one partition. A partition whose
// queue is empty has no say in the order, so it is waited for as max.task.idle.ms says (KIP-695):
//
//     -1    never
//     0     until all that its log is known to hold has come; not for what may yet be written
//     > 0   and then so long for more to be written
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/kafka/message.h"
#include "processor/streams/runtime/log_ends.h"
#include "processor/streams/topology/node.h"
#include "processor/streams/topology/record.h"

namespace matchpoint::streams {

class RecordQueue {
  public:
    RecordQueue(TopicPartition partition, SourceNode& source) : partition_(std::move(partition)), source_(source) {}

    // A record whose timestamp the extractor refuses is skipped when it reaches the head; `skipped` counts it.
    void add(kafka::Message message);
    [[nodiscard]] bool empty() const { return records_.empty(); }
    [[nodiscard]] std::size_t size() const { return records_.size(); }
    [[nodiscard]] Timestamp head_timestamp() const { return records_.front().timestamp; }

    struct Entry {
        kafka::Message message;
        Timestamp timestamp;
    };
    // Advances position().
    [[nodiscard]] Entry pop();
    // What was popped could be read: advances partition_time().
    void note_read(Timestamp timestamp) { partition_time_ = std::max(partition_time_, timestamp); }

    [[nodiscard]] const TopicPartition& partition() const { return partition_; }
    [[nodiscard]] SourceNode& source() const { return source_; }
    // The next record to process.
    [[nodiscard]] Offset position() const { return position_; }
    [[nodiscard]] Timestamp partition_time() const { return partition_time_; }
    void start_at(Offset position, Timestamp partition_time) {
        position_ = position;
        partition_time_ = partition_time;
    }
    [[nodiscard]] std::int64_t skipped() const { return skipped_; }

    // Whether, empty, it may be passed over at `now_ns`.
    [[nodiscard]] bool waited_for(std::int64_t now_ns, std::chrono::nanoseconds max_idle, const LogEnds& ends);
    void stop_waiting() { idle_until_ns_ = kNotIdle; }

  private:
    static constexpr std::int64_t kNotIdle = -1;

    TopicPartition partition_;
    SourceNode& source_;
    std::deque<Entry> records_;
    Offset position_ = kNoOffset;
    Offset skipped_to_ = kNoOffset;
    Timestamp partition_time_ = kNoTimestamp;
    Timestamp fetched_time_ = kNoTimestamp;
    std::int64_t skipped_ = 0;
    bool at_log_end_ = false;  // as of the last time somebody asked; until the next record comes
    std::int64_t idle_until_ns_ = kNotIdle;
};

class PartitionGroup {
  public:
    void add_partition(TopicPartition partition, SourceNode& source);
    [[nodiscard]] std::vector<std::unique_ptr<RecordQueue>>& queues() { return queues_; }
    [[nodiscard]] const std::vector<std::unique_ptr<RecordQueue>>& queues() const { return queues_; }
    // nullptr if the partition is not of this group.
    [[nodiscard]] RecordQueue* find(std::string_view topic, Partition partition);

    // The queue whose head has the lowest timestamp; nullptr if all are empty.
    [[nodiscard]] RecordQueue* next();
    // May next() be processed, or is an empty queue waited for?
    enum class Readiness : std::uint8_t {
        kWaiting,
        kReady,
        kEnforced  // ready, although a queue is empty
    };
    [[nodiscard]] Readiness ready(std::int64_t now_ns, std::chrono::milliseconds max_idle, const LogEnds& ends);
    [[nodiscard]] std::size_t buffered() const;
    [[nodiscard]] Timestamp stream_time() const { return stream_time_; }
    void advance_stream_time(Timestamp to) { stream_time_ = std::max(stream_time_, to); }

  private:
    std::vector<std::unique_ptr<RecordQueue>> queues_;
    Timestamp stream_time_ = kNoTimestamp;
};

}  // namespace matchpoint::streams
