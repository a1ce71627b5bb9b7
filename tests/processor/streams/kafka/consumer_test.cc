#include "processor/streams/kafka/consumer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using ::testing::ElementsAre;
using Clock = std::chrono::steady_clock;

std::string topic_with(const std::string& name, const std::vector<std::string>& values) {
    auto& broker = KafkaBroker::shared();
    std::string topic = broker.create_topic(broker.unique(name), 1);
    produce_all(topic, Partition{0}, values);
    return topic;
}

TEST(Consumer, ReadsFromWhereItIsTold) {
    const std::string topic = topic_with("start", {"a", "b", "c"});
    const TopicPartition partition{topic, Partition{0}};
    Consumer consumer(broker_config({{"enable.partition.eof", "true"}}), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, Offset{1}, {}}}));
    EXPECT_EQ(consumer.position(partition), std::nullopt);
    auto messages = poll_until(consumer, [](const auto& seen) { return seen.size() == 2; });
    EXPECT_THAT(values_of(messages), ElementsAre("b", "c"));
    EXPECT_EQ(consumer.position(partition), Offset{3});
    messages.clear();

    ASSERT_NO_ERROR(consumer.seek(partition, Offset{2}, kPatience));
    messages = poll_until(consumer, [](const auto& seen) { return seen.size() == 1; });
    EXPECT_THAT(values_of(messages), ElementsAre("c"));
    messages.clear();

    ASSERT_NO_ERROR(consumer.assign({{partition, kEnd, {}}}));
    PollResult result = consumer.poll(kPatience);
    ASSERT_TRUE(std::holds_alternative<PartitionEof>(result));
    EXPECT_EQ(std::get<PartitionEof>(result).offset, Offset{3});
    EXPECT_EQ(std::get<PartitionEof>(result).partition, partition);
}

TEST(Consumer, APausedPartitionGivesNothingUntilItIsResumed) {
    const TopicPartition partition{topic_with("pause", {"a", "b"}), Partition{0}};
    Consumer consumer(broker_config(), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    ASSERT_EQ(poll_until(consumer, [](const auto& seen) { return seen.size() == 1; }).size(), 1U);
    ASSERT_NO_ERROR(consumer.pause({partition}));
    EXPECT_TRUE(poll_until(
                    consumer, [](const auto& seen) { return !seen.empty(); }, milliseconds(300))
                    .empty());
    ASSERT_NO_ERROR(consumer.resume({partition}));
    EXPECT_THAT(values_of(poll_until(consumer, [](const auto& seen) { return !seen.empty(); })), ElementsAre("b"));
}

TEST(Consumer, TellsWatermarksAndOffsetsForTimes) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("times"), 1), Partition{0}};
    Producer producer(broker_config(), {});
    for (const std::int64_t at : {1000, 2000, 3000})
        ASSERT_EQ(producer.produce({.topic = producer.topic(partition.topic),
                                    .partition = Partition{0},
                                    .value = "v",
                                    .timestamp = Timestamp{at}}),
                  ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
    Consumer consumer(broker_config(), {});
    auto marks = consumer.query_watermarks(partition, kPatience);
    ASSERT_TRUE(marks) << marks.error().to_string();
    EXPECT_EQ(marks->low, Offset{0});
    EXPECT_EQ(marks->high, Offset{3});
    auto found = consumer.offsets_for_times({{partition, Timestamp{1500}}}, kPatience);
    ASSERT_TRUE(found) << found.error().to_string();
    EXPECT_EQ(found->front().offset, Offset{1});
    found = consumer.offsets_for_times({{partition, Timestamp{9000}}}, kPatience);
    EXPECT_EQ(found->front().offset, kEnd);
    EXPECT_EQ(*consumer.partition_count(partition.topic, kPatience), 1);
}

TEST(Consumer, CommitsOffsetsWithMetadata) {
    auto& broker = KafkaBroker::shared();
    const std::string group = broker.unique("commits");
    const TopicPartition partition{topic_with("commits", {"a", "b", "c"}), Partition{0}};
    Consumer consumer(group_config(group), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    auto before = consumer.committed({partition}, kPatience);
    ASSERT_TRUE(before) << before.error().to_string();
    EXPECT_EQ(before->front().offset, kNoOffset);
    ASSERT_NO_ERROR(consumer.commit_sync({{partition, Offset{2}, "stream-time=77"}}));
    auto after = consumer.committed({partition}, kPatience);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->front(), (PartitionOffset{partition, Offset{2}, "stream-time=77"}));
    ASSERT_NO_ERROR(consumer.commit_async({{partition, Offset{3}, ""}}));
    const auto end = Clock::now() + kPatience;
    while (consumer.committed({partition}, kPatience)->front().offset != Offset{3} && Clock::now() < end)
        (void)consumer.poll(milliseconds(10));
    EXPECT_EQ(consumer.committed({partition}, kPatience)->front().offset, Offset{3});
    EXPECT_NO_ERROR(consumer.take_commit_error());
}

TEST(Consumer, AReaderSlowerThanTheFetcherIsNeverStarved) {
    constexpr int kRecords = 30000;
    const TopicPartition partition{topic_with("starve", std::vector<std::string>(kRecords, std::string(100, 'x'))),
                                   Partition{0}};
    // A full queue at 1,000 records: left to itself the fetcher would sleep for a second after each.
    Consumer consumer(broker_config({{"queued.min.messages", "1000"}, {"fetch.message.max.bytes", "100000"}}), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    const auto begin = Clock::now();
    for (int read = 0; read < kRecords && Clock::now() - begin < seconds(60);) {
        const PollResult result = consumer.poll(milliseconds(100));
        if (!std::holds_alternative<Message>(result)) continue;
        if (++read % 500 == 0) std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_EQ(consumer.position(partition), Offset{kRecords});
    EXPECT_LT(Clock::now() - begin, seconds(8));
}

TEST(Consumer, AnotherThreadWakesABlockingPoll) {
    const TopicPartition partition{topic_with("wake", {}), Partition{0}};
    Consumer consumer(broker_config(), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    (void)consumer.poll(milliseconds(500));
    std::thread waker([&] {
        std::this_thread::sleep_for(milliseconds(100));
        consumer.wake();
    });
    const auto begin = Clock::now();
    const PollResult result = consumer.poll(seconds(20));
    waker.join();
    EXPECT_TRUE(std::holds_alternative<std::monostate>(result));
    EXPECT_LT(Clock::now() - begin, seconds(5));
}

TEST(Consumer, AWakeBeforeThePollIsNotLost) {
    const TopicPartition partition{topic_with("wake-early", {}), Partition{0}};
    Consumer consumer(broker_config(), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
    (void)consumer.poll(milliseconds(500));
    const auto begin = Clock::now();
    consumer.wake();
    EXPECT_TRUE(std::holds_alternative<std::monostate>(consumer.poll(seconds(20))));
    EXPECT_LT(Clock::now() - begin, seconds(5));
    const auto after = Clock::now();
    (void)consumer.poll(milliseconds(300));
    EXPECT_GE(Clock::now() - after, milliseconds(290)) << "one wake ends one poll";
}

TEST(Consumer, WritesToAnEventFdWhenThereIsSomethingToPoll) {
    const TopicPartition partition{topic_with("eventfd", {}), Partition{0}};
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    {
        Consumer consumer(broker_config(), {});
        ASSERT_NO_ERROR(consumer.assign({{partition, kBeginning, {}}}));
        consumer.notify_fd(fd);
        const auto drain = [&] {
            std::vector<std::string> values;
            for (;;) {
                PollResult result = consumer.poll(milliseconds(0));
                if (std::holds_alternative<std::monostate>(result)) return values;
                if (auto* message = std::get_if<Message>(&result)) values.emplace_back(*message->value());
            }
        };
        for (const std::string value : {"one", "two", "three"}) {
            (void)drain();
            produce_all(partition.topic, Partition{0}, {value});
            std::vector<std::string> got;
            const auto end = Clock::now() + kPatience;
            while (got.empty() && Clock::now() < end) {
                pollfd waiting{fd, POLLIN, 0};
                ASSERT_EQ(::poll(&waiting, 1, 10000), 1) << "no wake-up for " << value;
                std::uint64_t count = 0;
                ASSERT_EQ(read(fd, &count, sizeof count), static_cast<ssize_t>(sizeof count));
                got = drain();
            }
            EXPECT_THAT(got, ElementsAre(value));
        }
    }
    close(fd);
}

TEST(Consumer, ReportsATopicThatIsNotThere) {
    auto& broker = KafkaBroker::shared();
    Consumer consumer(group_config(broker.unique("missing")), {});
    ASSERT_NO_ERROR(consumer.subscribe({broker.unique("no-such-topic")}, nullptr));
    MaybeError found;
    const auto end = Clock::now() + kPatience;
    while (!found && Clock::now() < end) {
        PollResult result = consumer.poll(milliseconds(100));
        if (auto* error = std::get_if<KafkaError>(&result)) found = *error;
    }
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->unknown_topic_or_partition()) << found->to_string();
}

TEST(Consumer, ReportsAnOffsetThatIsOutOfRange) {
    const TopicPartition partition{topic_with("range", {"a"}), Partition{0}};
    Consumer consumer(broker_config({{"auto.offset.reset", "error"}}), {});
    ASSERT_NO_ERROR(consumer.assign({{partition, Offset{1000}, {}}}));
    MaybeError found;
    const auto end = Clock::now() + kPatience;
    while (!found && Clock::now() < end) {
        PollResult result = consumer.poll(milliseconds(100));
        if (auto* error = std::get_if<KafkaError>(&result)) found = *error;
    }
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->offset_out_of_range()) << found->to_string();
}

}  // namespace
}  // namespace matchpoint::streams::kafka
