#include "processor/streams/runtime/rebalance_rounds.h"

#include <gtest/gtest.h>

namespace matchpoint::streams {
namespace {

constexpr std::string_view kApplication = "app";

std::vector<SubtopologyInfo> two_wide_and_one_narrow() {
    SubtopologyInfo wide;
    wide.id = 0;
    wide.source_topics = {"narrower", "wide"};
    wide.source_partitions = {{"narrower", 1}, {"wide", 2}};
    SubtopologyInfo narrow;
    narrow.id = 1;
    narrow.source_topics = {"narrow"};
    narrow.source_partitions = {{"narrow", 1}};
    return {wide, narrow};
}

kafka::GroupMember member(char id, std::vector<TopicPartition> assignment) {
    kafka::GroupMember member;
    member.client_id = consumer_client_id(kApplication, std::string(36, id), 1);
    member.assignment = std::move(assignment);
    return member;
}

NextRound next_in(const std::string& state, std::vector<kafka::GroupMember> members) {
    return next_round({.group = "app", .state = state, .members = std::move(members)}, kApplication,
                      two_wide_and_one_narrow());
}

const TopicPartition kFirst{"wide", Partition{0}};
const TopicPartition kSecond{"wide", Partition{1}};
const TopicPartition kOther{"narrow", Partition{0}};

constexpr TaskId kWithheld{0, Partition{1}};

TEST(RebalanceRounds, NoneFollowsOnceEveryTaskHasAnOwner) {
    EXPECT_FALSE(next_in("Stable", {member('a', {kFirst, kSecond, kOther})}).follows);
    EXPECT_FALSE(next_in("Stable", {member('a', {kFirst}), member('b', {kSecond, kOther}), member('c', {})}).follows);
}

TEST(RebalanceRounds, AnotherFollowsWhileATaskIsWithheld) {
    const NextRound next = next_in("Stable", {member('a', {kFirst, kOther}), member('b', {})});
    EXPECT_TRUE(next.follows);
    EXPECT_EQ(next.given_up, std::vector<TaskId>{kWithheld});
    EXPECT_TRUE(next_in("Stable", {member('a', {kFirst, kSecond}), member('b', {})}).follows);
}

TEST(RebalanceRounds, OneThatHasBegunIsSeenThoughNobodyIsSaidToOwnAnything) {
    const NextRound next = next_in("PreparingRebalance", {member('a', {}), member('b', {})});
    EXPECT_TRUE(next.follows);
    EXPECT_TRUE(next.given_up.empty());
    EXPECT_FALSE(next_in("CompletingRebalance", {member('a', {}), member('b', {})}).follows);
    EXPECT_FALSE(next_in("Dead", {}).follows);
}

}  // namespace
}  // namespace matchpoint::streams
