// Order, duplicates and gaps, and what is rejected.
#include <gtest/gtest.h>

#include "tests/processor/standings_fixture.h"

namespace matchpoint {
namespace {

using Seqs = std::vector<std::uint64_t>;
using Reasons = std::vector<std::string>;

TEST(StandingsOrder, WritesOneStateForEachEventWithItsTimeAndSeq) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-1", 2, 1);
    standings.point("m-1", 3, 2);
    const auto written = standings.written("match-state");
    ASSERT_EQ(written.size(), 3U);
    for (std::size_t i = 0; i < written.size(); ++i) {
        const Json state = Standings::state(written[i]);
        EXPECT_EQ(written[i].key, "m-1");
        EXPECT_EQ(state["seq"], i + 1);
        EXPECT_EQ(state["at"], written[i].timestamp.value());
        EXPECT_EQ(written[i].timestamp.value(), kKickOff + 1000 * (static_cast<std::int64_t>(i) + 1));
    }
    EXPECT_EQ(Standings::state(written[2])["score"]["points"], Json({"15", "15"}));
    EXPECT_EQ(standings.reasons_written(), Reasons{});
}

TEST(StandingsOrder, DropsAndCountsWhatWasAppliedBefore) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-1", 2, 1);
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2}));
    const std::size_t produced = standings.driver().produced().size();
    const std::int64_t dropped = standings.driver().dropped_records();
    standings.point("m-1", 2, 1);
    standings.point("m-1", 2, 2);
    standings.start_tennis("m-1");
    EXPECT_EQ(standings.driver().produced().size(), produced);
    EXPECT_EQ(standings.driver().dropped_records(), dropped + 3);
}

TEST(StandingsOrder, HoldsWhatComesEarlyAndAppliesItInOrder) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-1", 4, 1);
    standings.point("m-1", 3, 1);
    standings.point("m-1", 3, 2);  // a duplicate of what is held
    EXPECT_EQ(standings.seqs_written(), Seqs{1});
    EXPECT_EQ(standings.stored(kHeldStore), 2U);
    standings.point("m-1", 2, 1);
    EXPECT_EQ(standings.seqs_written(), (Seqs{2, 3, 4}));
    EXPECT_EQ(standings.stored(kHeldStore), 0U);
    EXPECT_EQ(standings.reasons_written(), Reasons{});
}

TEST(StandingsOrder, HoldsABoundedNumber) {
    MatchRules rules;
    rules.max_held_per_match = 2;
    Standings standings(rules);
    for (std::uint64_t seq = 2; seq <= 5; ++seq) standings.point("m-1", seq, 1);
    EXPECT_EQ(standings.stored(kHeldStore), 2U);
    EXPECT_EQ(standings.reasons_written(), (Reasons{"sequence-gap", "sequence-gap"}));
    standings.start_tennis("m-1");
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2, 3}));
}

TEST(StandingsOrder, RejectsTheHeldWhenTheGapHasLastedThirtySeconds) {
    Standings standings;
    standings.start_tennis("m-1");
    const Bytes held = standings.event("m-1", 3, "tennis", "point", {{"winner", 2}});
    standings.give("m-1", held);
    standings.driver().advance_wall_clock_time(5'000);
    standings.let_pass(29'000);
    EXPECT_EQ(standings.reasons_written(), Reasons{});
    standings.let_pass(1'000);
    const auto rejected = standings.written("scores-rejected");
    ASSERT_EQ(rejected.size(), 1U);
    EXPECT_EQ(rejected[0].key, "m-1");
    EXPECT_EQ(rejected[0].value, held);
    EXPECT_EQ(rejected[0].header("reason"), "sequence-gap");
    EXPECT_EQ(rejected[0].header("detail"), "seq 3: event 2 did not come within 30 s");
    EXPECT_EQ(rejected[0].header("source-topic"), "scores");
    EXPECT_EQ(rejected[0].header("source-partition"), "0");
    EXPECT_EQ(rejected[0].header("source-offset"), "1");
    EXPECT_EQ(standings.stored(kHeldStore), 0U);
    EXPECT_EQ(standings.stored(kTimersStore), 0U);
    // It used up no seq: both may come again.
    standings.point("m-1", 2, 1);
    standings.point("m-1", 3, 2);
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2, 3}));
}

TEST(StandingsOrder, AReplayThatRushesThroughStreamTimeStillWaitsOnTheClock) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-1", 3, 2);
    standings.let_pass(3'600'000);
    standings.driver().advance_wall_clock_time(1'999);
    EXPECT_EQ(standings.reasons_written(), Reasons{});
    standings.driver().advance_wall_clock_time(1'001);
    EXPECT_EQ(standings.reasons_written(), Reasons{"sequence-gap"});

    standings.point("m-1", 3, 2);
    standings.let_pass(3'600'000);
    standings.point("m-1", 2, 1);
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2, 3}));
    standings.driver().advance_wall_clock_time(60'000);
    EXPECT_EQ(standings.reasons_written(), Reasons{});
}

TEST(StandingsOrder, RejectsWithTheReasonAndLeavesTheMatchUntouched) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-2", 1, 1);
    EXPECT_EQ(standings.reasons_written(), Reasons{"no-start"});
    standings.give("m-1", "{\"match\":");
    EXPECT_EQ(standings.reasons_written(), Reasons{"malformed"});
    standings.driver().pipe_input("scores", {"m-1", std::nullopt, Timestamp{kKickOff}, {}});
    EXPECT_EQ(standings.reasons_written(), Reasons{"malformed"});
    standings.tennis("m-1", 2, "point", {{"winner", 3}});
    EXPECT_EQ(standings.reasons_written(), Reasons{"invalid"});
    standings.give("m-9", standings.event("m-1", 2, "tennis", "point", {{"winner", 1}}));
    EXPECT_EQ(standings.reasons_written(), Reasons{"invalid"});
    standings.give("m-1", standings.event("m-1", 2, "curling", "point", {{"winner", 1}}));
    EXPECT_EQ(standings.reasons_written(), Reasons{"invalid"});
    standings.tennis("m-1", 2, "start", {{"sides", {{{"name", "Cy"}}, {{"name", "Di"}}}}});
    EXPECT_EQ(standings.reasons_written(), Reasons{"impossible"});
    standings.tennis("m-1", 2, "end", {{"reason", "retired"}, {"winner", 1}});
    standings.point("m-1", 3, 1);
    EXPECT_EQ(standings.reasons_written(), Reasons{"match-over"});
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2}));
    standings.undo("m-1", 3, "tennis");  // none of them has used up a seq
    EXPECT_EQ(standings.seqs_written(), Seqs{3});
}

TEST(StandingsOrder, GarbageStopsNothingAndIsRejectedAsItCame) {
    Standings standings;
    standings.start_tennis("m-1");
    std::uint64_t random = 88172645463325252ULL;
    std::vector<Bytes> given;
    for (int i = 0; i < 300; ++i) {
        Bytes bytes;
        for (int k = 0; k < i % 40; ++k) {
            random ^= random << 13U;
            random ^= random >> 7U;
            random ^= random << 17U;
            bytes.push_back(static_cast<char>(random));
        }
        given.push_back(bytes);
        standings.give(bytes, bytes);
    }
    const auto rejected = standings.written("scores-rejected");
    ASSERT_EQ(rejected.size(), given.size());
    for (std::size_t i = 0; i < given.size(); ++i) {
        EXPECT_EQ(rejected[i].key, given[i]);
        EXPECT_EQ(rejected[i].value, given[i]);
        EXPECT_EQ(rejected[i].header("reason"), "malformed");
    }
    standings.point("m-1", 2, 1);
    EXPECT_EQ(standings.seqs_written(), (Seqs{1, 2}));
}

}  // namespace
}  // namespace matchpoint
