// Helpers of the Kafka integration tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "tests/support/kafka_broker.h"

namespace matchpoint::streams::kafka {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::KafkaBroker;

inline constexpr seconds kPatience{20};

inline KafkaConfig broker_config(const KafkaConfig& more = {}) {
    return KafkaBroker::shared().config().merge(more);
}

inline KafkaConfig group_config(const std::string& group, const KafkaConfig& more = {}) {
    return broker_config({{"group.id", group},
                          {"auto.offset.reset", "earliest"},
                          {"session.timeout.ms", "6000"},
                          {"heartbeat.interval.ms", "500"}})
        .merge(more);
}

#define ASSERT_NO_ERROR(expression)                                \
    do {                                                           \
        const auto failed_ = (expression);                         \
        ASSERT_FALSE(failed_.has_value()) << failed_->to_string(); \
    } while (false)
#define EXPECT_NO_ERROR(expression)                                \
    do {                                                           \
        const auto failed_ = (expression);                         \
        EXPECT_FALSE(failed_.has_value()) << failed_->to_string(); \
    } while (false)

// Produces values to one partition and waits for them.
inline void produce_all(Producer& producer, const std::string& topic, Partition partition,
                        const std::vector<std::string>& values) {
    const TopicHandle handle = producer.topic(topic);
    for (const std::string& value : values)
        ASSERT_EQ(producer.produce({.topic = handle, .partition = partition, .value = value}), ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
    const auto failed = producer.take_delivery_error();
    ASSERT_FALSE(failed) << failed->error.to_string();
}

inline void produce_all(const std::string& topic, Partition partition, const std::vector<std::string>& values) {
    Producer producer(broker_config(), {});
    produce_all(producer, topic, partition, values);
}

// Polls until `done` says so after a record, or patience ends; the records met.
inline std::vector<Message> poll_until(Consumer& consumer, const std::function<bool(const std::vector<Message>&)>& done,
                                       milliseconds patience = kPatience) {
    std::vector<Message> messages;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done(messages) && std::chrono::steady_clock::now() < end) {
        PollResult result = consumer.poll(milliseconds(20));
        if (auto* message = std::get_if<Message>(&result)) messages.push_back(std::move(*message));
    }
    return messages;
}

// All that a fresh reader sees from the start to the end of a partition.
inline std::vector<Message> read_to_end(Consumer& consumer, const TopicPartition& partition) {
    std::vector<Message> messages;
    EXPECT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
        PollResult result = consumer.poll(milliseconds(100));
        if (std::holds_alternative<PartitionEof>(result)) return messages;
        if (auto* message = std::get_if<Message>(&result)) messages.push_back(std::move(*message));
    }
    ADD_FAILURE() << "no end of partition in time";
    return messages;
}

inline std::vector<std::string> values_of(const std::vector<Message>& messages) {
    std::vector<std::string> values;
    for (const Message& message : messages) values.emplace_back(message.value().value_or("<null>"));
    return values;
}

inline std::vector<std::string> read_values(const TopicPartition& partition,
                                            const std::string& isolation = "read_committed") {
    Consumer reader(broker_config({{"enable.partition.eof", "true"}, {"isolation.level", isolation}}), {});
    return values_of(read_to_end(reader, partition));
}

}  // namespace matchpoint::streams::kafka
