#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "processor/streams/kafka/admin.h"
#include "tests/bench/engine/tool.h"
#include "topics/topic_catalog.h"

namespace matchpoint::bench {
namespace {

using namespace streams::kafka;
using streams::TopicPartition;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 60s;

void check(const MaybeError& error, const std::string& what) {
    if (error) throw std::runtime_error(what + ": " + error->to_string());
}

bool is_internal(const std::string& name) {
    return name.starts_with("__");
}

// Every topic but Kafka's own and those kept.
std::vector<std::string> disposable(Admin& admin, const std::vector<std::string>& keep) {
    std::vector<std::string> names;
    for (const TopicMetadata& topic : admin.topics(kPatience).value()) {
        const bool kept = std::find(keep.begin(), keep.end(), topic.name) != keep.end();
        if (!kept && !is_internal(topic.name)) names.push_back(topic.name);
    }
    return names;
}

// A partition that was made a moment ago may have no leader yet.
Watermarks watermarks(Admin& admin, const TopicPartition& partition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        auto marks = admin.watermarks(partition, kPatience);
        if (marks || !marks.error().retriable() || std::chrono::steady_clock::now() > deadline) return marks.value();
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace

void reset_topics(const std::string& bootstrap, const std::vector<std::string>& keep,
                  const std::vector<TopicSpec>& extra) {
    Admin admin({{"bootstrap.servers", bootstrap}}, {});
    if (const auto names = disposable(admin, keep); !names.empty())
        check(admin.delete_topics(names, kPatience), "delete topics");
    while (!disposable(admin, keep).empty()) std::this_thread::sleep_for(20ms);
    std::vector<NewTopic> topics;
    const topics::TopicCatalog catalog;
    for (const topics::Topic& topic : catalog.topics()) {
        if (std::find(keep.begin(), keep.end(), topic.name) != keep.end()) continue;
        auto configs = topic.configs;
        // The cleaner must not run in the middle of one run and not in another; what is deleted must leave the disk.
        if (topic.compacted) configs["min.compaction.lag.ms"] = "31536000000";
        configs["file.delete.delay.ms"] = "1000";
        topics.push_back({topic.name, topic.partitions, 1, configs});
    }
    for (const TopicSpec& topic : extra) {
        topics.push_back({topic.name, topic.partitions, 1, {{"file.delete.delay.ms", "1000"}}});
    }
    const auto results = admin.create_topics(topics, kPatience).value();
    for (const TopicResult& result : results) check(result.error, "create " + result.name);
}

void print_extents(const std::string& bootstrap) {
    Admin admin({{"bootstrap.servers", bootstrap}}, {});
    std::string json;
    for (const TopicMetadata& topic : admin.topics(kPatience).value()) {
        if (is_internal(topic.name)) continue;
        std::int64_t records = 0;
        for (std::int32_t i = 0; i < topic.partitions; ++i) {
            const Watermarks marks = watermarks(admin, {topic.name, streams::Partition{i}});
            records += marks.high.value() - marks.low.value();
        }
        json += fmt::format(R"({}"{}":{{"partitions":{},"records":{}}})", json.empty() ? "" : ",", topic.name,
                            topic.partitions, records);
    }
    fmt::print("{{{}}}\n", json);
}

}  // namespace matchpoint::bench
