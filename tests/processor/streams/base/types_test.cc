#include "processor/streams/base/types.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace matchpoint::streams {
namespace {

TEST(StrongTypes, ConvertExplicitlyOnly) {
    static_assert(!std::is_convertible_v<std::int64_t, Offset>);
    static_assert(!std::is_convertible_v<Offset, std::int64_t>);
    static_assert(!std::is_constructible_v<Offset, Timestamp>);
    EXPECT_LT(Offset{3}, Offset{4});
    EXPECT_EQ(fmt::format("{}", Offset{42}), "42");
}

TEST(TaskId, PrintsAsKafkaStreamsDoes) {
    EXPECT_EQ((TaskId{2, Partition{7}}.to_string()), "2_7");
}

TEST(TopicPartition, IsAHashKeyAndPrintable) {
    const std::unordered_set<TopicPartition> set{{"a", Partition{0}}, {"a", Partition{1}}, {"a", Partition{0}}};
    EXPECT_EQ(set.size(), 2U);
    EXPECT_EQ(fmt::format("{}", TopicPartition{"scores", Partition{3}}), "scores-3");
}

}  // namespace
}  // namespace matchpoint::streams
