#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

KafkaConfig transactional(const std::string& id) {
    return broker_config({{"transactional.id", id}, {"transaction.timeout.ms", "10000"}});
}

void begin(Producer& producer) {
    ASSERT_NO_ERROR(producer.init_transactions(kPatience));
    ASSERT_NO_ERROR(producer.begin_transaction());
}

TEST(Transactions, OnlyWhatIsCommittedIsReadCommitted) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("txn"), 1), Partition{0}};
    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    produce_all(producer, partition.topic, partition.partition, {"a", "b"});
    EXPECT_THAT(read_values(partition), IsEmpty());
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));

    ASSERT_NO_ERROR(producer.begin_transaction());
    produce_all(producer, partition.topic, partition.partition, {"dropped"});
    ASSERT_NO_ERROR(producer.abort_transaction(kPatience));

    ASSERT_NO_ERROR(producer.begin_transaction());
    produce_all(producer, partition.topic, partition.partition, {"c"});
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    EXPECT_THAT(read_values(partition), ElementsAre("a", "b", "c"));
    EXPECT_THAT(read_values(partition, "read_uncommitted"), ElementsAre("a", "b", "dropped", "c"));
}

TEST(Transactions, AnOpenOneHoldsTheLastStableOffsetBack) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("lso"), 1), Partition{0}};
    produce_all(partition.topic, partition.partition, {"stable"});
    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    produce_all(producer, partition.topic, partition.partition, {"open"});
    Consumer committed(broker_config(), {});
    Consumer uncommitted(broker_config({{"isolation.level", "read_uncommitted"}}), {});
    Admin admin(broker_config(), {});
    EXPECT_EQ(committed.query_watermarks(partition, kPatience)->high, Offset{1});
    EXPECT_EQ(uncommitted.query_watermarks(partition, kPatience)->high, Offset{2});
    EXPECT_EQ(admin.watermarks(partition, kPatience)->high, Offset{2});
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    // The marker takes an offset; the broker writes it after it has answered the commit.
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (committed.query_watermarks(partition, kPatience)->high != Offset{3} &&
           std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(milliseconds(2));
    EXPECT_EQ(admin.watermarks(partition, kPatience)->high, Offset{3});
}

TEST(Transactions, TheEndOfAPartitionIsTheLastStableOffsetAndPassesOverMarkers) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("eof"), 1), Partition{0}};
    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    produce_all(producer, partition.topic, partition.partition, {"a"});
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    Consumer reader(broker_config({{"enable.partition.eof", "true"}}), {});
    ASSERT_NO_ERROR(reader.assign({{partition, kBeginning, {}}}));
    PollResult first = reader.poll(kPatience);
    ASSERT_TRUE(std::holds_alternative<Message>(first));
    PollResult second = reader.poll(kPatience);
    ASSERT_TRUE(std::holds_alternative<PartitionEof>(second));
    EXPECT_EQ(std::get<PartitionEof>(second).offset, Offset{2});
    EXPECT_EQ(reader.position(partition), Offset{2});
}

TEST(Transactions, OffsetsAreCommittedWithTheRecordsOrNotAtAll) {
    auto& broker = KafkaBroker::shared();
    const std::string group = broker.unique("group");
    const TopicPartition in{broker.create_topic(broker.unique("in"), 1), Partition{0}};
    const TopicPartition out{broker.create_topic(broker.unique("out"), 1), Partition{0}};
    produce_all(in.topic, in.partition, {"1", "2"});
    Consumer consumer(group_config(group), {});
    ASSERT_NO_ERROR(consumer.subscribe({in.topic}, nullptr));
    ASSERT_EQ(poll_until(consumer, [](const auto& seen) { return seen.size() == 2; }).size(), 2U);

    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    produce_all(producer, out.topic, out.partition, {"lost"});
    ASSERT_NO_ERROR(producer.send_offsets({{in, Offset{1}, "one"}}, consumer.group_metadata(), kPatience));
    ASSERT_NO_ERROR(producer.abort_transaction(kPatience));
    EXPECT_EQ(consumer.committed({in}, kPatience)->front().offset, kNoOffset);

    ASSERT_NO_ERROR(producer.begin_transaction());
    produce_all(producer, out.topic, out.partition, {"kept"});
    ASSERT_NO_ERROR(producer.send_offsets({{in, Offset{2}, "two"}}, consumer.group_metadata(), kPatience));
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    EXPECT_EQ(consumer.committed({in}, kPatience)->front(), (PartitionOffset{in, Offset{2}, "two"}));
    EXPECT_THAT(read_values(out), ElementsAre("kept"));
}

TEST(Transactions, ANewProducerFencesTheZombie) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("fence"), 1), Partition{0}};
    const std::string id = broker.unique("id");
    Producer zombie(transactional(id), {});
    begin(zombie);
    produce_all(zombie, partition.topic, partition.partition, {"of the zombie"});
    Producer heir(transactional(id), {});
    begin(heir);
    produce_all(heir, partition.topic, partition.partition, {"of the heir"});

    const MaybeError refused = zombie.commit_transaction(kPatience);
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->fenced()) << refused->to_string();
    EXPECT_TRUE(refused->fatal());
    const MaybeError fatal = zombie.fatal_error();
    ASSERT_TRUE(fatal);
    EXPECT_TRUE(fatal->fenced()) << fatal->to_string();
    ASSERT_NO_ERROR(heir.commit_transaction(kPatience));
    EXPECT_THAT(read_values(partition), ElementsAre("of the heir"));
}

// The coordinator refuses it at first, and with it the client that it was made with.
TEST(Transactions, TheSuccessorOfAnOpenOneTellsItsListenerAndKeepsItsLimit) {
    class Counter : public DeliveryListener {
      public:
        void on_delivery(const Delivery& delivery) override { delivered += delivery.error == nullptr ? 1 : 0; }
        int delivered = 0;
    };
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("successor"), 1), Partition{0}};
    const std::string id = broker.unique("id");
    Producer predecessor(transactional(id), {});
    begin(predecessor);
    produce_all(predecessor, partition.topic, partition.partition, {"open"});
    Counter counter;
    Producer successor(transactional(id), {}, &counter);
    const auto limit = std::make_shared<CallLimit>();
    successor.limit_calls(limit);
    begin(successor);
    produce_all(successor, partition.topic, partition.partition, {"a", "b"});
    ASSERT_NO_ERROR(successor.commit_transaction(kPatience));
    EXPECT_EQ(counter.delivered, 2);
    EXPECT_THAT(read_values(partition), ElementsAre("a", "b"));
    limit->set(CallLimit::Clock::now());
    EXPECT_EQ(successor.capped(kPatience).count(), 0) << "the limit was lost";
}

TEST(Transactions, OffsetsOfAMemberThatTheGroupHasLeftBehindAreRefused) {
    auto& broker = KafkaBroker::shared();
    const std::string group = broker.unique("group");
    const TopicPartition in{broker.create_topic(broker.unique("in"), 1), Partition{0}};
    const TopicPartition out{broker.create_topic(broker.unique("out"), 1), Partition{0}};
    produce_all(in.topic, in.partition, {"1"});
    GroupMetadata stale;
    {
        Consumer gone(group_config(group), {});
        ASSERT_NO_ERROR(gone.subscribe({in.topic}, nullptr));
        ASSERT_EQ(poll_until(gone, [](const auto& seen) { return seen.size() == 1; }).size(), 1U);
        stale = gone.group_metadata();
    }
    Consumer heir(group_config(group), {});
    ASSERT_NO_ERROR(heir.subscribe({in.topic}, nullptr));
    ASSERT_EQ(poll_until(heir, [](const auto& seen) { return seen.size() == 1; }).size(), 1U);

    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    produce_all(producer, out.topic, out.partition, {"stale"});
    const MaybeError refused = producer.send_offsets({{in, Offset{1}, ""}}, stale, kPatience);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, KafkaError::Kind::kAbortTransaction) << refused->to_string();
    EXPECT_TRUE(refused->member_lost()) << refused->to_string();
    ASSERT_NO_ERROR(producer.abort_transaction(kPatience));
    EXPECT_THAT(read_values(out), IsEmpty());
}

TEST(Transactions, AFailedDeliveryAsksForAnAbortAndTheProducerGoesOn) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition small{broker.create_topic(broker.unique("small"), 1, {{"max.message.bytes", "200"}}),
                               Partition{0}};
    Producer producer(transactional(broker.unique("id")), {});
    begin(producer);
    const std::string large(5000, 'x');
    ASSERT_EQ(producer.produce({.topic = producer.topic(small.topic), .partition = small.partition, .value = large}),
              ProduceStatus::kOk);
    const MaybeError refused = producer.commit_transaction(kPatience);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, KafkaError::Kind::kAbortTransaction) << refused->to_string();
    EXPECT_EQ(producer.take_delivery_error()->error.name, "MSG_SIZE_TOO_LARGE");
    ASSERT_NO_ERROR(producer.abort_transaction(kPatience));

    // librdkafka 2.0.2 still counts the refused record's sequence number: one more transaction is to be aborted.
    int aborted = 0;
    for (; aborted < 3; ++aborted) {
        ASSERT_NO_ERROR(producer.begin_transaction());
        ASSERT_EQ(producer.produce({.topic = producer.topic(small.topic), .partition = small.partition, .value = "ok"}),
                  ProduceStatus::kOk);
        const MaybeError again = producer.commit_transaction(kPatience);
        if (!again) break;
        ASSERT_EQ(again->kind, KafkaError::Kind::kAbortTransaction) << again->to_string();
        ASSERT_NO_ERROR(producer.abort_transaction(kPatience));
    }
    EXPECT_LE(aborted, 1);
    EXPECT_THAT(read_values(small), ElementsAre("ok"));
}

TEST(Transactions, ACommitIsQuickOnceTheClientIsWarm) {
    auto& broker = KafkaBroker::shared();
    const TopicPartition partition{broker.create_topic(broker.unique("quick"), 1), Partition{0}};
    Producer producer(transactional(broker.unique("id")), {});
    ASSERT_TRUE(producer.warm_metadata({partition.topic}, kPatience));
    begin(producer);
    produce_all(producer, partition.topic, partition.partition, {"warm"});
    ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    constexpr int kTransactions = 20;
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < kTransactions; ++i) {
        ASSERT_NO_ERROR(producer.begin_transaction());
        produce_all(producer, partition.topic, partition.partition, {"v"});
        ASSERT_NO_ERROR(producer.commit_transaction(kPatience));
    }
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
    RecordProperty("ms_per_transaction", std::to_string(static_cast<double>(took.count()) / kTransactions));
    EXPECT_LT(took / kTransactions, milliseconds(90)) << "the default retry.backoff.ms of 100 is waited for";
}

}  // namespace
}  // namespace matchpoint::streams::kafka
