// Records for us: into match-state of a broker, as the processor would write them.
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/producer.h"
#include "tests/bench/gateway/commands.h"
#include "tests/bench/gateway/pace.h"
#include "topics/topic_catalog.h"

namespace matchpoint::bench {
namespace {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{30'000};

struct KafkaOptions {
    std::string bootstrap;
    PaceOptions pace;
};

kafka::KafkaConfig config_of(const std::string& bootstrap) {
    kafka::KafkaConfig config;
    config.set("bootstrap.servers", bootstrap);
    return config;
}

// The first record of a producer waits for its id and its connection: that is not what is measured.
void warm(kafka::Producer& producer) {
    kafka::OutgoingRecord record;
    record.topic = producer.topic(topics::kScores);
    record.partition = streams::Partition{0};
    record.value = "";
    if (producer.produce(record) != kafka::ProduceStatus::kOk || !producer.drain(kPatience))
        throw std::runtime_error("a first record could not be written to Kafka");
}

void publish(const KafkaOptions& options) {
    kafka::KafkaConfig config = config_of(options.bootstrap);
    config.set("linger.ms", options.pace.rate == 0 ? "2" : "0");
    config.set("queue.buffering.max.messages", "1000000");
    // Not idempotent: such a producer has one request in flight for a partition and polls without a pause while the
    // next is ready behind it, which on the broker's core keeps the broker from answering, for seconds.
    config.set("enable.idempotence", "false").set("acks", "all");
    // At a set rate as Kafka's own producer: what the broker cannot take one by one is gathered meanwhile, not sent
    // into its queue.
    if (options.pace.rate != 0) config.set("max.in.flight.requests.per.connection", "5");
    kafka::Producer producer(std::move(config), {});
    if (!producer.warm_metadata({std::string(topics::kMatchState)}, kPatience))
        throw std::runtime_error("no topic match-state");
    const kafka::TopicHandle topic = producer.topic(topics::kMatchState);
    warm(producer);
    Pace pace(options.pace);
    std::string value;
    while (!pace.done()) {
        if (options.pace.rate != 0) pace.sleep_until_due();
        const BenchRecord record = pace.take();
        const std::string key = record.key();
        record.write(value);
        kafka::OutgoingRecord out;
        out.topic = topic;
        out.key = key;
        out.value = value;
        while (producer.produce(out) == kafka::ProduceStatus::kQueueFull) producer.poll(milliseconds(10));
        if (pace.taken() % 64 == 0) producer.poll(milliseconds(0));
    }
    if (!producer.drain(kPatience)) throw std::runtime_error("records could not be written to Kafka");
    std::cout << fmt::format(R"({{"published":{},"seconds":{:.3f}}})", pace.taken(), pace.seconds()) << std::endl;
}

// Deleting takes the broker a moment; a name is free again once creating it succeeds.
void make_topics(const std::string& bootstrap) {
    kafka::Admin admin(config_of(bootstrap), {});
    const topics::TopicCatalog catalog;
    std::vector<std::string> names;
    std::vector<kafka::NewTopic> made;
    for (const std::string_view name : {topics::kMatchState, topics::kHighScores, topics::kScores}) {
        const topics::Topic& topic = catalog.topic(name);
        names.push_back(topic.name);
        made.push_back({topic.name, topic.partitions, 1, topic.configs});
    }
    if (const auto error = admin.delete_topics(names, kPatience)) throw std::runtime_error(error->message);
    for (const std::int64_t end = monotonic_ns() + 30'000'000'000; monotonic_ns() < end;) {
        auto results = admin.create_topics(made, kPatience);
        bool all = static_cast<bool>(results);
        if (all) {
            for (const auto& result : *results)
                all = all && !result.error && result.outcome == kafka::CreateOutcome::kCreated;
        }
        if (all) {
            std::cout << "{}" << std::endl;
            return;
        }
        if (const auto error = admin.delete_topics(names, kPatience)) throw std::runtime_error(error->message);
    }
    throw std::runtime_error("the topics could not be made anew");
}

}  // namespace

void add_pace(CLI::App& command, PaceOptions& pace) {
    command.add_option("--count", pace.count)->required();
    command.add_option("--rate", pace.rate, "a second; 0 is as fast as they are taken")->required();
    command.add_option("--matches", pace.matches)->required();
    command.add_option("--first-seq", pace.first_seq);
}

void add_publish_kafka(CLI::App& app) {
    auto options = std::make_shared<KafkaOptions>();
    CLI::App* command = app.add_subcommand("publish-kafka", "records into match-state");
    command->add_option("--bootstrap-server", options->bootstrap)->required();
    add_pace(*command, options->pace);
    command->callback([options] { publish(*options); });
}

void add_topics(CLI::App& app) {
    auto bootstrap = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("topics", "deletes the gateway's topics and makes them anew");
    command->add_option("--bootstrap-server", *bootstrap)->required();
    command->callback([bootstrap] { make_topics(*bootstrap); });
}

}  // namespace matchpoint::bench
