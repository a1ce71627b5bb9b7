// Basketball: examples from the FIBA Official Basketball Rules 2022 (articles 8, 16, 41), and properties.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "processor/scoring/basketball/moves.h"
#include "tests/processor/scoring/shared_properties.h"
#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::basketball {
namespace {

using nlohmann::json;

std::string basket(int team, int points, const std::string& player = "ana") {
    return json{{"type", "basket"}, {"team", team}, {"points", points}, {"player", player}}.dump();
}

std::string period(int number) {
    return json{{"type", "period"}, {"period", number}}.dump();
}

// Points of one side in the running period, as baskets of two and one.
void score(Table& table, int team, int points) {
    for (; points >= 2; points -= 2) table.must(basket(team, 2, "ana" + std::to_string(team)));
    if (points == 1) table.must(basket(team, 1, "bea" + std::to_string(team)));
}

TEST(Basketball, CountsPointsByPeriod) {
    Table table("basketball");
    EXPECT_EQ(table.score(), json::parse(R"({"points":[0,0],"periods":[[0,0]],"period":1})"));
    table.must(period(1));
    score(table, 1, 19);
    score(table, 2, 32);
    table.must(period(2));
    score(table, 1, 34);
    score(table, 2, 28);
    table.must(period(3));
    EXPECT_EQ(table.score(), json::parse(R"({"points":[53,60],"periods":[[19,32],[34,28],[0,0]],"period":3})"));
    EXPECT_EQ(table.summary(), "53-60 (19-32 34-28 0-0) Q3");
}

TEST(Basketball, AFieldGoalIsTwoOrThreeAndAFreeThrowOne) {
    Table table("basketball");
    for (const int points : {1, 2, 3, 3}) table.must(basket(2, points));
    table.must(R"({"type":"foul","team":2,"player":"ana"})");
    EXPECT_EQ(table.stats()[1], json::parse(R"({"points":9,"free_throws":1,"two_pointers":1,"three_pointers":2,
        "fouls":1,"period_fouls":1})"));
    table.must(period(2));
    EXPECT_EQ(table.stats()[1]["period_fouls"], 0);
    EXPECT_EQ(table.stats()[1]["fouls"], 1);
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    ASSERT_EQ(tallies.size(), 1U);
    EXPECT_EQ(tallies[0].score, 9);
}

TEST(Basketball, PlayMayBeginBeforeThePeriodIsTold) {
    Table table("basketball");
    table.must(basket(1, 2));
    EXPECT_EQ(kind_of(table.play(period(1))), "impossible");
    table.must(period(2));
    EXPECT_EQ(table.score()["period"], 2);
}

TEST(Basketball, PeriodsFollowEachOther) {
    Table table("basketball");
    EXPECT_EQ(kind_of(table.play(period(2))), "impossible");
    table.must(period(1));
    EXPECT_EQ(kind_of(table.play(period(1))), "impossible");
    EXPECT_EQ(kind_of(table.play(period(3))), "impossible");
    table.must(period(2));
}

TEST(Basketball, OvertimeNeedsALevelScore) {
    Table table("basketball");
    for (int number = 1; number <= 4; ++number) table.must(period(number));
    table.must(basket(1, 1));
    EXPECT_EQ(kind_of(table.play(period(5))), "impossible");
    table.must(basket(2, 1));
    table.must(period(5));
    EXPECT_EQ(table.summary(), "1-1 (0-0 0-0 0-0 1-1 0-0) OT1");
    table.must(period(6));
    EXPECT_EQ(table.score()["period"], 6);
}

TEST(Basketball, MayBePlayedInHalves) {
    Table table("basketball", R"({"format":{"periods":2}})");
    EXPECT_EQ(table.format(), json::parse(R"({"periods":2})"));
    table.must(basket(1, 2));
    table.must(period(2));
    EXPECT_EQ(table.summary(), "2-0 (2-0 0-0) H2");
    EXPECT_EQ(kind_of(table.play(period(3))), "impossible");
}

TEST(Basketball, EndsByAResult) {
    Table table("basketball");
    table.must(basket(2, 3));
    EXPECT_EQ(table.match().status(), Status::kLive);
    ASSERT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide2)), "accepted");
    EXPECT_EQ(table.summary(), "0-3");
    EXPECT_EQ(kind_of(table.play(basket(1, 2))), "match over");
    EXPECT_EQ(kind_of(table.play(period(2))), "match over");
}

TEST(Basketball, NamesWhatIsWrong) {
    const auto refusal = [](const std::string& event) {
        Bytes move;
        const auto refused = Table::decode(*find_sport("basketball"), event, move);
        return refused ? refused->detail : "accepted";
    };
    EXPECT_EQ(refusal(R"({"type":"basket","player":"a","points":2})"), "team is missing");
    EXPECT_EQ(refusal(R"({"type":"basket","team":3,"player":"a","points":2})"), "team must be from 1 to 2, not 3");
    EXPECT_EQ(refusal(R"({"type":"basket","team":1,"points":2})"), "player is missing");
    EXPECT_EQ(refusal(R"({"type":"basket","team":1,"player":"a","points":4})"), "points must be from 1 to 3, not 4");
    EXPECT_EQ(refusal(R"({"type":"basket","team":1,"player":"a"})"), "points is missing");
    EXPECT_EQ(refusal(R"({"type":"period","period":0})"), "period must be from 1 to 99, not 0");
    EXPECT_EQ(refusal(R"({"type":"dunk"})"), "type must be basket, foul, period, start, end or undo in basketball");
    EXPECT_THROW(Table("basketball", R"({"format":{"periods":0}})"), std::invalid_argument);
}

std::vector<Bytes> any_moves() {
    std::vector<Bytes> moves;
    std::uint32_t next_period = 2;
    for (const auto die : *rc::gen::arbitrary<std::vector<std::uint16_t>>()) {
        const auto player = "p" + std::to_string(die / 4 % 5);
        Happening happening;
        happening.side = static_cast<SideIndex>(die % 2);
        happening.player = player;
        happening.points = static_cast<std::uint8_t>(die / 20 % 3 + 1);
        if (die / 60 % 8 == 0) {
            happening = {};
            happening.kind = Kind::kPeriod;
            happening.period = die / 480 % 5 == 0 ? die / 2400U : next_period++;
        } else if (die / 60 % 8 == 1) {
            happening.kind = Kind::kFoul;
            happening.points = 0;
        }
        Bytes move;
        append_move(happening, move);
        moves.push_back(move);
    }
    return moves;
}

RC_GTEST_PROP(BasketballProperties, PointsAreTheSumOfPeriodsOfBasketsAndOfPlayers, ()) {
    Table table("basketball");
    std::array<std::int64_t, 2> expected{};
    for (const auto& move : any_moves()) {
        const auto happening = *parse_move(move);
        if (!table.apply(move) && happening.kind == Kind::kBasket) expected[happening.side] += happening.points;
    }
    const auto score = table.score();
    const auto stats = table.stats();
    for (std::size_t side = 0; side < 2; ++side) {
        RC_ASSERT(score["points"][side] == expected[side]);
        std::int64_t by_period = 0;
        for (const auto& points : score["periods"]) by_period += points[side].get<std::int64_t>();
        RC_ASSERT(by_period == expected[side]);
        const auto count = [&](const char* key) { return stats[side][key].get<std::int64_t>(); };
        RC_ASSERT(count("free_throws") + 2 * count("two_pointers") + 3 * count("three_pointers") == expected[side]);
    }
    RC_ASSERT(score["period"] == score["periods"].size());
}

RC_GTEST_PROP(BasketballProperties, SwappingTheSidesMirrorsTheState, ()) {
    Table table("basketball");
    Table mirror("basketball");
    for (const auto& move : any_moves()) {
        auto swapped = move;
        if (parse_move(move)->kind != Kind::kPeriod) swapped[0] = static_cast<char>(move[0] ^ 4);
        RC_ASSERT(kind_of(table.apply(move)) == kind_of(mirror.apply(swapped)));
    }
    auto score = table.score();
    std::swap(score["points"][0], score["points"][1]);
    for (auto& points : score["periods"]) std::swap(points[0], points[1]);
    RC_ASSERT(mirror.score().dump() == score.dump());
    RC_ASSERT(mirror.stats()[0].dump() == table.stats()[1].dump());
}

RC_GTEST_PROP(BasketballProperties, TheMatchIsTheFoldOfItsMoves, ()) {
    Table table("basketball");
    check_fold(table, any_moves());
}

RC_GTEST_PROP(BasketballProperties, ForeignBytesNeverBreakAMatch, ()) {
    Table table("basketball");
    check_foreign_bytes(table, *rc::gen::arbitrary<std::vector<std::string>>());
}

}  // namespace
}  // namespace matchpoint::scoring::basketball
