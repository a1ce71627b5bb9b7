// What the consumer group has committed of the inputs of one thread's tasks: read when a task is made, and under
// at-least-once written after each commit, as often as it takes (a transaction carries its offsets itself). Stream
// thread only; what it is given outlives it. Errors that a later call may not meet are thrown as retriable
// KafkaExceptions.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/base/clock.h"
#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/call_limit.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/runtime/committer.h"
#include "processor/streams/runtime/repartition_purge.h"
#include "processor/streams/runtime/stream_task.h"
#include "processor/streams/runtime/streams_config.h"

namespace matchpoint::streams {

class GroupOffsets {
  public:
    struct Parts {
        std::string thread;
        const StreamsConfig& config;
        const std::vector<SubtopologyInfo>& subtopologies;
        kafka::Consumer& consumer;
        kafka::Admin& admin;
        RepartitionPurge& purge;
        const Clock& clock;
        std::shared_ptr<spdlog::logger> logger;
        std::shared_ptr<const kafka::CallLimit> limit;
    };
    explicit GroupOffsets(Parts parts) : parts_(std::move(parts)) {}

    // Where a task goes on with a partition, and how far its stores' changelogs reach there.
    struct Start {
        InputStart input;
        std::map<std::string, Offset> changelog_ends;
    };
    // One for each partition. Blocks, for some seconds, while a transaction holds offsets of these partitions: until it
    // has ended, nobody knows where to go on. What has to be waited for longer is told in the log.
    [[nodiscard]] std::map<TopicPartition, Start> starts(const std::vector<TopicPartition>& partitions);

    // At-least-once: the records are written and the stores have them; only the group has to learn it, now or later.
    void commit(std::vector<TaskCommit>& commits);
    void try_again_if_due();
    // Tries for a while: partitions are about to go to another member.
    void settle();
    void forget(const std::vector<TopicPartition>& inputs);

  private:
    [[nodiscard]] Offset reset_offset(const TopicPartition& partition);
    [[nodiscard]] bool begins_at_the_end(const std::string& topic) const;
    void tell_of_waiting(const std::vector<TopicPartition>& partitions);
    void commit_unsettled();

    Parts parts_;
    std::map<TopicPartition, kafka::PartitionOffset> unsettled_;  // what the group has not taken yet
    std::int64_t try_again_at_ns_ = 0;
    std::optional<std::int64_t> waits_since_ns_;
    std::int64_t tell_at_ns_ = 0;
};

}  // namespace matchpoint::streams
