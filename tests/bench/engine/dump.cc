#include <cstdio>
#include <memory>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "processor/streams/kafka/consumer.h"
#include "tests/bench/engine/tool.h"

namespace matchpoint::bench {

using namespace streams::kafka;
using streams::TopicPartition;
using namespace std::chrono_literals;

namespace {

struct Totals {
    std::int64_t records = 0;
    std::int64_t bytes = 0;  // of keys, values and headers
};

std::int64_t size_of(const Message& message) {
    std::size_t size = message.size();
    if (message.has_headers()) {
        for (const HeaderView& header : message.headers())
            size += header.name.size() + (header.value ? header.value->size() : 0);
    }
    return static_cast<std::int64_t>(size);
}

using Values = std::unordered_map<std::string, std::string>;

void take(const Message& message, Totals& totals, Values& values) {
    ++totals.records;
    totals.bytes += size_of(message);
    if (!message.key()) return;
    std::string key(*message.key());
    if (message.value()) {
        values[std::move(key)] = std::string(*message.value());
    } else {
        values.erase(key);
    }
}

void write(const Values& values, const std::string& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
    if (out == nullptr) throw std::runtime_error("cannot write " + file);
    for (const auto& [key, value] : values) fmt::print(out.get(), "{}\t{}\n", key, value);
}

}  // namespace

void dump(const std::string& bootstrap, const std::string& topic, const std::string& file) {
    Consumer consumer({{"bootstrap.servers", bootstrap},
                       {"isolation.level", "read_committed"},
                       {"auto.offset.reset", "earliest"},
                       {"enable.partition.eof", "true"}},
                      {});
    const std::int32_t partitions = consumer.partition_count(topic, 30s).value();
    std::vector<PartitionOffset> all;
    for (std::int32_t i = 0; i < partitions; ++i) all.push_back({{topic, streams::Partition{i}}, kBeginning, {}});
    if (const auto error = consumer.assign(all)) throw std::runtime_error("assign: " + error->to_string());
    Totals totals;
    Values values;
    std::set<TopicPartition> ended;
    while (ended.size() < all.size() && !stopping()) {
        const PollResult polled = consumer.poll(30s);
        if (const auto* message = std::get_if<Message>(&polled)) {
            take(*message, totals, values);
        } else if (const auto* eof = std::get_if<PartitionEof>(&polled)) {
            ended.insert(eof->partition);
        } else if (const auto* error = std::get_if<KafkaError>(&polled); error != nullptr && !error->retriable()) {
            throw std::runtime_error(topic + ": " + error->to_string());
        } else if (std::holds_alternative<std::monostate>(polled)) {
            throw std::runtime_error(topic + ": nothing for 30 s before its end");
        }
    }
    write(values, file);
    fmt::print(R"({{"records":{},"bytes":{},"keys":{}}})"
               "\n",
               totals.records, totals.bytes, values.size());
}

}  // namespace matchpoint::bench
