// Publishes events with an idempotent producer: the key is the match, the partition murmur2's, the timestamp the
// event's. Nothing is dropped while Kafka is away: the queue fills up to its bound, then publish() refuses. One thread
// makes all calls and is told of connection changes on it. Construction throws ConfigError or KafkaException.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "processor/streams/kafka/producer.h"
#include "simulator/sink.h"

namespace matchpoint::simulator {

class KafkaSink final : public Sink, private streams::kafka::DeliveryListener {
  public:
    using Say = std::function<void(std::string_view line)>;

    KafkaSink(streams::kafka::KafkaConfig config, const std::string& topic, Say say);

    // Returns once the topic's partitions are known; says what it waits for. False if `stop` says so first.
    [[nodiscard]] bool wait_for_topic(const std::function<bool()>& stop);

    [[nodiscard]] bool publish(const Event& event) override;
    void serve(Millis timeout) override;
    [[nodiscard]] bool finish(Millis timeout) override;
    [[nodiscard]] std::uint64_t acknowledged() const override { return acknowledged_; }
    [[nodiscard]] std::optional<std::string> failure() const override { return failure_; }

  private:
    void tell_connection(bool up);
    void on_delivery(const streams::kafka::Delivery& delivery) override;

    std::string servers_;
    std::string topic_name_;
    Say say_;
    bool waiting_ = false;
    bool told_away_ = false;
    std::uint64_t acknowledged_ = 0;
    std::optional<std::string> failure_;
    streams::kafka::Producer producer_;
    streams::kafka::TopicHandle topic_;
};

}  // namespace matchpoint::simulator
