#include "simulator/serve/played_so_far.h"

#include <algorithm>
#include <chrono>

#include "processor/streams/base/murmur2.h"
#include "processor/streams/kafka/consumer.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::serve {
namespace {

using streams::Offset;
using streams::Partition;
using streams::Timestamp;
using streams::TopicPartition;
using streams::kafka::Consumer;
using streams::kafka::KafkaError;
using streams::kafka::PartitionOffset;

constexpr Consumer::Millis kAnswer{10'000};
constexpr Consumer::Millis kSlice{200};
// How far the clocks of who asks and who plays may be apart.
constexpr std::int64_t kClockSkewMs = 60'000;

struct Range {
    Offset from;
    Offset to;
};
using Ranges = std::map<Partition, Range>;

// What to read: each partition that holds a match, from when its earliest may have begun to where it ends now.
streams::kafka::Result<Ranges> ranges_of(Consumer& consumer, const std::string& topic, const Sought& sought) {
    auto partitions = consumer.partition_count(topic, kAnswer);
    if (!partitions) return partitions.error();
    std::map<Partition, Timestamp> since;
    for (const auto& [match, begins] : sought) {
        const Partition partition = streams::partition_for_key(match, *partitions);
        const auto [found, added] = since.try_emplace(partition, begins);
        if (!added) found->second = std::min(found->second, begins);
    }
    std::vector<std::pair<TopicPartition, Timestamp>> times;
    for (const auto& [partition, begins] : since) {
        times.emplace_back(TopicPartition{topic, partition},
                           Timestamp{std::max<std::int64_t>(0, begins.value() - kClockSkewMs)});
    }
    auto starts = consumer.offsets_for_times(times, kAnswer);
    if (!starts) return starts.error();
    Ranges ranges;
    for (const PartitionOffset& start : *starts) {
        if (start.offset.value() < 0) continue;  // nothing that late
        auto ends = consumer.query_watermarks(start.partition, kAnswer);
        if (!ends) return ends.error();
        if (start.offset < ends->high) ranges[start.partition.partition] = {start.offset, ends->high};
    }
    return ranges;
}

bool all_read(const Consumer& consumer, const std::string& topic, const Ranges& ranges) {
    return std::all_of(ranges.begin(), ranges.end(), [&](const auto& range) {
        const auto position = consumer.position({topic, range.first});
        return position && *position >= range.second.to;
    });
}

}  // namespace

streams::kafka::Result<std::map<std::string, std::uint64_t>> played_so_far(const streams::kafka::KafkaConfig& config,
                                                                           const std::string& topic,
                                                                           const Sought& sought,
                                                                           const std::function<bool()>& stop) {
    std::map<std::string, std::uint64_t> played;
    if (sought.empty()) return played;
    streams::kafka::KafkaConfig reading = config;
    reading.erase("group.id").set("enable.partition.eof", "true");
    Consumer consumer(reading, {});
    auto ranges = ranges_of(consumer, topic, sought);
    if (!ranges) return ranges.error();
    std::vector<PartitionOffset> from;
    for (const auto& [partition, range] : *ranges) from.push_back({{topic, partition}, range.from, {}});
    if (from.empty()) return played;
    if (auto error = consumer.assign(from)) return *error;
    topics::ScoreEventDecoder decoder;
    while (!all_read(consumer, topic, *ranges) && !stop()) {
        const auto polled = consumer.poll(kSlice);
        if (const auto* error = std::get_if<KafkaError>(&polled); error != nullptr && !error->retriable())
            return *error;
        const auto* message = std::get_if<streams::kafka::Message>(&polled);
        if (message == nullptr || !message->key() || !message->value() || !sought.contains(*message->key())) continue;
        const auto event = decoder.decode(*message->value());
        if (!event || event->match != *message->key()) continue;
        auto& last = played[std::string(event->match)];
        last = std::max(last, event->seq);
    }
    return played;
}

}  // namespace matchpoint::simulator::serve
