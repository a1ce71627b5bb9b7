#include "processor/streams/kafka/producer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "processor/streams/base/murmur2.h"
#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using ::testing::ElementsAre;

Consumer eof_reader() {
    return Consumer(broker_config({{"enable.partition.eof", "true"}}), {});
}

TEST(Producer, RoundTripsKeysValuesTimestampsAndHeaders) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("round-trip"), 1);
    Producer producer(broker_config(), {});
    const Headers headers{{"reason", "malformed"}, {"empty", ""}, {"null", std::nullopt}, {"reason", "again"}};
    const TopicHandle handle = producer.topic(topic);
    const Partition zero{0};
    const std::string binary("\0\xff\x01", 3);
    std::vector<HeaderView> views;
    for (const Header& header : headers) views.push_back({header.name, header.value});
    ASSERT_EQ(producer.produce({.topic = handle,
                                .partition = zero,
                                .key = "key",
                                .value = "value",
                                .timestamp = Timestamp{1795235906251},
                                .headers = views}),
              ProduceStatus::kOk);
    ASSERT_EQ(producer.produce({handle, zero, std::nullopt, "", Timestamp{1}}), ProduceStatus::kOk);
    ASSERT_EQ(producer.produce({handle, zero, "", std::nullopt, Timestamp{0}}), ProduceStatus::kOk);
    ASSERT_EQ(producer.produce({handle, zero, BytesView(), binary}), ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));

    Consumer reader = eof_reader();
    const std::vector<Message> read = read_to_end(reader, {topic, zero});
    ASSERT_EQ(read.size(), 4U);
    EXPECT_EQ(read[0].topic(), topic);
    EXPECT_EQ(read[0].partition(), zero);
    EXPECT_EQ(read[0].offset(), Offset{0});
    EXPECT_EQ(read[0].key(), "key");
    EXPECT_EQ(read[0].value(), "value");
    EXPECT_EQ(read[0].timestamp(), Timestamp{1795235906251});
    EXPECT_TRUE(read[0].has_headers());
    EXPECT_EQ(read[0].copy_headers(), headers);
    EXPECT_EQ(read[0].header("reason")->value, "again");
    EXPECT_FALSE(read[0].header("absent"));
    EXPECT_EQ(read[1].key(), std::nullopt);
    EXPECT_EQ(read[1].value(), "");
    EXPECT_EQ(read[1].timestamp(), Timestamp{1});
    EXPECT_FALSE(read[1].has_headers());
    EXPECT_TRUE(read[1].headers().empty());
    EXPECT_EQ(read[2].key(), "");
    EXPECT_EQ(read[2].value(), std::nullopt);
    EXPECT_EQ(read[2].timestamp(), Timestamp{1}) << "the epoch itself cannot be sent; it must not become now";
    EXPECT_EQ(read[3].key(), "");
    EXPECT_EQ(read[3].value(), binary);
    EXPECT_GT(read[3].timestamp(), Timestamp{1700000000000}) << "no timestamp means now";
}

TEST(Producer, PutsAKeyWhereJavaPutsIt) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("murmur2"), 6);
    Producer producer(broker_config(), {});
    const TopicHandle handle = producer.topic(topic);
    for (int i = 0; i < 50; ++i) {
        const std::string key = "match-" + std::to_string(i);
        ASSERT_EQ(producer.produce({.topic = handle, .key = key, .value = "v"}), ProduceStatus::kOk);
    }
    ASSERT_TRUE(producer.drain(kPatience));
    std::size_t seen = 0;
    for (std::int32_t partition = 0; partition < 6; ++partition) {
        Consumer reader = eof_reader();
        for (const Message& message : read_to_end(reader, {topic, Partition{partition}})) {
            EXPECT_EQ(partition_for_key(*message.key(), 6), Partition{partition}) << *message.key();
            ++seen;
        }
    }
    EXPECT_EQ(seen, 50U);
}

class Recorder : public DeliveryListener {
  public:
    void on_delivery(const Delivery& delivery) override {
        offsets[*static_cast<int*>(delivery.opaque)] = delivery.offset;
        if (delivery.error != nullptr) errors.push_back(delivery.error->name);
    }
    std::map<int, Offset> offsets;
    std::vector<std::string> errors;
};

TEST(Producer, TellsTheListenerWhatBecameOfEachRecord) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("delivery"), 1);
    Recorder recorder;
    Producer producer(broker_config(), {}, &recorder);
    std::vector<int> numbers{10, 11, 12};
    for (int& number : numbers)
        ASSERT_EQ(producer.produce(
                      {.topic = producer.topic(topic), .partition = Partition{0}, .value = "v", .opaque = &number}),
                  ProduceStatus::kOk);
    EXPECT_EQ(producer.in_flight(), 3U);
    ASSERT_TRUE(producer.drain(kPatience));
    EXPECT_EQ(producer.in_flight(), 0U);
    EXPECT_EQ(recorder.offsets, (std::map<int, Offset>{{10, Offset{0}}, {11, Offset{1}}, {12, Offset{2}}}));
    EXPECT_TRUE(recorder.errors.empty());
}

TEST(Producer, KeepsTheFirstFailedDelivery) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("small"), 1, {{"max.message.bytes", "200"}});
    Producer producer(broker_config(), {});
    const std::string large(5000, 'x');
    ASSERT_EQ(producer.produce({.topic = producer.topic(topic), .partition = Partition{0}, .value = large}),
              ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
    const auto failed = producer.take_delivery_error();
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->error.name, "MSG_SIZE_TOO_LARGE");
    EXPECT_EQ(failed->error.message, "Broker: Message size too large") << "and not the record";
    EXPECT_EQ(failed->error.kind, KafkaError::Kind::kPermanent);
    EXPECT_EQ(failed->topic, topic);
    EXPECT_FALSE(producer.take_delivery_error());
}

TEST(Producer, SaysWhenItsQueueIsFullAndGoesOnAfterADrain) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("full"), 1);
    Producer producer(broker_config({{"queue.buffering.max.messages", "10"}, {"linger.ms", "500"}}), {});
    const TopicHandle handle = producer.topic(topic);
    ProduceStatus status = ProduceStatus::kOk;
    int accepted = 0;
    for (; accepted < 100 && status == ProduceStatus::kOk; ++accepted)
        status = producer.produce({.topic = handle, .partition = Partition{0}, .value = "v"});
    EXPECT_EQ(status, ProduceStatus::kQueueFull);
    EXPECT_EQ(accepted, 11);
    ASSERT_TRUE(producer.drain(kPatience));
    EXPECT_EQ(producer.produce({.topic = handle, .partition = Partition{0}, .value = "v"}), ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
    EXPECT_EQ(read_values({topic, Partition{0}}).size(), 11U);
}

TEST(Producer, RefusesARecordLargerThanItsOwnLimit) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("limit"), 1);
    Producer producer(broker_config({{"message.max.bytes", "2000"}}), {});
    const std::string large(5000, 'x');
    EXPECT_EQ(producer.produce({.topic = producer.topic(topic), .value = large}), ProduceStatus::kFailed);
    ASSERT_TRUE(producer.last_produce_error());
    EXPECT_EQ(producer.last_produce_error()->name, "MSG_SIZE_TOO_LARGE");
}

TEST(Producer, WarmMetadataTellsPartitionCountsAndWhatIsMissing) {
    auto& broker = KafkaBroker::shared();
    const std::string three = broker.create_topic(broker.unique("three"), 3);
    const std::string one = broker.create_topic(broker.unique("one"), 1);
    Producer producer(broker_config(), {});
    auto counts = producer.warm_metadata({three, one}, kPatience);
    ASSERT_TRUE(counts) << counts.error().to_string();
    EXPECT_THAT(*counts, ElementsAre(3, 1));
    const auto missing = producer.warm_metadata({"no-such-topic"}, seconds(5));
    ASSERT_FALSE(missing);
    EXPECT_TRUE(missing.error().unknown_topic_or_partition()) << missing.error().to_string();
}

TEST(Producer, DrainsWithoutWaitingForItsLinger) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("drain"), 1);
    Producer producer(broker_config({{"linger.ms", "300"}}), {});
    ASSERT_TRUE(producer.warm_metadata({topic}, kPatience));
    produce_all(producer, topic, Partition{0}, {"warm"});
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) produce_all(producer, topic, Partition{0}, {"v"});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(300)) << "five drains of one record each";
}

}  // namespace
}  // namespace matchpoint::streams::kafka
