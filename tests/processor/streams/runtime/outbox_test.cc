#include "processor/streams/runtime/outbox.h"

#include <gmock/gmock.h>

namespace matchpoint::streams {
namespace {

constexpr TopicPartitionHandle kFirst{0, Partition{0}};
constexpr TopicPartitionHandle kOther{1, Partition{2}};

class OutboxTest : public testing::Test {
  protected:
    OutboxTest() {
        outbox_.add_topic(1, 1'048'588);
        outbox_.add_topic(3, 1'048'588);
    }
    bool add(TopicPartitionHandle to, std::optional<BytesView> key, std::optional<BytesView> value,
             const Headers* headers = nullptr) {
        return outbox_.add(to, {.key = key, .value = value, .timestamp = kNoTimestamp, .headers = headers},
                           Timestamp{7});
    }
    Outbox outbox_;
};

TEST_F(OutboxTest, KeepsRecordsInOrderAndNullApartFromEmpty) {
    Bytes value = "one";
    add(kOther, "k", value);
    value = "gone";  // what was given may change
    add(kOther, std::nullopt, "");
    add(kOther, "", std::nullopt);

    Outbox::Waiting& waiting = outbox_.waiting(kOther);
    EXPECT_EQ(waiting.front().key(), "k");
    EXPECT_EQ(waiting.front().value(), "one");
    EXPECT_EQ(waiting.front().timestamp, Timestamp{7});
    waiting.pop();
    EXPECT_EQ(waiting.front().key(), std::nullopt);
    EXPECT_EQ(waiting.front().value(), "");
    waiting.pop();
    EXPECT_EQ(waiting.front().key(), "");
    EXPECT_EQ(waiting.front().value(), std::nullopt);
    waiting.pop();
    EXPECT_TRUE(waiting.empty());
}

TEST_F(OutboxTest, KeepsHeadersWithNullValues) {
    const Headers headers{{"a", Bytes("1")}, {"b", std::nullopt}};
    add(kFirst, "odd", "key", &headers);
    const Outbox::Record& record = outbox_.waiting(kFirst).front();
    ASSERT_EQ(record.header_count, 2U);
    EXPECT_EQ(record.headers[0].name, "a");
    EXPECT_EQ(record.headers[0].value, "1");
    EXPECT_EQ(record.headers[1].name, "b");
    EXPECT_EQ(record.headers[1].value, std::nullopt);
}

TEST_F(OutboxTest, TellsWhenAPartitionHasAWholeBatch) {
    const Bytes half(Outbox::kBatchBytes / 2, 'x');
    EXPECT_FALSE(add(kFirst, "k", half));
    EXPECT_FALSE(add(kOther, "k", half)) << "another partition";
    EXPECT_TRUE(add(kFirst, "k", half));
    outbox_.waiting(kFirst).pop();
    EXPECT_FALSE(outbox_.waiting(kFirst).whole_batch());
    for (std::size_t i = 1; i < Outbox::kBatchRecords; ++i) add(kOther, "k", "v");
    EXPECT_TRUE(outbox_.waiting(kOther).whole_batch()) << "many small records make one too";
}

TEST_F(OutboxTest, BatchesStayBelowWhatTheTopicTakes) {
    outbox_.add_topic(1, 10'000);
    EXPECT_TRUE(add({2, Partition{0}}, "k", Bytes(9'990, 'x')));
    EXPECT_LT(outbox_.waiting({2, Partition{0}}).batch_bytes(), 10'000U);
}

TEST_F(OutboxTest, ListsThePartitionsWithRecordsUntilItIsCleared) {
    add(kOther, "k", "v");
    std::vector<std::pair<int, int>> found;
    outbox_.for_each_waiting([&](TopicPartitionHandle of) { found.emplace_back(of.topic, of.partition.value()); });
    EXPECT_THAT(found, testing::ElementsAre(std::pair(1, 2)));
    EXPECT_EQ(outbox_.records(), 1U);
    outbox_.clear();
    EXPECT_EQ(outbox_.records(), 0U);
    EXPECT_EQ(outbox_.bytes(), 0U);
    outbox_.for_each_waiting([](TopicPartitionHandle) { ADD_FAILURE() << "nothing waits any more"; });
}

}  // namespace
}  // namespace matchpoint::streams
