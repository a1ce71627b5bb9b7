#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using ::testing::ElementsAre;
using Clock = std::chrono::steady_clock;

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

struct Watched {
    std::ostringstream log;
    std::vector<bool> changes;
    ClientHooks hooks() {
        auto logger =
            std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log, true));
        return {logger, [this](bool up) { changes.push_back(up); }};
    }
};

TEST(Connection, IsToldOnceWhenLostAndOnceWhenBack) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "needs a broker of its own to kill";
    const TopicPartition partition{broker.create_topic("t", 1), Partition{0}};
    Watched watched;
    Watched producer_watched;
    {
        Consumer consumer(broker.config(), watched.hooks());
        Producer producer(broker.config(), producer_watched.hooks());
        ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
        produce_all(producer, partition.topic, partition.partition, {"before"});
        ASSERT_EQ(poll_until(consumer, [](const auto& seen) { return seen.size() == 1; }).size(), 1U);
        EXPECT_TRUE(watched.changes.empty());

        broker.kill();
        auto end = Clock::now() + kPatience;
        while ((consumer.connected() || producer.connected()) && Clock::now() < end) {
            (void)consumer.poll(milliseconds(50));
            producer.poll(milliseconds(50));
        }
        EXPECT_FALSE(consumer.connected());
        EXPECT_FALSE(producer.connected());
        for (int i = 0; i < 30; ++i) (void)consumer.poll(milliseconds(100));
        EXPECT_THAT(watched.changes, ElementsAre(false));
        ASSERT_EQ(producer.produce({.topic = producer.topic("t"), .partition = Partition{0}, .value = "after"}),
                  ProduceStatus::kOk);
        EXPECT_FALSE(producer.drain(milliseconds(300)));

        broker.restart();
        ASSERT_TRUE(producer.drain(kPatience)) << "what was queued is sent";
        EXPECT_FALSE(producer.take_delivery_error());
        EXPECT_THAT(values_of(poll_until(consumer, [](const auto& seen) { return seen.size() == 1; })),
                    ElementsAre("after"));
        EXPECT_TRUE(consumer.connected());
        EXPECT_THAT(watched.changes, ElementsAre(false, true));
        EXPECT_THAT(producer_watched.changes, ElementsAre(false, true));
    }
    EXPECT_EQ(count(watched.log.str(), "cannot reach Kafka at " + broker.bootstrap()), 1U) << watched.log.str();
    EXPECT_EQ(count(watched.log.str(), "can be reached again"), 1U) << watched.log.str();
    EXPECT_LT(count(watched.log.str(), "\n"), 8U) << watched.log.str();
}

TEST(Connection, AnIdleConsumerLearnsThatKafkaIsBack) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "needs a broker of its own to stop";
    Watched watched;
    Consumer consumer(broker.config(), watched.hooks());
    const TopicPartition partition{broker.create_topic("idle", 1), Partition{0}};
    ASSERT_NO_ERROR(consumer.assign({{partition, kEnd, {}}}));
    (void)consumer.poll(milliseconds(500));
    broker.stop();
    auto end = Clock::now() + kPatience;
    while (consumer.connected() && Clock::now() < end) (void)consumer.poll(milliseconds(1000));
    ASSERT_FALSE(consumer.connected());
    broker.restart();
    end = Clock::now() + kPatience;
    while (!consumer.connected() && Clock::now() < end) (void)consumer.poll(milliseconds(1000));
    EXPECT_TRUE(consumer.connected());
}

TEST(Connection, ClosingWithoutABrokerTakesNoLongerThanAllowed) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "needs a broker of its own to kill";
    const std::string topic = broker.create_topic("close", 1);
    auto begin = Clock::now();
    {
        Consumer consumer(broker.config().merge({{"group.id", "g"}, {"session.timeout.ms", "6000"}}), {});
        ASSERT_NO_ERROR(consumer.subscribe({topic}, nullptr));
        const auto end = Clock::now() + kPatience;
        while (consumer.assignment().empty() && Clock::now() < end) (void)consumer.poll(milliseconds(20));
        ASSERT_EQ(consumer.assignment().size(), 1U);
        broker.kill();
        begin = Clock::now();
        (void)consumer.close(milliseconds(500));
        EXPECT_LT(Clock::now() - begin, milliseconds(1500));
    }
    EXPECT_LT(Clock::now() - begin, milliseconds(5000)) << "the destructor must not wait either";
}

}  // namespace
}  // namespace matchpoint::streams::kafka
