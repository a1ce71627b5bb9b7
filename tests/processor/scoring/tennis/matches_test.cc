// Real matches of every format, by their published scores, and matches that were broken off.
#include <gtest/gtest.h>

#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

using nlohmann::json;

TEST(TennisMatches, Wimbledon2019FinalWithATiebreakAtTwelveAll) {
    Table table("tennis", R"({"format":{"best_of":5,"final_set":{"kind":"tiebreak","at":12,"points":7}}})", "Djokovic",
                "Federer");
    set(table, 7, 6, 7, 5);
    set(table, 1, 6);
    set(table, 7, 6, 7, 4);
    set(table, 4, 6);
    set(table, 12, 12);
    EXPECT_EQ(table.score()["tiebreak"], true);
    EXPECT_EQ(table.match().status(), Status::kLive);
    tiebreak(table, 7, 3);
    EXPECT_EQ(table.summary(), "7-6(5) 1-6 7-6(4) 4-6 13-12(3)");
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
}

TEST(TennisMatches, Wimbledon2010IsnerMahutByAdvantage) {
    Table table("tennis", R"({"format":{"best_of":5,"final_set":{"kind":"advantage"}}})", "Isner", "Mahut");
    set(table, 6, 4);
    set(table, 3, 6);
    set(table, 6, 7, 7, 9);
    set(table, 7, 6, 7, 3);
    set(table, 69, 68);
    EXPECT_EQ(table.match().status(), Status::kLive);
    EXPECT_EQ(table.score()["tiebreak"], false);
    games(table, "1");
    EXPECT_EQ(table.summary(), "6-4 3-6 6-7(7) 7-6(3) 70-68");
    EXPECT_EQ(table.stats()[0]["games_won"], 92);
    EXPECT_EQ(table.stats()[1]["games_won"], 91);
}

TEST(TennisMatches, UsOpen2020FinalWithATiebreakToSevenInTheFifth) {
    Table table("tennis", R"({"format":{"best_of":5,"final_set":{"kind":"tiebreak","at":6,"points":7}}})", "Zverev",
                "Thiem");
    set(table, 6, 2);
    set(table, 6, 4);
    set(table, 4, 6);
    set(table, 3, 6);
    set(table, 6, 7, 6, 8);
    EXPECT_EQ(table.summary(), "6-2 6-4 4-6 3-6 6-7(6)");
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
}

TEST(TennisMatches, AustralianOpenFinalSetIsATiebreakToTenAtSixAll) {
    // Badosa's and Rybakina's format since 2019; Blinkova beat Rybakina 22-20 there in 2024.
    Table table("tennis", "{}", "Rybakina", "Blinkova");
    set(table, 4, 6);
    set(table, 6, 4);
    set(table, 6, 6);
    tiebreak(table, 20, 20);
    EXPECT_EQ(table.match().status(), Status::kLive);
    points(table, "22");
    EXPECT_EQ(table.summary(), "4-6 6-4 6-7(20)");
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
}

TEST(TennisMatches, DoublesWithNoAdAndAMatchTiebreak) {
    Table table("tennis", R"({"format":{"no_ad":true,"final_set":{"kind":"match_tiebreak"}},"server":1})");
    set(table, 6, 4);
    set(table, 4, 6);
    EXPECT_EQ(table.summary(), "6-4 4-6 [0-0]");
    EXPECT_EQ(table.score()["sets"][2], json::parse(R"({"games":[0,0],"tiebreak":[0,0]})"));
    EXPECT_EQ(table.score()["tiebreak"], true);
    tiebreak(table, 8, 8);
    points(table, "1");
    EXPECT_EQ(table.score()["points"], json::parse(R"(["9","8"])"));
    EXPECT_EQ(table.score()["match_point"], 1);
    EXPECT_EQ(table.score()["set_point"], 1);
    points(table, "1");
    EXPECT_EQ(table.score()["sets"][2], json::parse(R"({"games":[1,0],"tiebreak":[10,8]})"));
    EXPECT_EQ(table.score()["points"], json::parse(R"(["0","0"])"));
    EXPECT_EQ(table.summary(), "6-4 4-6 [10-8]");
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
}

TEST(TennisMatches, AStraightWinNeverSeesTheFinalSetsFormat) {
    Table table("tennis", R"({"format":{"final_set":{"kind":"match_tiebreak"}}})");
    set(table, 7, 6, 7, 0);
    set(table, 6, 0);
    EXPECT_EQ(table.summary(), "7-6(0) 6-0");
}

TEST(TennisEnd, RetirementKeepsWhatWasPlayed) {
    Table table("tennis");
    set(table, 6, 4);
    games(table, "12");
    points(table, "11");
    ASSERT_EQ(kind_of(table.end(EndReason::kRetired, Winner::kSide2)), "accepted");
    EXPECT_EQ(table.match().status(), Status::kFinished);
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
    EXPECT_EQ(table.summary(), "6-4 1-1 ret.");
    EXPECT_EQ(table.score()["points"], json::parse(R"(["0","0"])"));
    EXPECT_EQ(kind_of(table.play(R"({"type":"point","winner":1})")), "match over");
}

TEST(TennisEnd, RetirementBetweenSetsShowsNoSetThatWasNotPlayed) {
    Table table("tennis");
    set(table, 6, 4);
    ASSERT_EQ(kind_of(table.end(EndReason::kRetired, Winner::kSide1)), "accepted");
    EXPECT_EQ(table.score()["sets"], json::parse(R"([{"games":[6,4]}])"));
    EXPECT_EQ(table.summary(), "6-4 ret.");
}

TEST(TennisEnd, RetirementInATiebreakShowsBothItsScores) {
    Table table("tennis");
    set(table, 6, 6);
    tiebreak(table, 5, 3);
    EXPECT_EQ(table.summary(), "6-6 5-3");
    ASSERT_EQ(kind_of(table.end(EndReason::kRetired, Winner::kSide1)), "accepted");
    EXPECT_EQ(table.score()["tiebreak"], false);
    EXPECT_EQ(table.score()["sets"], json::parse(R"([{"games":[6,6],"tiebreak":[5,3]}])"));
    EXPECT_EQ(table.summary(), "6-6(5-3) ret.");
}

TEST(TennisEnd, RetirementWithMatchPointLeavesNoMatchPoint) {
    Table table("tennis");
    set(table, 6, 0);
    games(table, "11111");
    points(table, "111");
    EXPECT_EQ(table.score()["match_point"], 1);
    ASSERT_EQ(kind_of(table.end(EndReason::kRetired, Winner::kSide2)), "accepted");
    EXPECT_EQ(table.score()["match_point"], nullptr);
    EXPECT_EQ(table.score()["set_point"], nullptr);
    EXPECT_EQ(table.score()["break_point"], nullptr);
}

TEST(TennisEnd, AWalkoverHasNoSets) {
    Table table("tennis");
    ASSERT_EQ(kind_of(table.end(EndReason::kWalkover, Winner::kSide1)), "accepted");
    EXPECT_EQ(table.score()["sets"], json::array());
    EXPECT_EQ(table.summary(), "w/o");
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
}

TEST(TennisEnd, AnAbandonedMatchHasNoWinner) {
    Table table("tennis");
    set(table, 6, 4);
    ASSERT_EQ(kind_of(table.end(EndReason::kAbandoned, Winner::kNone)), "accepted");
    EXPECT_EQ(table.match().status(), Status::kAbandoned);
    EXPECT_EQ(table.match().winner(), Winner::kNone);
    EXPECT_EQ(table.summary(), "6-4 abd.");
}

TEST(TennisEnd, AResultIsNeverADraw) {
    Table table("tennis");
    EXPECT_EQ(kind_of(table.end(EndReason::kResult, Winner::kDraw)), "invalid");
    EXPECT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide1)), "accepted");
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
