// A producer and what has become of the records given to it: how far each topic partition is acknowledged. Owned by one
// thread at a time: the stream thread while it is written to, the committer while its transaction is committed.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams {

class ProducerSlot final : public kafka::DeliveryListener {
  public:
    ProducerSlot(kafka::KafkaConfig config, std::shared_ptr<spdlog::logger> logger)
        : producer_(std::move(config), {.logger = std::move(logger), .on_connection_change = {}}, this) {}

    void on_delivery(const kafka::Delivery& delivery) override {
        if (delivery.error != nullptr || delivery.opaque == nullptr) return;
        auto* end = static_cast<Offset*>(delivery.opaque);
        *end = std::max(*end, Offset{delivery.offset.value() + 1});
    }

    // Adds the topic of the next handle number.
    void add_topic(const std::string& name, std::int32_t partitions) {
        topics_.push_back(
            {producer_.topic(name), std::vector<Offset>(static_cast<std::size_t>(partitions), kNoOffset)});
    }
    [[nodiscard]] kafka::ProduceStatus produce(std::int32_t topic, kafka::OutgoingRecord record) {
        Topic& to = topics_[static_cast<std::size_t>(topic)];
        record.topic = to.handle;
        record.opaque = &to.acknowledged[static_cast<std::size_t>(record.partition.value())];
        return producer_.produce(record);
    }
    // One past the last acknowledged record; kNoOffset before the first.
    [[nodiscard]] Offset acknowledged_end(std::int32_t topic, Partition partition) const {
        return topics_[static_cast<std::size_t>(topic)].acknowledged[static_cast<std::size_t>(partition.value())];
    }
    [[nodiscard]] kafka::Producer& producer() { return producer_; }

    bool in_transaction = false;

  private:
    struct Topic {
        kafka::TopicHandle handle;
        std::vector<Offset> acknowledged;
    };
    std::deque<Topic> topics_;  // a deque: delivery reports point into it
    kafka::Producer producer_;  // last: serves no report once the rest is gone
};

}  // namespace matchpoint::streams
