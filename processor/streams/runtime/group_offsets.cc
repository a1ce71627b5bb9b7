#include "processor/streams/runtime/group_offsets.h"

#include <thread>
#include <utility>

#include "processor/streams/runtime/commit_metadata.h"

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kAskTimeout = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kTellAgain = std::chrono::seconds(30);
constexpr std::chrono::nanoseconds kSettleAgain = std::chrono::milliseconds(500);
constexpr auto kSettlePause = std::chrono::milliseconds(100);
constexpr auto kSettlePatience = std::chrono::seconds(3);

}  // namespace

std::map<TopicPartition, GroupOffsets::Start> GroupOffsets::starts(const std::vector<TopicPartition>& partitions) {
    const std::int64_t asked_ns = parts_.clock.monotonic_ns();
    auto committed = parts_.consumer.committed(partitions, parts_.limit->cap(kRequestTimeout));
    if (!committed.ok() && committed.error().timed_out()) {
        if (!waits_since_ns_) waits_since_ns_ = asked_ns;
        tell_of_waiting(partitions);
    }
    std::map<TopicPartition, Start> starts;
    for (kafka::PartitionOffset& found : committed.value()) {
        CommitMetadata metadata = parse_commit_metadata(found.metadata);
        const bool known = found.offset >= Offset{0};
        starts[found.partition] = {{known ? found.offset : reset_offset(found.partition), metadata.partition_time},
                                   std::move(metadata.changelog_ends)};
    }
    waits_since_ns_.reset();
    tell_at_ns_ = 0;
    return starts;
}

Offset GroupOffsets::reset_offset(const TopicPartition& partition) {
    const kafka::Watermarks marks = parts_.admin.watermarks(partition, parts_.limit->cap(kRequestTimeout)).value();
    return begins_at_the_end(partition.topic) ? marks.high : marks.low;
}

// An internal topic holds nothing but what the application has still to read, also what it wrote a moment ago.
bool GroupOffsets::begins_at_the_end(const std::string& topic) const {
    for (const SubtopologyInfo& info : parts_.subtopologies) {
        if (info.internal_topics.contains(topic)) return false;
        if (const auto own = info.offset_resets.find(topic); own != info.offset_resets.end()) {
            return own->second == OffsetReset::kLatest;
        }
    }
    return parts_.config.auto_offset_reset == "latest";
}

// To librdkafka an answer that has to wait for a transaction is none. Who does not ask for stable offsets is answered:
// then it is that, and not Kafka out of reach.
void GroupOffsets::tell_of_waiting(const std::vector<TopicPartition>& partitions) {
    const std::int64_t now_ns = parts_.clock.monotonic_ns();
    if (now_ns < tell_at_ns_) return;
    const std::string& group = parts_.config.application_id;
    const auto timeout = parts_.limit->cap(kAskTimeout);
    if (!parts_.admin.group_offsets(group, partitions, timeout, kafka::OpenTransactions::kIgnored).ok()) return;
    const auto waited = std::chrono::nanoseconds(now_ns - *waits_since_ns_);
    parts_.logger->warn(
        "{}: offsets of {} inputs of group {} ({}-{}, …) are held by a transaction that has not ended; waiting for its "
        "end, {} s so far. Kafka aborts it after its transaction.timeout.ms; one that it has lost is ended with "
        "kafka-transactions.sh",
        parts_.thread, partitions.size(), group, partitions.front().topic, partitions.front().partition,
        std::chrono::duration_cast<std::chrono::seconds>(waited).count());
    tell_at_ns_ = now_ns + kTellAgain.count();
}

void GroupOffsets::commit(std::vector<TaskCommit>& commits) {
    for (TaskCommit& commit : commits) {
        if (commit.offsets.empty()) continue;
        commit.offsets.front().metadata = to_text({.partition_time = commit.partition_time, .changelog_ends = {}});
        for (kafka::PartitionOffset& each : commit.offsets) unsettled_[each.partition] = std::move(each);
    }
    commit_unsettled();
}

void GroupOffsets::commit_unsettled() {
    std::vector<kafka::PartitionOffset> offsets;
    for (const auto& [partition, offset] : unsettled_) offsets.push_back(offset);
    if (offsets.empty()) return;
    if (const auto error = parts_.consumer.commit_sync(offsets, parts_.limit->cap(kRequestTimeout))) {
        parts_.logger->warn("offsets not committed, trying again: {}", error->to_string());
        try_again_at_ns_ = parts_.clock.monotonic_ns() + kSettleAgain.count();
        return;
    }
    unsettled_.clear();
    parts_.purge.committed(offsets);
}

void GroupOffsets::try_again_if_due() {
    if (!unsettled_.empty() && parts_.clock.monotonic_ns() >= try_again_at_ns_) commit_unsettled();
}

void GroupOffsets::settle() {
    const auto end = std::chrono::steady_clock::now() + parts_.limit->cap(kSettlePatience);
    while (!unsettled_.empty() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(kSettlePause);
        commit_unsettled();
    }
}

void GroupOffsets::forget(const std::vector<TopicPartition>& inputs) {
    for (const TopicPartition& input : inputs) unsettled_.erase(input);
}

}  // namespace matchpoint::streams
