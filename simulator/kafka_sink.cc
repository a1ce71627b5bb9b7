#include "simulator/kafka_sink.h"

#include <thread>

#include <fmt/format.h>

namespace matchpoint::simulator {
namespace {

using streams::kafka::KafkaConfig;
using streams::kafka::OutgoingRecord;
using streams::kafka::ProduceStatus;

constexpr Sink::Millis kMetadataTimeout{500};
constexpr Sink::Millis kBetweenTries{200};
constexpr auto kRepeatNotice = std::chrono::seconds{10};
// A topic that was just made is not known to every broker at once: for so long nothing is said of it.
constexpr auto kNewTopicPatience = std::chrono::seconds{2};

KafkaConfig with_defaults(KafkaConfig config) {
    // A match with a hole is worth nothing: an event is tried for as long as the program runs. What waits is bounded by
    // the queue.
    config.set_default("client.id", "matchpoint-simulator")
        .set_default("message.timeout.ms", "0")
        .set_default("queue.buffering.max.messages", "200000")
        .set_default("queue.buffering.max.kbytes", "131072")
        .set_default("linger.ms", "5")
        // README.md, "One request in flight": with more, events that were acknowledged can be missing.
        .set_default("max.in.flight.requests.per.connection", "1");
    return config;
}

}  // namespace

KafkaSink::KafkaSink(KafkaConfig config, const std::string& topic, Say say)
    : servers_(config.get_or("bootstrap.servers", "")),
      topic_name_(topic),
      say_(std::move(say)),
      producer_(with_defaults(std::move(config)),
                {.logger = nullptr, .on_connection_change = [this](bool up) { tell_connection(up); }}, this),
      topic_(producer_.topic(topic)) {}

void KafkaSink::tell_connection(bool up) {
    if (waiting_ || up != told_away_) return;  // while waiting, wait_for_topic says it better
    told_away_ = !up;
    say_(up ? "Kafka is back" : "Kafka cannot be reached: keeping events until it can");
}

bool KafkaSink::wait_for_topic(const std::function<bool()>& stop) {
    waiting_ = true;
    std::string told;
    auto told_at = std::chrono::steady_clock::now();
    std::optional<std::chrono::steady_clock::time_point> missing_since;
    while (!stop()) {
        auto partitions = producer_.warm_metadata({topic_name_}, kMetadataTimeout);
        if (partitions) {
            waiting_ = false;
            if (!told.empty()) say_("Kafka is there");
            return true;
        }
        const auto& error = partitions.error();
        const std::string notice =
            error.unknown_topic_or_partition()
                ? fmt::format("topic {} does not exist at {}: waiting for it (topics/create.sh makes it)", topic_name_,
                              servers_)
                : fmt::format("waiting for Kafka at {}: {}", servers_, error.message);
        const auto now = std::chrono::steady_clock::now();
        if (error.unknown_topic_or_partition() && !missing_since) missing_since = now;
        const bool may_be_new = error.unknown_topic_or_partition() && now - *missing_since < kNewTopicPatience;
        if (!may_be_new && (notice != told || now - told_at >= kRepeatNotice)) {
            say_(notice);
            told = notice;
            told_at = now;
        }
        serve(kBetweenTries);
    }
    return false;
}

bool KafkaSink::publish(const Event& event) {
    const OutgoingRecord record{.topic = topic_, .key = event.match, .value = event.json, .timestamp = event.at};
    switch (producer_.produce(record)) {
        case ProduceStatus::kOk:
            return true;
        case ProduceStatus::kQueueFull:
            return false;
        case ProduceStatus::kFailed:
            break;
    }
    const auto& error = producer_.last_produce_error();
    failure_ = fmt::format("cannot publish to {}: {}", topic_name_, error ? error->message : "unknown error");
    return false;
}

void KafkaSink::serve(Millis timeout) {
    producer_.poll(timeout);
    if (failure_) return;
    if (const auto error = producer_.fatal_error()) failure_ = error->to_string();
}

bool KafkaSink::finish(Millis timeout) {
    return producer_.drain(timeout) && !failure_;
}

void KafkaSink::on_delivery(const streams::kafka::Delivery& delivery) {
    if (delivery.error == nullptr) {
        ++acknowledged_;
    } else if (!failure_) {
        failure_ = fmt::format("an event could not be delivered to {}-{}: {}", delivery.topic,
                               delivery.partition.value(), delivery.error->message);
    }
}

}  // namespace matchpoint::simulator
