#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "processor/streams/kafka/consumer.h"
#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using Set = std::set<TopicPartition>;

constexpr std::int32_t kPartitions = 4;

// Takes with each partition of the driving topic the same partition of another.
class CoPartitioned : public RebalanceListener {
  public:
    explicit CoPartitioned(std::string other) : other_(std::move(other)) {}
    void on_assigned(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        std::vector<PartitionOffset> all;
        for (const TopicPartition& each : partitions) {
            all.push_back({each, kStored, {}});
            all.push_back({{other_, each.partition}, kStored, {}});
            owned.insert(each.partition);
        }
        if (!all.empty()) {
            EXPECT_NO_ERROR(consumer.incremental_assign(all));
        }
    }
    void on_revoked(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        ++revocations;
        give_up(consumer, partitions);
    }
    void on_lost(Consumer& consumer, const std::vector<TopicPartition>& partitions) override {
        ++losses;
        give_up(consumer, partitions);
    }

    std::set<Partition> owned;
    int revocations = 0;
    int losses = 0;

  private:
    void give_up(Consumer& consumer, const std::vector<TopicPartition>& partitions) {
        std::vector<TopicPartition> all;
        std::vector<PartitionOffset> positions;
        for (const TopicPartition& each : partitions) {
            for (const TopicPartition& one : {each, TopicPartition{other_, each.partition}}) {
                all.push_back(one);
                if (const auto position = consumer.position(one)) positions.push_back({one, *position, {}});
            }
            owned.erase(each.partition);
        }
        if (!positions.empty() && !consumer.assignment_lost()) {
            EXPECT_NO_ERROR(consumer.commit_sync(positions));
        }
        EXPECT_NO_ERROR(consumer.incremental_unassign(all));
    }
    std::string other_;
};

// Counts how often each record has been read.
void poll_into(Consumer& consumer, std::map<std::string, int>& seen) {
    PollResult result = consumer.poll(milliseconds(10));
    if (auto* message = std::get_if<Message>(&result)) ++seen[std::string(*message->value())];
    if (auto* error = std::get_if<KafkaError>(&result)) ADD_FAILURE() << error->to_string();
}

void produce_numbered(const std::string& topic, int from, int to) {
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
        std::vector<std::string> values;
        for (int i = from; i < to; ++i)
            values.push_back(topic + "/" + std::to_string(partition) + "/" + std::to_string(i));
        produce_all(topic, Partition{partition}, values);
    }
}

TEST(Rebalance, CoPartitionedTopicsMoveTogetherAndNothingIsReadTwice) {
    auto& broker = KafkaBroker::shared();
    const std::string driving = broker.create_topic(broker.unique("driving"), kPartitions);
    const std::string other = broker.create_topic(broker.unique("other"), kPartitions);
    const std::string group = broker.unique("co");
    std::map<std::string, int> seen;
    CoPartitioned first_listener(other);
    CoPartitioned second_listener(other);
    Consumer first(group_config(group), {});
    ASSERT_NO_ERROR(first.subscribe({driving}, &first_listener));
    produce_numbered(driving, 0, 25);
    produce_numbered(other, 0, 25);
    auto end = Clock::now() + kPatience;
    while (seen.size() < 200 && Clock::now() < end) poll_into(first, seen);
    ASSERT_EQ(first_listener.owned.size(), 4U);
    EXPECT_EQ(first.assignment().size(), 8U);

    {
        Consumer second(group_config(group), {});
        ASSERT_NO_ERROR(second.subscribe({driving}, &second_listener));
        end = Clock::now() + kPatience;
        while ((second_listener.owned.size() != 2 || first_listener.owned.size() != 2) && Clock::now() < end) {
            poll_into(first, seen);
            poll_into(second, seen);
        }
        ASSERT_EQ(first_listener.owned.size(), 2U);
        ASSERT_EQ(second_listener.owned.size(), 2U);
        EXPECT_EQ(second.assignment().size(), 4U);
        produce_numbered(driving, 25, 50);
        produce_numbered(other, 25, 50);
        end = Clock::now() + kPatience;
        while (seen.size() < 400 && Clock::now() < end) {
            poll_into(first, seen);
            poll_into(second, seen);
        }
        EXPECT_FALSE(first.member_id().empty());
        EXPECT_NE(first.member_id(), second.member_id());
        EXPECT_TRUE(second.close());
        EXPECT_TRUE(second_listener.owned.empty()) << "close revokes";
    }
    end = Clock::now() + kPatience;
    while (first_listener.owned.size() != 4 && Clock::now() < end) poll_into(first, seen);
    produce_numbered(other, 50, 60);
    end = Clock::now() + kPatience;
    while (seen.size() < 440 && Clock::now() < end) poll_into(first, seen);
    EXPECT_EQ(seen.size(), 440U);
    for (const auto& [value, count] : seen) EXPECT_EQ(count, 1) << value;
    EXPECT_EQ(first_listener.losses, 0);
    EXPECT_TRUE(first.close());
    EXPECT_TRUE(first.close()) << "twice is once";
}

TEST(Rebalance, AMemberThatDoesNotPollLosesItsPartitions) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("slow"), kPartitions);
    const std::string other = broker.create_topic(broker.unique("slow-other"), kPartitions);
    CoPartitioned listener(other);
    Consumer consumer(group_config(broker.unique("slow"), {{"max.poll.interval.ms", "6000"}}), {});
    ASSERT_NO_ERROR(consumer.subscribe({topic}, &listener));
    const auto end = Clock::now() + kPatience;
    while (listener.owned.empty() && Clock::now() < end) (void)consumer.poll(milliseconds(50));
    ASSERT_EQ(listener.owned.size(), 4U);
    std::this_thread::sleep_for(milliseconds(7500));
    bool told = false;
    const auto until = Clock::now() + kPatience;
    while (listener.losses == 0 && Clock::now() < until) {
        PollResult result = consumer.poll(milliseconds(50));
        if (auto* error = std::get_if<KafkaError>(&result)) told = told || error->member_lost();
    }
    EXPECT_EQ(listener.losses, 1);
    EXPECT_EQ(listener.revocations, 0);
    EXPECT_TRUE(told);
}

std::ptrdiff_t threads_of_this_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

TEST(Rebalance, AMemberMayBeClosedAtAnyMomentOfItsJoining) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("early"), kPartitions);
    const auto threads = threads_of_this_process();
    for (int us = 0; us < 20000; us += 500) {
        const std::string group = broker.unique("early");
        const KafkaConfig more = us % 1000 == 0 ? KafkaConfig() : KafkaConfig{{"group.instance.id", "one"}};
        Consumer consumer(group_config(group, more), {});
        ASSERT_NO_ERROR(consumer.subscribe({topic}, nullptr));
        const auto end = Clock::now() + std::chrono::microseconds(us);
        while (Clock::now() < end) (void)consumer.poll(milliseconds(0));
    }
    EXPECT_EQ(threads_of_this_process(), threads) << "every client is gone, not only closed";
}

class Throwing : public RebalanceListener {
  public:
    void on_assigned(Consumer&, const std::vector<TopicPartition>&) override { throw std::runtime_error("no store"); }
    void on_revoked(Consumer&, const std::vector<TopicPartition>&) override {}
    void on_lost(Consumer&, const std::vector<TopicPartition>&) override {}
};

TEST(Rebalance, WhatAListenerThrowsComesOutOfPoll) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("throws"), 1);
    Throwing listener;
    Consumer consumer(group_config(broker.unique("throws")), {});
    ASSERT_NO_ERROR(consumer.subscribe({topic}, &listener));
    EXPECT_THROW(
        {
            for (const auto end = Clock::now() + kPatience; Clock::now() < end;) (void)consumer.poll(milliseconds(50));
        },
        std::runtime_error);
    EXPECT_TRUE(consumer.assignment().empty());
    EXPECT_TRUE(consumer.close());
}

TEST(Rebalance, AnEagerAssignorWorksToo) {
    auto& broker = KafkaBroker::shared();
    const std::string topic = broker.create_topic(broker.unique("eager"), 2);
    produce_all(topic, Partition{1}, {"v"});
    Consumer consumer(group_config(broker.unique("eager"), {{"partition.assignment.strategy", "range"}}), {});
    ASSERT_NO_ERROR(consumer.subscribe({topic}, nullptr));
    EXPECT_EQ(poll_until(consumer, [](const auto& seen) { return seen.size() == 1; }).size(), 1U);
    EXPECT_TRUE(consumer.close());
}

}  // namespace
}  // namespace matchpoint::streams::kafka
