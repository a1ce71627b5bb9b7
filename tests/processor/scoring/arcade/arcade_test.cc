#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::arcade {
namespace {

using nlohmann::json;

std::string play(const std::string& player, std::int64_t score) {
    return json{{"type", "score"}, {"player", player}, {"score", score}}.dump();
}

TEST(Arcade, NeedsNoStartAndNeverEnds) {
    EXPECT_FALSE(find_sport("arcade")->needs_start());
    Table table("arcade");
    EXPECT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide1)), "invalid");
    table.must(play("ana", 4200));
    EXPECT_EQ(table.match().status(), Status::kLive);
    EXPECT_EQ(table.score(), json::parse(R"({"best":[{"player":"ana","score":4200}],"plays":1})"));
    EXPECT_EQ(table.stats(), json::array());
    EXPECT_EQ(table.format(), json::object());
    EXPECT_EQ(table.summary(), "ana 4200");
}

TEST(Arcade, KeepsEachPlayersBest) {
    Table table("arcade");
    for (const auto& [player, score] : {std::pair{"ana", 10}, {"bo", 30}, {"ana", 20}, {"bo", 5}, {"cy", 30}}) {
        table.must(play(player, score));
    }
    EXPECT_EQ(table.score(), json::parse(R"({"best":[{"player":"bo","score":30},{"player":"cy","score":30},
        {"player":"ana","score":20}],"plays":5})"));
}

TEST(Arcade, TellsWhenTheRecordWasMade) {
    Table table("arcade");
    table.must(play("ana", 10));
    table.must(play("ana", 10));
    std::vector<Tally> tallies;
    table.match().changed_tallies(tallies);
    ASSERT_EQ(tallies.size(), 1U);
    EXPECT_EQ(tallies[0].at, Timestamp{1});
    tallies.clear();
    table.must(play("bo", 0));
    table.match().changed_tallies(tallies);
    EXPECT_TRUE(tallies.empty());
}

TEST(Arcade, NamesWhatIsWrong) {
    const auto refusal = [](const std::string& event) {
        Bytes move;
        const auto refused = Table::decode(*find_sport("arcade"), event, move);
        return refused ? refused->detail : "accepted";
    };
    EXPECT_EQ(refusal(R"({"type":"score","score":1})"), "player is missing");
    EXPECT_EQ(refusal(R"({"type":"score","player":"","score":1})"), "player must not be empty");
    EXPECT_EQ(refusal(R"({"type":"score","player":"ana"})"), "score is missing");
    EXPECT_EQ(refusal(R"({"type":"score","player":"ana","score":"9"})"), "score must be a whole number");
    EXPECT_EQ(refusal(R"({"type":"score","player":"ana","score":-1})"),
              "score must be from 0 to 9007199254740991, not -1");
    EXPECT_EQ(refusal(play(std::string(257, 'x'), 1)), "player must have at most 256 bytes");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1})"), "type must be score or undo in arcade");
}

RC_GTEST_PROP(ArcadeProperties, TheBestTenAreThoseOfASort, ()) {
    Table table("arcade");
    std::map<std::string, std::pair<int, int>> best;  // score, negated play
    int plays = 0;
    for (const auto die : *rc::gen::arbitrary<std::vector<std::uint16_t>>()) {
        const auto player = "p" + std::to_string(die % 15);
        const int score = die / 15 % 9;
        table.must(play(player, score));
        ++plays;
        const auto [entry, added] = best.try_emplace(player, score, -plays);
        if (!added && score > entry->second.first) entry->second = {score, -plays};
    }
    std::vector<std::pair<std::pair<int, int>, std::string>> order;
    for (const auto& [player, record] : best) order.emplace_back(record, player);
    std::sort(order.rbegin(), order.rend());
    json expected = json::array();
    for (std::size_t i = 0; i < std::min<std::size_t>(10, order.size()); ++i) {
        expected.push_back(json{{"player", order[i].second}, {"score", order[i].first.first}});
    }
    RC_ASSERT(table.score()["best"].dump() == expected.dump());
    RC_ASSERT(table.score()["plays"] == plays);
}

RC_GTEST_PROP(ArcadeProperties, UndoGivesBackTheStateBefore, ()) {
    Table table("arcade");
    std::vector<std::string> states = {table.state().dump()};
    for (const auto die : *rc::gen::arbitrary<std::vector<std::uint16_t>>()) {
        table.must(play("p" + std::to_string(die % 15), die / 15));
        states.push_back(table.state().dump());
    }
    while (!table.moves().empty()) {
        states.pop_back();
        table.undo();
        RC_ASSERT(table.state().dump() == states.back());
    }
}

RC_GTEST_PROP(ArcadeProperties, ForeignBytesNeverBreakAMatch, ()) {
    Table table("arcade");
    for (const auto& move : *rc::gen::arbitrary<std::vector<std::string>>()) {
        if (std::all_of(move.begin(), move.end(), [](char c) { return c > 0; })) static_cast<void>(table.apply(move));
    }
    static_cast<void>(table.score());
}

}  // namespace
}  // namespace matchpoint::scoring::arcade
