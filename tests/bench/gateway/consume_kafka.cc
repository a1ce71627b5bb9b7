// The floor of latency through Kafka: a consumer that does nothing but read match-state and look at the time. Says {}
// once it reads, and then, when so many records have come or the time is up, a report.
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "processor/streams/kafka/consumer.h"
#include "tests/bench/gateway/bench_record.h"
#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/histogram.h"
#include "tests/bench/gateway/kafka_end.h"
#include "tests/bench/gateway/swarm.h"

namespace matchpoint::bench {
namespace {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

struct ConsumeOptions {
    std::string bootstrap;
    std::uint64_t count = 1;
    double seconds = 60;
};

// Returns how many records came.
std::uint64_t read(kafka::Consumer& consumer, const ConsumeOptions& options, Histogram& latency) {
    std::uint64_t read = 0;
    const std::int64_t end = monotonic_ns() + static_cast<std::int64_t>(options.seconds * 1e9);
    while (read < options.count && monotonic_ns() < end) {
        const kafka::PollResult result = consumer.poll(milliseconds(100));
        const auto* message = std::get_if<kafka::Message>(&result);
        if (message == nullptr || !message->value()) continue;
        std::string_view text = *message->value();
        const auto record = take_record(text);
        if (!record) throw std::runtime_error("match-state holds a record that is not the benchmark's");
        latency.add(monotonic_ns() - record->published_ns);
        ++read;
    }
    return read;
}

void consume(const ConsumeOptions& options) {
    kafka::KafkaConfig config;
    config.set("bootstrap.servers", options.bootstrap).set("isolation.level", "read_committed");
    kafka::Consumer consumer(std::move(config), {});
    assign_ends(consumer);
    std::cout << "{}" << std::endl;
    const auto latency = std::make_unique<Histogram>();
    const std::uint64_t delivered = read(consumer, options, *latency);
    std::cout << fmt::format(R"({{"delivered":{},"p50_ms":{:.3f},"p99_ms":{:.3f},"max_ms":{:.3f}}})", delivered,
                             static_cast<double>(latency->quantile(0.5)) / 1e6,
                             static_cast<double>(latency->quantile(0.99)) / 1e6,
                             static_cast<double>(latency->max()) / 1e6)
              << std::endl;
}

}  // namespace

void add_consume_kafka(CLI::App& app) {
    auto options = std::make_shared<ConsumeOptions>();
    CLI::App* command = app.add_subcommand("consume-kafka", "reads match-state and times it, nothing else");
    command->add_option("--bootstrap-server", options->bootstrap)->required();
    command->add_option("--count", options->count, "records")->required();
    command->add_option("--seconds", options->seconds, "at most");
    command->callback([options] { consume(*options); });
}

}  // namespace matchpoint::bench
