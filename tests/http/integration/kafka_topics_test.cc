// What becomes of the gateway's topics on a real broker: they come late, grow, are made anew.
#include "tests/http/integration/kafka_gateway_fixture.h"

#include <spdlog/sinks/ringbuffer_sink.h>
#include <nlohmann/json.hpp>

#include "processor/streams/kafka/admin.h"

namespace matchpoint::http {
namespace {

using namespace testing;

// Deletes the topic and makes another of its name.
void make_anew(const KafkaBroker& broker, const std::string& name, int partitions) {
    kafka::Admin admin(broker.config(), {});
    ASSERT_FALSE(admin.delete_topics({name}, kPatience));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (bool created = false; !created && std::chrono::steady_clock::now() < end;) {
        auto results = admin.create_topics({{name, partitions, 1, {}}}, kPatience);
        created = results.ok() && !(*results)[0].error && (*results)[0].outcome == kafka::CreateOutcome::kCreated;
    }
}

// The same with these many records of one key.
void make_anew(const KafkaBroker& broker, const std::string& name, int records, const std::string& value) {
    make_anew(broker, name, 1);
    kafka::Producer producer(broker.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(name);
    record.key = "k";
    record.value = value;
    for (int i = 0; i < records; ++i) ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
}

TEST_F(KafkaGateway, ATopicThatWasMadeAnewAndHasGrownIsNoticed) {
    const std::string name = broker_.unique("anew");
    broker_.create_topic(name, 1);
    kafka::Producer producer(broker_.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(name);
    record.key = "k";
    record.value = "old";
    for (int i = 0; i < 5; ++i) ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));

    kafka::KafkaConfig config = broker_.config();
    config.set("enable.partition.eof", "true").set("auto.offset.reset", "earliest");
    TopicWatch watch(config, {name}, 1);
    kafka::Consumer consumer(config, {});
    ASSERT_FALSE(consumer.assign({{{name, streams::Partition{0}}, kafka::kBeginning, {}}}));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (int seen = 0; seen < 5 && std::chrono::steady_clock::now() < end;) {
        const kafka::PollResult result = consumer.poll(milliseconds(100));
        if (const auto* message = std::get_if<kafka::Message>(&result)) {
            watch.saw(0, *message);
            ++seen;
        }
    }
    std::int64_t now_ns = 0;
    const auto next_look = [&] {
        for (;;) {
            if (auto found = watch.step(true, ++now_ns)) return *found;
            std::this_thread::sleep_for(milliseconds(5));
        }
    };
    for (int i = 0; i < 3; ++i) {
        const TopicWatch::Findings found = next_look();
        EXPECT_TRUE(found.others.empty()) << "the topic is the same at look " << i;
        EXPECT_EQ(found.partitions, std::vector<std::int32_t>{1});
    }
    make_anew(broker_, name, 20, "new");
    std::vector<std::size_t> others;
    while (others.empty() && std::chrono::steady_clock::now() < end) others = next_look().others;
    EXPECT_EQ(others, std::vector<std::size_t>{0});
}

TEST(KafkaTopicsAlone, WhatIsWrittenToAPartitionThatATopicHasGrownByIsServedWhole) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "the topics of a broker that is not ours stay as they are";
    for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores, topics::kScoresRejected}) {
        broker.create_topic(std::string(name), 1);
    }
    Server server(broker);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    ASSERT_EQ(client.get("/events/scores"), 200);
    EXPECT_EQ(client.event().name, "live");
    broker.grow_topic(std::string(topics::kScores), 2);
    // More than a gateway that starts would read of a partition's past.
    constexpr int kRecords = 12'000;
    kafka::Producer producer(broker.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(std::string(topics::kScores));
    record.partition = streams::Partition{1};
    record.key = "m-1";
    for (int i = 0; i < kRecords; ++i) {
        const std::string value = std::to_string(i);
        record.value = value;
        while (producer.produce(record) != kafka::ProduceStatus::kOk) (void)producer.drain(kPatience);
    }
    ASSERT_TRUE(producer.drain(kPatience));
    for (int i = 0; i < kRecords; ++i) {
        const std::string data = client.event().data;
        ASSERT_EQ(data, std::to_string(i)) << "a reader that was there gets every record";
    }
}

TEST(KafkaTopicsAlone, OfATopicMadeAnewEveryPartitionIsServedWhole) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "the topics of a broker that is not ours stay as they are";
    const std::string name(topics::kMatchState);
    constexpr int kPartitions = 4;
    broker.create_topic(name, kPartitions);
    for (const auto other : {topics::kHighScores, topics::kScores}) broker.create_topic(std::string(other), 1);
    const auto put = [&](int partition, const std::string& prefix, int count) {
        kafka::Producer producer(broker.config(), {});
        kafka::OutgoingRecord record;
        record.topic = producer.topic(name);
        record.partition = streams::Partition{partition};
        for (int i = 0; i < count; ++i) {
            const std::string key = prefix + std::to_string(partition) + "-" + std::to_string(i);
            const std::string value = state_of(key, 1);
            record.key = key;
            record.value = value;
            ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
        }
        ASSERT_TRUE(producer.drain(kPatience));
    };
    put(0, "old", 10);
    put(1, "old", 2);
    Server server(broker);
    ASSERT_TRUE(server.wait_ready());
    HttpClient stream(server.gateway->port());
    ASSERT_EQ(stream.get("/events/match-state"), 200);
    Follower follower;
    follower.until_live(stream, "match");
    EXPECT_EQ(follower.state.size(), 12U);
    make_anew(broker, name, kPartitions);
    // Further than before in one partition, in one that was empty, and not as far in another, which tells.
    put(1, "new", 5);
    put(2, "new", 4);
    put(0, "new", 3);
    while (follower.state.size() != 12 || follower.state.contains("old0-0")) {
        const Event event = stream.event();
        if (event.name != "live") follower.apply(event, "match");
    }
    for (const std::string key : {"new0-2", "new1-0", "new1-4", "new2-0", "new2-3"}) {
        EXPECT_TRUE(follower.state.contains(key)) << key;
    }
    HttpClient rest(server.gateway->port());
    ASSERT_EQ(rest.get("/api/match-state"), 200);
    EXPECT_EQ(nlohmann::json::parse(rest.body()).size(), 12U);
}

// As right after topics/create.sh: no broker need know a topic the moment it has been made.
TEST(KafkaTopicsAlone, OfTopicsThatComeAtOnceNothingIsSaid) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "the topics of a broker that is not ours are there";
    const auto said = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
    const auto began = std::chrono::steady_clock::now();
    Server server(broker, 1, std::make_shared<spdlog::logger>("", said));
    for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores}) {
        broker.create_topic(std::string(name), 1);
    }
    const bool at_once = std::chrono::steady_clock::now() - began < milliseconds(1'500);
    ASSERT_TRUE(server.wait_ready());
    bool warned = false;
    for (const std::string& line : said->last_formatted()) warned |= line.find("cannot read the topics") != line.npos;
    EXPECT_TRUE(!warned || !at_once) << "topics that were there within 1.5 s are warned of";
}

}  // namespace
}  // namespace matchpoint::http
