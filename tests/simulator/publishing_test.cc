// The program against a real broker.
#include <csignal>

#include <map>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "processor/streams/base/murmur2.h"
#include "processor/streams/kafka/consumer.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "topics/score_event.h"

namespace matchpoint::simulator {
namespace {

using namespace std::chrono_literals;
using streams::Partition;
using streams::TopicPartition;
using testing::ChildProcess;
using testing::KafkaBroker;

constexpr std::int32_t kPartitions = 12;

struct Received {
    std::string key;
    std::string value;
    Partition partition;
    streams::Timestamp timestamp;
};

std::vector<Received> read_all(const KafkaBroker& broker, const std::string& topic) {
    auto config = broker.config();
    config.set("enable.partition.eof", "true");
    streams::kafka::Consumer consumer(config, {});
    std::vector<streams::kafka::PartitionOffset> assignment;
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
        assignment.push_back({{topic, Partition{partition}}, streams::kafka::kBeginning, {}});
    }
    EXPECT_FALSE(consumer.assign(assignment).has_value());
    std::vector<Received> received;
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    for (int ended = 0; ended < kPartitions && std::chrono::steady_clock::now() < deadline;) {
        auto polled = consumer.poll(100ms);
        if (std::holds_alternative<streams::kafka::PartitionEof>(polled)) ++ended;
        if (const auto* message = std::get_if<streams::kafka::Message>(&polled)) {
            received.push_back({std::string(message->key().value_or("")), std::string(message->value().value_or("")),
                                message->partition(), message->timestamp()});
        }
    }
    return received;
}

// By match, in the order in which they lie: the only order that Kafka keeps.
std::map<std::string, std::vector<std::string>> by_match(const std::vector<Received>& received) {
    std::map<std::string, std::vector<std::string>> matches;
    for (const Received& record : received) matches[record.key].push_back(record.value);
    return matches;
}

void expect_unbroken_sequences(const std::vector<Received>& received) {
    topics::ScoreEventDecoder decoder;
    std::map<std::string, std::uint64_t> seqs;
    for (const Received& record : received) {
        const auto event = decoder.decode(record.value);
        ASSERT_TRUE(event.has_value()) << record.value;
        ASSERT_EQ(event->seq, ++seqs[record.key]) << record.value;
    }
}

std::uint64_t acknowledged(const ChildProcess& child) {
    const std::string err = child.err();
    const auto end = err.rfind(" events acknowledged;");
    if (end == std::string::npos) return 0;
    const auto begin = err.rfind('\n', end);
    return std::stoull(err.substr(begin == std::string::npos ? 0 : begin + 1));
}

TEST(Publishing, EachEventOnceWithItsKeyPartitionAndTime) {
    KafkaBroker& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("scores"), kPartitions);
    const std::vector<std::string> what{"--seed", "1",      "--start-at", "1795235906251", "--matches",
                                        "40",     "--rate", "max",        "--count",       "20000"};
    std::vector<std::string> arguments{"--bootstrap-server", broker.bootstrap(), "--topic", topic};
    arguments.insert(arguments.end(), what.begin(), what.end());
    ChildProcess child("matchpoint-simulator", arguments);
    ASSERT_EQ(child.wait(60s), 0) << child.err();
    EXPECT_EQ(acknowledged(child), 20'000U) << child.err();

    const auto received = read_all(broker, topic);
    ASSERT_EQ(received.size(), 20'000U);
    topics::ScoreEventDecoder decoder;
    for (const Received& record : received) {
        const auto event = decoder.decode(record.value);
        ASSERT_TRUE(event.has_value());
        ASSERT_EQ(event->match, record.key);
        ASSERT_EQ(event->at, record.timestamp);
        ASSERT_EQ(record.partition, streams::partition_for_key(record.key, kPartitions));
    }
    expect_unbroken_sequences(received);

    std::vector<std::string> dry = what;
    dry.emplace_back("--stdout");
    ChildProcess printed("matchpoint-simulator", dry);
    ASSERT_EQ(printed.wait(60s), 0);
    std::map<std::string, std::vector<std::string>> expected;
    std::istringstream lines(printed.out());
    for (std::string line; std::getline(lines, line);) {
        expected[std::string(decoder.decode(line)->match)].push_back(line);
    }
    EXPECT_EQ(by_match(received), expected);
}

TEST(Publishing, TerminationFlushesAndEndsWithinSeconds) {
    KafkaBroker& broker = KafkaBroker::shared();
    for (const int signal : {SIGTERM, SIGINT}) {
        const std::string topic = broker.create_topic(broker.unique("scores"), kPartitions);
        ChildProcess child("matchpoint-simulator", {"--bootstrap-server", broker.bootstrap(), "--topic", topic,
                                                    "--matches", "20", "--rate", "50"});
        std::this_thread::sleep_for(2s);
        child.signal(signal);
        ASSERT_EQ(child.wait(3s), 0) << child.err();
        const auto received = read_all(broker, topic);
        EXPECT_GT(received.size(), 200U);
        EXPECT_EQ(acknowledged(child), received.size()) << child.err();
        expect_unbroken_sequences(received);
    }
}

TEST(Publishing, WaitsForATopicThatIsMadeLater) {
    KafkaBroker& broker = KafkaBroker::shared();
    const std::string topic = broker.unique("scores");
    ChildProcess child("matchpoint-simulator",
                       {"--bootstrap-server", broker.bootstrap(), "--topic", topic, "--rate", "max", "--count", "100"});
    ASSERT_TRUE(child.says("topic " + topic + " does not exist", 20s)) << child.err();
    broker.create_topic(topic, kPartitions);
    ASSERT_EQ(child.wait(30s), 0) << child.err();
    EXPECT_EQ(read_all(broker, topic).size(), 100U);
}

TEST(Publishing, WaitsForABrokerThatStartsLaterAndOutlivesItsDeath) {
    KafkaBroker broker;
    if (broker.external()) return;  // not ours to stop
    const std::string topic = broker.create_topic("scores", kPartitions);
    broker.stop();
    ChildProcess child("matchpoint-simulator", {"--bootstrap-server", broker.bootstrap(), "--matches", "20", "--rate",
                                                "10", "--count", "3000"});
    ASSERT_TRUE(child.says("waiting for Kafka at " + broker.bootstrap(), 20s)) << child.err();
    broker.restart();
    ASSERT_TRUE(child.says("Kafka is there", 30s)) << child.err();
    std::this_thread::sleep_for(3s);
    broker.kill();
    std::this_thread::sleep_for(2s);
    broker.restart();
    ASSERT_EQ(child.wait(150s), 0) << child.err();
    EXPECT_EQ(acknowledged(child), 3000U) << child.err();
    const auto received = read_all(broker, topic);
    EXPECT_EQ(received.size(), 3000U);
    expect_unbroken_sequences(received);
}

TEST(Publishing, AStopWhileKafkaIsAwayEndsAtOnce) {
    ChildProcess child("matchpoint-simulator", {"--bootstrap-server", "127.0.0.1:1"});
    ASSERT_TRUE(child.says("waiting for Kafka at 127.0.0.1:1", 20s)) << child.err();
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait(3s), 0) << child.err();
}

TEST(Publishing, WrongUseEndsWithStatusTwo) {
    struct Case {
        std::vector<std::string> arguments;
        std::string named;
    };
    for (const Case& each : {Case{{"--rate", "fast"}, "--rate: 'fast'"},
                             {{"--set", "kafka.linger=5"}, "linger=5"},
                             {{"--set", "kafka.linger.ms=long"}, "linger.ms=long"},
                             {{"--nonsense"}, "--nonsense"}}) {
        ChildProcess child("matchpoint-simulator", each.arguments);
        EXPECT_EQ(child.wait(10s), 2) << child.err();
        EXPECT_NE(child.err().find(each.named), std::string::npos) << child.err();
        EXPECT_EQ(child.out(), "");
    }
}

}  // namespace
}  // namespace matchpoint::simulator
