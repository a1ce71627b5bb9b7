#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "processor/streams/kafka/admin.h"
#include "tests/bench/engine/tool.h"

namespace matchpoint::bench {

using namespace streams::kafka;
using streams::TopicPartition;
using namespace std::chrono_literals;

namespace {

std::vector<TopicPartition> partitions_of(Admin& admin, const std::string& topic) {
    std::vector<TopicPartition> partitions;
    const std::int32_t count = admin.partitions_of(topic, 30s).value();
    for (std::int32_t i = 0; i < count; ++i) partitions.push_back({topic, streams::Partition{i}});
    return partitions;
}

// A group that does not exist yet has committed nothing.
std::int64_t committed(Admin& admin, const std::string& group, const std::vector<TopicPartition>& partitions) {
    std::int64_t sum = 0;
    auto offsets = admin.group_offsets(group, partitions, 10s);
    if (!offsets) return 0;
    for (const PartitionOffset& offset : *offsets) sum += std::max<std::int64_t>(0, offset.offset.value());
    return sum;
}

std::int64_t written(Admin& admin, const std::vector<TopicPartition>& partitions) {
    std::int64_t sum = 0;
    for (const TopicPartition& partition : partitions) {
        if (auto marks = admin.watermarks(partition, 10s)) sum += marks->high.value();
    }
    return sum;
}

}  // namespace

void watch(const std::string& bootstrap, const Watch& what) {
    Admin admin({{"bootstrap.servers", bootstrap}}, {});
    const auto inputs = partitions_of(admin, what.topic);
    const auto outputs = partitions_of(admin, what.output);
    while (!stopping()) {
        const auto began = std::chrono::steady_clock::now();
        const std::int64_t in = committed(admin, what.group, inputs);
        const std::int64_t at = now_us() / 1000;
        fmt::print("{} {} {}\n", at, in, written(admin, outputs));
        std::fflush(stdout);
        std::this_thread::sleep_until(began + what.every);
    }
}

}  // namespace matchpoint::bench
