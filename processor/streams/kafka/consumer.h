// A group consumer, or one with a manual assignment. One thread owns it and makes all calls; only wake() and
// group_metadata…() may come from others. Rebalances run inside poll() on that thread. Errors are results; construction
// throws. Every Message must be gone before its Consumer is.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/client_hooks.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/error.h"
#include "processor/streams/kafka/group_metadata.h"
#include "processor/streams/kafka/message.h"
#include "processor/streams/kafka/record.h"

struct rd_kafka_s;

namespace matchpoint::streams::kafka {

class Consumer;

// Told of the group's changes, inside poll() and close(). Each call makes the change itself: on_assigned with
// consumer.incremental_assign(list), the others with consumer.incremental_unassign(list), the list extended as the
// listener likes (co-partitioned topics). The list may be empty: nothing new, but the rebalance is over. A change that
// was not made at all is made as it was asked. If a call throws, poll() drops the whole assignment and throws on.
class RebalanceListener {
  public:
    virtual ~RebalanceListener() = default;
    virtual void on_assigned(Consumer& consumer, const std::vector<TopicPartition>& partitions) = 0;
    // Still ours until incremental_unassign: commit here.
    virtual void on_revoked(Consumer& consumer, const std::vector<TopicPartition>& partitions) = 0;
    // Another member may own them already: commit nothing.
    virtual void on_lost(Consumer& consumer, const std::vector<TopicPartition>& partitions) = 0;
};

// All records up to `offset` have been read (needs enable.partition.eof=true). Under read_committed `offset` is the
// last stable one.
struct PartitionEof {
    TopicPartition partition;
    Offset offset;
};

// monostate: the time is up, or wake() was called.
using PollResult = std::variant<std::monostate, Message, PartitionEof, KafkaError>;

class Consumer {
  public:
    using Millis = std::chrono::milliseconds;

    // Defaults added to `config`: cooperative-sticky, no auto commit, no Nagle; without group.id a private name that
    // is never joined (librdkafka wants one). Throws ConfigError, KafkaException.
    Consumer(KafkaConfig config, ClientHooks hooks);
    // Closes (leaves the group) if close() was not called.
    ~Consumer();
    Consumer(const Consumer&) = delete;
    Consumer& operator=(const Consumer&) = delete;

    // `listener` may be null (plain incremental assignment) and must outlive the subscription.
    [[nodiscard]] MaybeError subscribe(const std::vector<std::string>& topics, RebalanceListener* listener);
    [[nodiscard]] MaybeError unsubscribe();
    // Only inside on_assigned, before the change is made: once this rebalance ends the group is joined again at once.
    // For a member that knows that another round follows; librdkafka would join no sooner than a second after it last
    // did.
    [[nodiscard]] MaybeError join_again();
    // Manual: replaces the assignment; an empty list drops it.
    [[nodiscard]] MaybeError assign(const std::vector<PartitionOffset>& partitions);
    // For rebalance listeners and for changing a manual assignment; a partition already there is an error.
    [[nodiscard]] MaybeError incremental_assign(const std::vector<PartitionOffset>& partitions);
    [[nodiscard]] MaybeError incremental_unassign(const std::vector<TopicPartition>& partitions);

    // Returns at the first record, end of partition or error. Zero drains what is there: call until monostate.
    [[nodiscard]] PollResult poll(Millis timeout);
    // Ends a poll() under way, or the next one that would block. Any thread.
    void wake();
    // Has 8 bytes (the number 1, as for an eventfd) written to `fd` when there is something to poll again after the
    // queue had been drained. -1 stops it. `fd` must be non-blocking and outlive the consumer.
    void notify_fd(int fd);

    [[nodiscard]] MaybeError pause(const std::vector<TopicPartition>& partitions);  // discards what is prefetched
    [[nodiscard]] MaybeError resume(const std::vector<TopicPartition>& partitions);
    // Only for assigned partitions.
    [[nodiscard]] MaybeError seek(const TopicPartition& partition, Offset offset, Millis timeout);
    // After the last record given out, or over the markers passed since; nullopt before the first.
    [[nodiscard]] std::optional<Offset> position(const TopicPartition& partition) const;

    // Asks the broker, under this consumer's isolation.level: high is the last stable offset with read_committed.
    [[nodiscard]] Result<Watermarks> query_watermarks(const TopicPartition& partition, Millis timeout);
    // What the last fetch told (no request); nullopt if nothing yet.
    [[nodiscard]] std::optional<Watermarks> cached_watermarks(const TopicPartition& partition) const;
    // The first offset whose timestamp is not before; kEnd where there is none.
    [[nodiscard]] Result<std::vector<PartitionOffset>> offsets_for_times(
        const std::vector<std::pair<TopicPartition, Timestamp>>& times, Millis timeout);
    [[nodiscard]] Result<std::int32_t> partition_count(const std::string& topic, Millis timeout);

    // kNoOffset where nothing was committed. Not inside a rebalance callback: it blocks heartbeats.
    [[nodiscard]] Result<std::vector<PartitionOffset>> committed(const std::vector<TopicPartition>& partitions,
                                                                 Millis timeout);
    // A timeout says nothing about whether they were committed.
    [[nodiscard]] MaybeError commit_sync(const std::vector<PartitionOffset>& offsets,
                                         Millis timeout = std::chrono::seconds(10));
    // Its outcome, if bad, is the next take_commit_error().
    [[nodiscard]] MaybeError commit_async(const std::vector<PartitionOffset>& offsets);
    [[nodiscard]] MaybeError take_commit_error();

    // With the current generation, for Producer::send_offsets. Null before the group is joined. Any thread. The second
    // waits for a join that is under way, a moment: it is about to change.
    [[nodiscard]] GroupMetadata group_metadata() const;
    [[nodiscard]] GroupMetadata group_metadata_after_join() const;
    [[nodiscard]] std::vector<TopicPartition> assignment() const;
    [[nodiscard]] bool assignment_lost() const;
    // "" before the group is joined.
    [[nodiscard]] std::string member_id() const;
    [[nodiscard]] const KafkaConfig& config() const { return config_; }
    [[nodiscard]] std::string name() const;
    // False from the moment no broker can be reached until one can.
    [[nodiscard]] bool connected() const;
    // Set once the client can do no more.
    [[nodiscard]] MaybeError fatal_error() const;

    // Revokes, leaves the group (a static member does not leave: see group_leave.h) and frees the connection.
    // true: done in time. false: still under way in the background; the destructor will wait for it.
    bool close(Millis timeout = std::chrono::seconds(10));

  private:
    struct Impl;
    KafkaConfig config_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams::kafka
