#include "processor/streams/kafka/admin.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/processor/streams/kafka/fixture.h"

namespace matchpoint::streams::kafka {
namespace {

class AdminTest : public ::testing::Test {
  protected:
    KafkaBroker& broker_ = KafkaBroker::shared();
    Admin admin_{broker_config(), {}};
};

TEST_F(AdminTest, ATopicThatExistsIsAnAnswerAndNoError) {
    const std::string name = broker_.unique("twice");
    auto first = admin_.create_topics({{name, 3, 1, {{"cleanup.policy", "compact"}}}}, kPatience);
    ASSERT_TRUE(first) << first.error().to_string();
    EXPECT_FALSE(first->front().error);
    EXPECT_EQ(first->front().outcome, CreateOutcome::kCreated);
    const std::string fresh = broker_.unique("fresh");
    auto second = admin_.create_topics({{name, 3, 1, {}}, {fresh, 1, 1, {}}}, kPatience);
    ASSERT_TRUE(second) << second.error().to_string();
    ASSERT_EQ(second->size(), 2U);
    EXPECT_EQ((*second)[0].outcome, CreateOutcome::kExists);
    EXPECT_FALSE((*second)[0].error);
    EXPECT_EQ((*second)[1].name, fresh);
    EXPECT_EQ((*second)[1].outcome, CreateOutcome::kCreated);
    EXPECT_EQ(*admin_.partitions_of(name, kPatience), 3);
    EXPECT_EQ(admin_.describe_configs(name, kPatience)->at("cleanup.policy").value, "compact");
}

TEST_F(AdminTest, AWrongTopicIsAnErrorOfThatTopicOnly) {
    const std::string good = broker_.unique("good");
    auto results = admin_.create_topics(
        {{broker_.unique("bad"), 1, 1, {{"cleanup.policy", "burn"}}}, {good, -1, -1, {}}}, kPatience);
    ASSERT_TRUE(results) << results.error().to_string();
    ASSERT_TRUE((*results)[0].error);
    EXPECT_EQ((*results)[0].error->name, "INVALID_CONFIG");
    EXPECT_FALSE((*results)[1].error) << (*results)[1].error->to_string();
    EXPECT_GE(*admin_.partitions_of(good, kPatience), 1);
}

TEST_F(AdminTest, PartitionsOfAnUnknownTopicIsAnErrorAndCreatesNothing) {
    const std::string name = broker_.unique("unknown");
    auto count = admin_.partitions_of(name, kPatience);
    ASSERT_FALSE(count);
    EXPECT_TRUE(count.error().unknown_topic_or_partition());
    for (const TopicMetadata& topic : admin_.topics(kPatience).value()) EXPECT_NE(topic.name, name);
}

TEST_F(AdminTest, AlterConfigsLeavesTheOtherSettingsAlone) {
    const std::string name =
        broker_.create_topic(broker_.unique("alter"), 1, {{"cleanup.policy", "compact"}, {"segment.ms", "60000"}});
    ASSERT_NO_ERROR(admin_.alter_configs(name, {{"segment.ms", "70000"}, {"retention.ms", "1000000"}}, kPatience));
    auto configs = admin_.describe_configs(name, kPatience);
    ASSERT_TRUE(configs) << configs.error().to_string();
    EXPECT_EQ(configs->at("segment.ms").value, "70000");
    EXPECT_EQ(configs->at("retention.ms").value, "1000000");
    EXPECT_EQ(configs->at("cleanup.policy").value, "compact");
    EXPECT_TRUE(configs->at("max.message.bytes").is_default);
    EXPECT_FALSE(configs->at("segment.ms").is_default);
    const MaybeError refused = admin_.alter_configs(name, {{"segment.ms", "soon"}}, kPatience);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, KafkaError::Kind::kPermanent) << refused->to_string();
}

TEST_F(AdminTest, DeletesRecordsAndTopics) {
    const TopicPartition partition{broker_.create_topic(broker_.unique("delete"), 1), Partition{0}};
    produce_all(partition.topic, partition.partition, {"a", "b", "c"});
    ASSERT_NO_ERROR(admin_.delete_records({{partition, Offset{2}, {}}}, kPatience));
    auto marks = admin_.watermarks(partition, kPatience);
    ASSERT_TRUE(marks) << marks.error().to_string();
    EXPECT_EQ(marks->low, Offset{2});
    EXPECT_EQ(marks->high, Offset{3});
    ASSERT_NO_ERROR(admin_.delete_records({{partition, kEnd, {}}}, kPatience));
    EXPECT_EQ(admin_.watermarks(partition, kPatience)->low, Offset{3});
    ASSERT_NO_ERROR(admin_.delete_topics({partition.topic}, kPatience));
    EXPECT_FALSE(admin_.partitions_of(partition.topic, kPatience));
    EXPECT_NO_ERROR(admin_.delete_topics({partition.topic}, kPatience));
}

TEST_F(AdminTest, DescribesAGroupAndItsOffsets) {
    const std::string topic = broker_.create_topic(broker_.unique("described"), 2);
    const std::string group = broker_.unique("described");
    const TopicPartition zero{topic, Partition{0}};
    const TopicPartition one{topic, Partition{1}};
    Consumer consumer(group_config(group, {{"client.id", "the-client"}}), {});
    ASSERT_NO_ERROR(consumer.subscribe({topic}, nullptr));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (consumer.assignment().size() != 2 && std::chrono::steady_clock::now() < end)
        (void)consumer.poll(milliseconds(20));
    ASSERT_NO_ERROR(consumer.commit_sync({{one, Offset{5}, "meta"}}));
    auto description = admin_.describe_group(group, kPatience);
    ASSERT_TRUE(description) << description.error().to_string();
    EXPECT_EQ(description->state, "Stable");
    ASSERT_EQ(description->members.size(), 1U);
    EXPECT_EQ(description->members[0].member_id, consumer.member_id());
    EXPECT_EQ(description->members[0].client_id, "the-client");
    EXPECT_EQ(description->members[0].group_instance_id, "");
    EXPECT_EQ(description->members[0].assignment.size(), 2U);
    auto offsets = admin_.group_offsets(group, {zero, one}, kPatience);
    ASSERT_TRUE(offsets) << offsets.error().to_string();
    ASSERT_EQ(offsets->size(), 2U);
    EXPECT_EQ((*offsets)[0].offset, kNoOffset);
    EXPECT_EQ((*offsets)[1], (PartitionOffset{one, Offset{5}, "meta"}));
    EXPECT_TRUE(admin_.delete_group(group, kPatience)) << "it has a member";
    ASSERT_TRUE(consumer.close());
    EXPECT_EQ(admin_.describe_group(group, kPatience)->state, "Empty");
    EXPECT_NO_ERROR(admin_.delete_group(group, kPatience));
    EXPECT_NO_ERROR(admin_.delete_group(group, kPatience));
}

TEST_F(AdminTest, TellsTheClusterAndWhetherItAnswers) {
    EXPECT_FALSE(admin_.cluster_id(kPatience)->empty());
    EXPECT_TRUE(admin_.reachable(kPatience));
    Admin nowhere({{"bootstrap.servers", "127.0.0.1:1"}}, {});
    EXPECT_FALSE(nowhere.reachable(milliseconds(300)));
}

}  // namespace
}  // namespace matchpoint::streams::kafka
