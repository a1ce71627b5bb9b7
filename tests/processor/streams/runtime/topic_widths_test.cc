#include "processor/streams/runtime/topic_widths.h"

#include <gtest/gtest.h>

#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;

Word joiner(const Word& left, const Word& right) {
    return left + right;
}

TopicWidths planned(StreamsBuilder& builder, TopicWidths widths) {
    const auto subtopologies = builder.build().subtopologies("app");
    plan_internal_sources(subtopologies, widths);
    for (const SubtopologyInfo& info : subtopologies) check_copartitioning(info, widths);
    return widths;
}

TEST(TopicWidths, ARepartitionTopicIsAsWideAsTheWidestSourceOfItsWriter) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("narrow")
        .merge(builder.stream<Word, Word>("wide"))
        .repartition({.name = "both"})
        .to("x");
    EXPECT_EQ(planned(builder, {{"narrow", 2}, {"wide", 5}, {"x", 1}}).at("app-both-repartition"), 5);
}

TEST(TopicWidths, AlsoWhereTheWidestIsKnownOnlyLater) {
    StreamsBuilder builder;
    const auto narrow = builder.stream<Word, Word>("narrow");
    const auto later = builder.stream<Word, Word>("wide").repartition({.name = "one"}).repartition({.name = "two"});
    narrow.merge(later).repartition({.name = "last"}).to("x");
    const auto widths = planned(builder, {{"narrow", 2}, {"wide", 5}, {"x", 1}});
    EXPECT_EQ(widths.at("app-two-repartition"), 5);
    EXPECT_EQ(widths.at("app-last-repartition"), 5);
}

TEST(TopicWidths, RepartitionTopicsThatAreJoinedTakeTheWidest) {
    StreamsBuilder builder;
    const auto table = builder.stream<Word, Word>("narrow")
                           .group_by([](const Word& v) { return v; }, {.name = "table"})
                           .reduce([](const Word&, const Word& v) { return v; });
    builder.stream<Word, Word>("wide").repartition({.name = "stream"}).join(table, joiner).to("x");
    const auto widths = planned(builder, {{"narrow", 2}, {"wide", 5}, {"x", 1}});
    EXPECT_EQ(widths.at("app-stream-repartition"), 5);
    EXPECT_EQ(widths.at("app-table-repartition"), 5);
}

TEST(TopicWidths, ARepartitionTopicThatIsJoinedWithAUsersIsAsWideAsThatOne) {
    StreamsBuilder builder;
    const auto table = builder.table<Word, Word>("table");
    builder.stream<Word, Word>("wide").repartition({.name = "stream"}).join(table, joiner).to("x");
    EXPECT_EQ(planned(builder, {{"table", 3}, {"wide", 5}, {"x", 1}}).at("app-stream-repartition"), 3);
}

TEST(TopicWidths, UsersTopicsThatDifferCannotBeJoined) {
    StreamsBuilder builder;
    const auto table = builder.table<Word, Word>("table");
    builder.stream<Word, Word>("stream").join(table, joiner).to("x");
    try {
        (void)planned(builder, {{"table", 3}, {"stream", 5}, {"x", 1}});
        ADD_FAILURE() << "joined";
    } catch (const StreamsError& error) {
        EXPECT_STREQ(error.what(), "topics stream and table are joined, but have 5 and 3 partitions; repartition one");
    }
}

}  // namespace
}  // namespace matchpoint::streams
