#include "tests/bench/gateway/kafka_end.h"

#include <chrono>
#include <stdexcept>

#include "tests/bench/gateway/swarm.h"
#include "topics/topic_catalog.h"

namespace matchpoint::bench {

namespace kafka = streams::kafka;

namespace {

constexpr std::chrono::milliseconds kPatience{30'000};

}  // namespace

void assign_ends(kafka::Consumer& consumer) {
    const std::string topic(topics::kMatchState);
    auto partitions = consumer.partition_count(topic, kPatience);
    if (!partitions) throw std::runtime_error("no topic match-state");
    std::vector<kafka::PartitionOffset> ends;
    for (std::int32_t p = 0; p < *partitions; ++p) {
        const streams::TopicPartition partition{topic, streams::Partition{p}};
        auto marks = consumer.query_watermarks(partition, kPatience);
        // A topic that is new has no leaders for a moment.
        for (const std::int64_t end = monotonic_ns() + 30'000'000'000; !marks && monotonic_ns() < end;)
            marks = consumer.query_watermarks(partition, kPatience);
        if (!marks) throw std::runtime_error("an end of match-state: " + marks.error().to_string());
        ends.push_back({partition, marks->high, {}});
    }
    if (const auto error = consumer.assign(ends)) throw std::runtime_error(error->to_string());
}

}  // namespace matchpoint::bench
