#include "simulator/serve/match_room.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topics/score_event.h"

namespace matchpoint::simulator::serve {
namespace {

using streams::Offset;
using streams::Partition;
using ::testing::ElementsAre;

constexpr std::int64_t kHourUs = 3'600'000'000;
constexpr Timestamp kWall{1'000'000'000};

Origin at(std::int64_t offset) {
    return {Partition{0}, Offset{offset}};
}

topics::SimulationRequest request(std::string_view json) {
    auto read = topics::read_simulation_request(json);
    EXPECT_TRUE(read.has_value());
    return *std::move(read);
}

struct Told {
    std::string match;
    std::string json;
    Timestamp at;
    std::int64_t due_us;
};

std::vector<Told> all_due(MatchRoom& room, std::int64_t now_us, Timestamp wall = kWall) {
    std::vector<Told> told;
    while (const Event* event = room.next(now_us, wall)) {
        told.push_back({std::string(event->match), std::string(event->json), event->at, event->due_us});
    }
    return told;
}

std::uint64_t seq_of(const std::string& json) {
    topics::ScoreEventDecoder decoder;
    const auto event = decoder.decode(json);
    return event ? event->seq : 0;
}

TEST(MatchRoom, PlaysAMatchAtItsSpeedToItsEnd) {
    MatchRoom slow(10);
    MatchRoom quick(10);
    slow.add(at(0), "m", request(R"({"sport":"football","seed":1,"speed":1})"), 0);
    quick.add(at(0), "m", request(R"({"sport":"football","seed":1,"speed":60})"), 0);
    EXPECT_EQ(slow.next_due_us(), 0);
    EXPECT_EQ(all_due(slow, 0).size(), 1U);  // the start
    EXPECT_GE(*slow.next_due_us(), 60'000'000 - 1);
    (void)all_due(quick, 0);
    EXPECT_EQ(*quick.next_due_us(), *slow.next_due_us() / 60);
    const auto rest = all_due(slow, 4 * kHourUs);
    const auto quick_rest = all_due(quick, 4 * kHourUs / 60);
    ASSERT_EQ(rest.size(), quick_rest.size());
    EXPECT_EQ(slow.playing(), 0U);
    EXPECT_EQ(slow.finished(), 1U);
    EXPECT_EQ(slow.next_due_us(), std::nullopt);
    // Events that were due earlier carry their own time.
    EXPECT_EQ(rest.front().at.value(), kWall.value() - (4 * kHourUs - rest.front().due_us) / 1000);
}

TEST(MatchRoom, GoesOnAfterWhatHasBeenPlayed) {
    MatchRoom whole(1);
    MatchRoom rest(1);
    const auto wanted = request(R"({"sport":"tennis","speed":1000})");
    whole.add(at(0), "m", wanted, 0);
    (void)all_due(whole, 0);
    const auto played = all_due(whole, kHourUs);
    rest.add(at(0), "m", wanted, 41);
    const auto first = all_due(rest, 5);
    ASSERT_GE(first.size(), 1U);
    EXPECT_EQ(seq_of(first[0].json), 42U);
    EXPECT_EQ(first[0].due_us, 5);  // at once, and then at the match's own pace
    EXPECT_EQ(first.size() + all_due(rest, kHourUs).size(), played.size() - 40);
}

TEST(MatchRoom, AMatchThatIsOverIsNotPlayedAgain) {
    MatchRoom room(2);
    const auto wanted = request(R"({"sport":"arcade","speed":1000000})");
    room.add(at(0), "m", wanted, 1'000'000);
    EXPECT_TRUE(all_due(room, 0).empty());
    EXPECT_THAT(room.committable(), ElementsAre(at(1)));
    room.add(at(1), "n", wanted, 0);
    (void)all_due(room, 0);
    (void)all_due(room, kHourUs);
    room.add(at(2), "n", wanted, 0);
    room.add(at(3), "m", wanted, 0);
    EXPECT_TRUE(all_due(room, 2 * kHourUs).empty());
    EXPECT_THAT(room.committable(), ElementsAre(at(4)));
}

TEST(MatchRoom, NoMoreArePlayedAtOnceThanAllowed) {
    MatchRoom room(2);
    for (int i = 0; i < 5; ++i) {
        room.add(at(i), "m-" + std::to_string(i), request(R"({"sport":"basketball","speed":1000})"), 0);
    }
    EXPECT_EQ(all_due(room, 0).size(), 2U);
    EXPECT_EQ(room.playing(), 2U);
    EXPECT_EQ(room.waiting(), 3U);
    std::set<std::string> seen;
    for (std::int64_t now = 0; room.next_due_us(); now += 1'000'000) {
        for (const auto& told : all_due(room, now)) seen.insert(told.match);
        EXPECT_LE(room.playing(), 2U);
    }
    EXPECT_EQ(seen.size(), 5U);
    EXPECT_EQ(room.finished(), 5U);
}

TEST(MatchRoom, WhatIsNotDoneWithIsReadAgain) {
    MatchRoom room(5);
    EXPECT_TRUE(room.committable().empty());
    room.add(at(7), "slow", request(R"({"sport":"arcade","speed":1})"), 0);
    room.add(at(8), "quick", request(R"({"sport":"arcade","speed":1000000})"), 0);
    room.refuse(at(9));
    (void)all_due(room, 0);
    EXPECT_THAT(room.committable(), ElementsAre(at(7)));
    (void)all_due(room, 60'000'000);
    EXPECT_EQ(room.finished(), 1U);
    EXPECT_THAT(room.committable(), ElementsAre(at(7)));
    (void)all_due(room, 100 * kHourUs);
    EXPECT_THAT(room.committable(), ElementsAre(at(10)));
}

TEST(MatchRoom, DropsThePartitionThatAnotherPlaysNow) {
    MatchRoom room(1);
    room.add(at(0), "m", request(R"({"sport":"arcade"})"), 0);
    room.add(at(1), "n", request(R"({"sport":"arcade"})"), 0);
    (void)all_due(room, 0);
    room.drop(Partition{0});
    EXPECT_EQ(room.playing() + room.waiting(), 0U);
    EXPECT_TRUE(room.committable().empty());
    room.add(at(0), "m", request(R"({"sport":"arcade"})"), 1);
    EXPECT_EQ(seq_of(all_due(room, 0).at(0).json), 2U);
}

}  // namespace
}  // namespace matchpoint::simulator::serve
