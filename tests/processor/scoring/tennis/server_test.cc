// Who serves: ITF Rules of Tennis, rules 5b (tie-break) and 14 (order of service), and what a feed says about it.
#include <gtest/gtest.h>

#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

int server(const Table& table) {
    return table.score()["server"].get<int>();
}

// The servers of the next points, each won as `winners` says.
std::string servers(Table& table, std::string_view winners) {
    std::string all;
    for (const char winner : winners) {
        all += std::to_string(server(table));
        points(table, std::string(1, winner));
    }
    return all;
}

TEST(TennisServer, ChangesWithEachGameAlsoAcrossSets) {
    Table table("tennis", R"({"server":2})");
    EXPECT_EQ(servers(table, "1111"), "2222");
    EXPECT_EQ(servers(table, "11221211"), "11111111");
    games(table, "1111");
    EXPECT_EQ(table.summary(), "6-0 0-0");
    EXPECT_EQ(servers(table, "1111"), "2222");
}

TEST(TennisServer, ASetOfOddGamesBeginsWithTheOtherSide) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 3);
    EXPECT_EQ(server(table), 2);
    Table even("tennis", R"({"server":1})");
    set(even, 6, 4);
    EXPECT_EQ(server(even), 1);
}

TEST(TennisServer, InATiebreakServesOneThenTwoEach) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 6);
    EXPECT_EQ(servers(table, "1212121212121"), "1221122112211");
}

TEST(TennisServer, AfterATiebreakTheOtherSideBegins) {
    for (const auto& [points1, points2] : {std::pair{7, 0}, std::pair{7, 5}, std::pair{8, 6}, std::pair{10, 12}}) {
        Table table("tennis", R"({"server":1})");
        set(table, points1 > points2 ? 7 : 6, points1 > points2 ? 6 : 7, points1, points2);
        EXPECT_EQ(server(table), 2) << points1 << "-" << points2;
    }
}

TEST(TennisServer, AMatchTiebreakIsBegunInTurn) {
    Table table("tennis", R"({"server":1,"format":{"final_set":{"kind":"match_tiebreak"}}})");
    set(table, 6, 3);
    set(table, 3, 6);
    EXPECT_EQ(servers(table, "121212"), "122112");
    Table odd("tennis", R"({"server":1,"format":{"final_set":{"kind":"match_tiebreak"}}})");
    set(odd, 6, 4);
    set(odd, 3, 6);
    EXPECT_EQ(servers(odd, "1212"), "2112");
}

TEST(TennisServer, AfterTheMatchIsWhoServedLast) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 0);
    set(table, 6, 0);  // twelve games: the last was side 2's
    EXPECT_EQ(server(table), 2);
    Table tiebreaks("tennis", R"({"server":1})");
    set(tiebreaks, 7, 6, 7, 0);
    set(tiebreaks, 6, 6);
    EXPECT_EQ(servers(tiebreaks, "1111111"), "2112211");
    EXPECT_EQ(server(tiebreaks), 1);
}

TEST(TennisServer, IsTheFirstPointsWhereTheStartNamesNone) {
    Table table("tennis");
    table.must(R"({"type":"point","winner":1,"server":2})");
    EXPECT_EQ(server(table), 2);
    EXPECT_EQ(table.stats()[1]["service_points_won"], 0);
    points(table, "111");
    EXPECT_EQ(server(table), 1);
}

TEST(TennisServer, IsFoundFromAnAceWhereNobodyNamesHim) {
    Table table("tennis");
    table.must(R"({"type":"point","winner":2,"how":"ace"})");
    EXPECT_EQ(server(table), 2);
    EXPECT_EQ(table.stats()[1]["service_points_won"], 1);
}

TEST(TennisServer, NamedByAPointCorrectsTheRotationAndNotTheScore) {
    Table table("tennis", R"({"server":1})");
    points(table, "11");
    table.must(R"({"type":"point","winner":1,"server":2})");
    EXPECT_EQ(table.summary(), "0-0 40-0");
    EXPECT_EQ(server(table), 2);
    EXPECT_EQ(table.score()["break_point"], 1);
    points(table, "1");
    EXPECT_EQ(server(table), 1);
}

TEST(TennisServer, NamedWithinATiebreakMovesTheTurn) {
    Table table("tennis", R"({"server":1})");
    set(table, 6, 6);
    table.must(R"({"type":"point","winner":1,"server":2})");
    EXPECT_EQ(servers(table, "1212"), "1122");
    tiebreak(table, 4, 0);
    EXPECT_EQ(server(table), 1);
}

TEST(TennisServer, MustHaveWonAnAceAndLostADoubleFault) {
    Table table("tennis", R"({"server":1})");
    const auto before = table.state();
    for (const auto* event :
         {R"({"type":"point","winner":2,"how":"ace"})", R"({"type":"point","winner":2,"server":1,"how":"ace"})",
          R"({"type":"point","winner":2,"how":"service_winner"})",
          R"({"type":"point","winner":1,"how":"double_fault"})",
          R"({"type":"point","winner":2,"server":2,"how":"double_fault"})"}) {
        EXPECT_EQ(kind_of(table.play(event)), "impossible") << event;
    }
    EXPECT_EQ(table.state(), before);
    table.must(R"({"type":"point","winner":2,"server":2,"how":"ace"})");
    table.must(R"({"type":"point","winner":1,"how":"double_fault"})");
    EXPECT_EQ(table.summary(), "0-0 15-15");
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
