#include <gtest/gtest.h>

#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

std::string point(int winner, const char* how) {
    return R"({"type":"point","winner":)" + std::to_string(winner) + R"(,"how":")" + how + "\"}";
}

TEST(TennisStatistics, CountHowAPointWasWon) {
    Table table("tennis", R"({"server":1})");
    for (const auto& event : {point(1, "ace"), point(2, "double_fault"), point(1, "winner"), point(2, "unforced_error"),
                              point(1, "forced_error"), point(1, "service_winner")}) {
        table.must(event);
    }
    EXPECT_EQ(table.stats(), nlohmann::json::parse(R"([
        {"points_won":4,"service_points_won":4,"aces":1,"double_faults":1,"winners":1,"unforced_errors":1,
         "break_points":0,"break_points_won":0,"games_won":1,"longest_streak":2},
        {"points_won":2,"service_points_won":0,"aces":0,"double_faults":0,"winners":0,"unforced_errors":0,
         "break_points":0,"break_points_won":0,"games_won":0,"longest_streak":1}])"));
}

TEST(TennisStatistics, CountEachPointThatCouldBreakServe) {
    Table table("tennis", R"({"server":1})");
    points(table, "222");  // 0-40: none played yet
    EXPECT_EQ(table.stats()[1]["break_points"], 0);
    points(table, "11");  // two saved
    EXPECT_EQ(table.stats()[1]["break_points"], 2);
    points(table, "1212");  // a third; at advantage out a fourth; and advantage out again
    EXPECT_EQ(table.stats()[1]["break_points"], 4);
    points(table, "122");  // a fifth saved, the sixth not
    EXPECT_EQ(table.stats()[1]["break_points"], 6);
    EXPECT_EQ(table.score()["sets"][0]["games"], nlohmann::json::parse("[0,1]"));
    EXPECT_EQ(table.stats()[1]["break_points_won"], 1);
    EXPECT_EQ(table.stats()[0]["break_points"], 0);
}

TEST(TennisStatistics, ATiebreakHasNoBreakPoints) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 6);
    const auto before = table.stats();
    tiebreak(table, 6, 4);
    EXPECT_EQ(table.score()["set_point"], 1);
    EXPECT_EQ(table.score()["server"], 2);
    EXPECT_EQ(table.score()["break_point"], nullptr);
    points(table, "1");
    for (std::size_t side = 0; side < 2; ++side) {
        EXPECT_EQ(table.stats()[side]["break_points"], before[side]["break_points"]);
        EXPECT_EQ(table.stats()[side]["break_points_won"], before[side]["break_points_won"]);
    }
}

TEST(TennisStatistics, TheLongestStreakGoesOnAcrossGames) {
    Table table("tennis");
    points(table, "1111 111 2 11 22222 2");
    EXPECT_EQ(table.stats()[0]["longest_streak"], 7);
    EXPECT_EQ(table.stats()[1]["longest_streak"], 6);
}

TEST(TennisTallies, ArePointsWonByEachSide) {
    Table table("tennis", "{}", "Ada", "Bo");
    points(table, "112");
    std::vector<Tally> changed;
    table.match().changed_tallies(changed);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].player, "Bo");
    EXPECT_EQ(changed[0].score, 1);
    EXPECT_EQ(changed[0].at, Timestamp{3});
    std::vector<Tally> all;
    table.match().all_tallies(all);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].player, "Ada");
    EXPECT_EQ(all[0].score, 2);
    EXPECT_EQ(all[0].at, Timestamp{2});
}

TEST(TennisTallies, LeaveOutWhoHasWonNothing) {
    Table table("tennis");
    std::vector<Tally> all;
    table.match().changed_tallies(all);
    EXPECT_TRUE(all.empty());
    points(table, "1");
    table.match().all_tallies(all);
    EXPECT_EQ(all.size(), 1U);
}

TEST(TennisTallies, OfTwoSidesOfOneNameAreTheBetterOne) {
    Table table("tennis", "{}", "Ada", "Ada");
    points(table, "1122 2");
    std::vector<Tally> changed;
    table.match().changed_tallies(changed);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].score, 3);
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
