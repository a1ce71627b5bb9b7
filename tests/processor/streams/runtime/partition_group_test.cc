// The order of a task's records, and what it waits for. The records come from the broker: a queue holds what a consumer
// gave it.
#include <set>

#include <gtest/gtest.h>

#include "processor/streams/kafka/producer.h"
#include "processor/streams/runtime/partition_group.h"
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using Readiness = PartitionGroup::Readiness;

class NoNode final : public SourceNode {
  public:
    NoNode() : SourceNode("source", {}) {}
    void init(TaskServices&) override {}
    void receive_raw(const RawRecord&) override {}
};

// What the test says.
class ToldEnds final : public LogEnds {
  public:
    void forget(const TopicPartition& partition) override { at_end.erase(partition); }
    [[nodiscard]] bool reached(const TopicPartition& partition, Offset) const override {
        ++asked;
        return at_end.contains(partition);
    }
    std::set<TopicPartition> at_end;
    mutable int asked = 0;
};

class PartitionGroups : public Application {
  protected:
    void SetUp() override {
        const std::map<std::string, std::string> keep{{"retention.ms", "-1"}};  // the records are old
        left_ = {topic("left", 1, keep), Partition{0}};
        right_ = {topic("right", 1, keep), Partition{0}};
        for (const TopicPartition& partition : {left_, right_}) {
            group_.add_partition(partition, node_);
            group_.find(partition.topic, partition.partition)->start_at(Offset{0}, kNoTimestamp);
        }
        ASSERT_FALSE(consumer_.assign({{left_, kafka::kBeginning, {}}, {right_, kafka::kBeginning, {}}}));
    }
    // Gives the queue of the partition a record with this timestamp.
    void give(const TopicPartition& partition, std::int64_t timestamp) {
        produce(partition.topic, {{"key", "value"}}, Timestamp{timestamp});
        ASSERT_TRUE(eventually([&] {
            auto polled = consumer_.poll(milliseconds(20));
            auto* message = std::get_if<kafka::Message>(&polled);
            if (message == nullptr) return false;
            group_.find(message->topic(), message->partition())->add(std::move(*message));
            return true;
        }));
    }
    [[nodiscard]] Readiness ready(std::int64_t at_ms, int max_idle_ms) {
        return group_.ready(at_ms * 1'000'000, milliseconds(max_idle_ms), ends_);
    }
    std::int64_t take() { return group_.next()->pop().timestamp.value(); }

    kafka::Consumer consumer_{KafkaBroker::shared().config(), {}};  // outlives the records in the group
    NoNode node_;
    PartitionGroup group_;
    ToldEnds ends_;
    TopicPartition left_, right_;
};

TEST_F(PartitionGroups, GiveTheLowestTimestampFirst) {
    give(left_, 2'000);
    give(right_, 1'000);
    give(right_, 3'000);
    EXPECT_EQ(ready(0, 0), Readiness::kReady);
    EXPECT_EQ(take(), 1'000);
    EXPECT_EQ(take(), 2'000);
    EXPECT_EQ(take(), 3'000);
    EXPECT_EQ(group_.next(), nullptr);
}

TEST_F(PartitionGroups, WaitForWhatTheLogStillHolds) {
    give(left_, 2'000);
    EXPECT_EQ(ready(0, 0), Readiness::kWaiting) << "nothing is known of the other partition";
    EXPECT_EQ(ready(1'000'000, 0), Readiness::kWaiting) << "however long that takes";
    ends_.at_end.insert(right_);
    EXPECT_EQ(ready(0, 0), Readiness::kEnforced);
    ends_.at_end.clear();
    give(right_, 1'000);
    EXPECT_EQ(ready(0, 0), Readiness::kReady);
    EXPECT_EQ(take(), 1'000);
    EXPECT_EQ(ready(0, 0), Readiness::kWaiting) << "a record has come since the end was reached: there may be more";
}

TEST_F(PartitionGroups, WaitTheIdleTimeForWhatIsNotWrittenYet) {
    give(left_, 2'000);
    EXPECT_EQ(ready(100, 10), Readiness::kWaiting);
    ends_.at_end.insert(right_);
    EXPECT_EQ(ready(200, 10), Readiness::kWaiting) << "the time runs from when the end is known to be reached";
    EXPECT_EQ(ready(209, 10), Readiness::kWaiting);
    EXPECT_EQ(ready(210, 10), Readiness::kEnforced);
    give(right_, 1'000);
    EXPECT_EQ(ready(211, 10), Readiness::kReady);
    EXPECT_EQ(take(), 1'000);
    EXPECT_EQ(ready(212, 10), Readiness::kWaiting) << "a record has come: the time begins anew";
    EXPECT_EQ(ready(222, 10), Readiness::kEnforced);
}

TEST_F(PartitionGroups, NeverWaitAtMinusOne) {
    give(left_, 2'000);
    EXPECT_EQ(ready(0, -1), Readiness::kReady);
    EXPECT_EQ(ends_.asked, 0);
}

TEST_F(PartitionGroups, AskNothingForTheirOnlyPartition) {
    PartitionGroup one;
    one.add_partition(left_, node_);
    EXPECT_EQ(one.ready(0, milliseconds(10), ends_), Readiness::kReady);
    EXPECT_EQ(ends_.asked, 0);
}

TEST_F(PartitionGroups, KnowTheEndOfALogFromWhatTheConsumerHears) {
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("enable.partition.eof", "true").set("isolation.level", "read_committed");
    kafka::Consumer consumer(std::move(config), {});
    ConsumedLogEnds ends(consumer);
    produce(left_.topic, {{"key", "one"}, {"key", "two"}});
    ASSERT_FALSE(consumer.assign({{left_, kafka::kBeginning, {}}}));
    EXPECT_FALSE(ends.reached(left_, Offset{0})) << "nothing was heard yet";
    const auto poll = [&] {
        auto polled = consumer.poll(milliseconds(20));
        if (const auto* end = std::get_if<kafka::PartitionEof>(&polled)) ends.heard(*end);
        const auto* message = std::get_if<kafka::Message>(&polled);
        return message == nullptr ? Offset{-1} : message->offset();
    };
    ASSERT_TRUE(eventually([&] { return poll() == Offset{0}; }));
    EXPECT_FALSE(ends.reached(left_, Offset{1})) << "the second record is in the log";
    ASSERT_TRUE(eventually([&] { return poll() == Offset{1}; }));
    EXPECT_TRUE(eventually([&] {
        (void)poll();
        return ends.reached(left_, Offset{2});
    }));

    // What an open transaction has written is not waited for.
    kafka::KafkaConfig transactional = KafkaBroker::shared().config();
    transactional.set("transactional.id", id() + "-open");
    kafka::Producer open(std::move(transactional), {});
    ASSERT_FALSE(open.init_transactions(kPatience));
    ASSERT_FALSE(open.begin_transaction());
    kafka::OutgoingRecord record;
    record.topic = open.topic(right_.topic);
    record.value = "open";
    ASSERT_EQ(open.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(open.drain(kPatience));
    ASSERT_FALSE(consumer.assign({{right_, kafka::kBeginning, {}}}));
    EXPECT_TRUE(eventually([&] {
        (void)poll();
        return ends.reached(right_, Offset{0});
    }));
    ends.forget(right_);
    EXPECT_FALSE(ends.reached(right_, Offset{0}));
    ASSERT_FALSE(open.abort_transaction(kPatience));
}

}  // namespace
}  // namespace matchpoint::streams
