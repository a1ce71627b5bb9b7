// Games, sets and tie-breaks, one rule a test, by the ITF Rules of Tennis 2024 (rules 5 to 7, appendix VI).
#include <gtest/gtest.h>

#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

using nlohmann::json;

json parse(const char* text) {
    return json::parse(text);
}

TEST(TennisGame, CallsThePoints) {
    Table table("tennis");
    EXPECT_EQ(table.score()["points"], parse(R"(["0","0"])"));
    const std::vector<std::pair<char, const char*>> calls = {
        {'1', R"(["15","0"])"},  {'2', R"(["15","15"])"}, {'1', R"(["30","15"])"}, {'1', R"(["40","15"])"},
        {'2', R"(["40","30"])"}, {'2', R"(["40","40"])"}, {'2', R"(["40","AD"])"}, {'1', R"(["40","40"])"},
        {'1', R"(["AD","40"])"}, {'2', R"(["40","40"])"}, {'1', R"(["AD","40"])"}, {'1', R"(["0","0"])"}};
    for (const auto& [winner, call] : calls) {
        points(table, std::string(1, winner));
        EXPECT_EQ(table.score()["points"], parse(call));
    }
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[1,0]}])"));
}

TEST(TennisGame, IsWonToLove) {
    Table table("tennis");
    points(table, "2222");
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[0,1]}])"));
}

TEST(TennisGame, WithoutAdvantageEndsWithThePointAfterDeuce) {
    Table table("tennis", R"({"format":{"no_ad":true},"server":1})");
    points(table, "111222");
    EXPECT_EQ(table.score()["points"], parse(R"(["40","40"])"));
    EXPECT_EQ(table.score()["break_point"], 2);
    points(table, "2");
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[0,1]}])"));
}

TEST(TennisSet, IsWonWithSixGamesTwoAhead) {
    Table table("tennis");
    games(table, "1212121212");
    EXPECT_EQ(table.score()["sets"].size(), 1U);
    games(table, "1");
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[6,5]}])"));
    games(table, "1");
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[7,5]},{"games":[0,0]}])"));
}

TEST(TennisSet, GoesToATiebreakAtSixAll) {
    Table table("tennis", R"({"server":1})");
    games(table, "121212121212");
    EXPECT_EQ(table.score()["tiebreak"], true);
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[6,6],"tiebreak":[0,0]}])"));
    points(table, "111111");
    EXPECT_EQ(table.score()["points"], parse(R"(["6","0"])"));
    EXPECT_EQ(table.score()["set_point"], 1);
    EXPECT_EQ(table.score()["break_point"], nullptr);
    points(table, "1");
    EXPECT_EQ(table.score()["sets"], parse(R"([{"games":[7,6],"tiebreak":[7,0]},{"games":[0,0]}])"));
    EXPECT_EQ(table.score()["tiebreak"], false);
}

TEST(TennisSet, TiebreakIsWonByTwo) {
    Table table("tennis");
    set(table, 7, 6, 18, 16);
    EXPECT_EQ(table.score()["sets"][0], parse(R"({"games":[7,6],"tiebreak":[18,16]})"));
    EXPECT_EQ(table.summary(), "7-6(16) 0-0");
}

TEST(TennisSet, TiebreakMayComeAtAnyScoreToAnyLength) {
    Table table("tennis", R"({"format":{"tiebreak_at":8,"tiebreak_points":5}})");
    set(table, 8, 8);
    EXPECT_EQ(table.score()["tiebreak"], true);
    tiebreak(table, 3, 5);
    EXPECT_EQ(table.summary(), "8-9(3) 0-0");
}

TEST(TennisSet, ShortSetsAreToFour) {
    Table at_four("tennis", R"({"format":{"tiebreak_at":4}})");
    set(at_four, 4, 2);
    EXPECT_EQ(at_four.summary(), "4-2 0-0");
    set(at_four, 5, 4, 7, 5);
    EXPECT_EQ(at_four.summary(), "4-2 5-4(5)");

    Table at_three("tennis", R"({"format":{"tiebreak_at":3,"tiebreak_points":5,"no_ad":true}})");
    set(at_three, 4, 2);
    set(at_three, 4, 3, 5, 3);
    EXPECT_EQ(at_three.summary(), "4-2 4-3(3)");
    EXPECT_EQ(at_three.match().winner(), Winner::kSide1);
}

TEST(TennisMatch, BestOfThreeNeedsTwoSetsAndBestOfFiveThree) {
    Table three("tennis");
    set(three, 6, 0);
    set(three, 0, 6);
    set(three, 6, 0);
    EXPECT_EQ(three.match().winner(), Winner::kSide1);
    Table five("tennis", R"({"format":{"best_of":5}})");
    set(five, 6, 0);
    set(five, 6, 0);
    EXPECT_EQ(five.match().status(), Status::kLive);
    set(five, 6, 0);
    EXPECT_EQ(five.match().status(), Status::kFinished);
}

TEST(TennisMatch, SetAndMatchPointsNameTheSideThatHasThem) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 0);
    games(table, "11111");
    points(table, "222");  // side 2 serves this set's sixth game
    EXPECT_EQ(table.score()["server"], 2);
    EXPECT_EQ(table.score()["set_point"], nullptr);
    points(table, "111");
    EXPECT_EQ(table.score()["set_point"], nullptr);
    points(table, "1");
    EXPECT_EQ(table.score()["points"], parse(R"(["AD","40"])"));
    EXPECT_EQ(table.score()["break_point"], 1);
    EXPECT_EQ(table.score()["set_point"], 1);
    EXPECT_EQ(table.score()["match_point"], 1);
}

TEST(TennisMatch, OnceOverShowsTheSetsPlayedAndNoPoints) {
    Table table("tennis", R"({"server":2})");
    set(table, 6, 4);
    set(table, 7, 5);
    EXPECT_EQ(table.score(), parse(R"({"sets":[{"games":[6,4]},{"games":[7,5]}],"points":["0","0"],"server":1,
        "tiebreak":false,"break_point":null,"set_point":null,"match_point":null})"));
    EXPECT_EQ(table.summary(), "6-4 7-5");
    EXPECT_EQ(kind_of(table.play(R"({"type":"point","winner":1})")), "match over");
    EXPECT_EQ(kind_of(table.end(EndReason::kRetired, Winner::kSide1)), "match over");
}

TEST(TennisMatch, SummaryIsTheContracts) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 4);
    set(table, 6, 7, 5, 7);
    games(table, "112");
    points(table, "1121");
    EXPECT_EQ(table.summary(), "6-4 6-7(5) 2-1 40-15");
    EXPECT_EQ(table.score(), parse(R"({"sets":[{"games":[6,4]},{"games":[6,7],"tiebreak":[5,7]},{"games":[2,1]}],
        "points":["40","15"],"server":1,"tiebreak":false,"break_point":null,"set_point":null,"match_point":null})"));
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
