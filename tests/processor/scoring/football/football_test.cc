// Football: real matches, and the IFAB Laws of the Game 2024/25 (law 7 the duration, 10 the outcome, 12 cards).
#include <gtest/gtest.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::football {
namespace {

using nlohmann::json;

std::string period(const char* name) {
    return json{{"type", "period"}, {"period", name}}.dump();
}

std::string goal(int team, const std::string& player, int minute, const json& more = json::object()) {
    json event = {{"type", "goal"}, {"team", team}, {"player", player}, {"minute", minute}};
    event.update(more);
    return event.dump();
}

std::string card(int team, const std::string& player, const char* colour, int minute = 30) {
    return json{{"type", "card"}, {"team", team}, {"player", player}, {"card", colour}, {"minute", minute}}.dump();
}

std::string kick(int team, bool scored, const std::string& player = "k") {
    return json{{"type", "kick"}, {"team", team}, {"player", player}, {"scored", scored}}.dump();
}

void periods(Table& table, std::initializer_list<const char*> names) {
    for (const auto* name : names) table.must(period(name));
}

std::int64_t tally_of(const Table& table, const std::string& player) {
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    for (const auto& tally : tallies) {
        if (tally.player == player) return tally.score;
    }
    return 0;
}

TEST(Football, WorldCupFinal2022WithExtraTimeAndKicks) {
    Table table("football", "{}", "Argentina", "France");
    const json penalty = {{"penalty", true}};
    periods(table, {"first_half"});
    table.must(goal(1, "Messi", 23, penalty));
    table.must(goal(1, "Di María", 36));
    periods(table, {"half_time"});
    EXPECT_EQ(table.score()["half_time"], json::parse("[2,0]"));
    EXPECT_EQ(table.summary(), "2-0 (2-0) HT");
    periods(table, {"second_half"});
    table.must(goal(2, "Mbappé", 80, penalty));
    table.must(goal(2, "Mbappé", 81));
    EXPECT_EQ(table.summary(), "2-2 (2-0) 81'");
    periods(table, {"full_time"});
    EXPECT_EQ(table.match().status(), Status::kFinished);
    EXPECT_EQ(table.match().winner(), Winner::kDraw);
    periods(table, {"extra_first"});
    EXPECT_EQ(table.match().status(), Status::kLive);
    EXPECT_EQ(table.match().winner(), Winner::kNone);
    periods(table, {"extra_half_time", "extra_second"});
    table.must(goal(1, "Messi", 108));
    table.must(goal(2, "Mbappé", 118, penalty));
    periods(table, {"penalties"});
    EXPECT_EQ(table.score()["shootout"], json::parse("[0,0]"));
    for (const auto& [team, scored] :
         {std::pair{2, true}, {1, true}, {2, false}, {1, true}, {2, false}, {1, true}, {2, true}}) {
        table.must(kick(team, scored));
        EXPECT_EQ(table.match().status(), Status::kLive);
    }
    table.must(kick(1, true));
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
    EXPECT_EQ(table.summary(), "3-3 (2-0) a.e.t. 4-2 pens");
    EXPECT_EQ(table.score(), json::parse(R"({"goals":[3,3],"half_time":[2,0],"shootout":[4,2],"period":"penalties",
        "minute":120})"));
    EXPECT_EQ(tally_of(table, "Mbappé"), 3);
    EXPECT_EQ(tally_of(table, "Messi"), 2);
    EXPECT_EQ(tally_of(table, "k"), 0);
    EXPECT_EQ(kind_of(table.play(kick(2, true))), "match over");
}

TEST(Football, ALeagueMatchIsFinishedAtFullTime) {
    Table table("football");
    periods(table, {"first_half", "half_time", "second_half"});
    table.must(goal(2, "Bo", 63));
    EXPECT_EQ(table.score(), json::parse(R"({"goals":[0,1],"half_time":[0,0],"shootout":null,"period":"second_half",
        "minute":63})"));
    table.must(period("full_time"));
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
    EXPECT_EQ(table.summary(), "0-1 (0-0)");
    EXPECT_EQ(kind_of(table.play(goal(1, "Ada", 93))), "match over");
    EXPECT_EQ(kind_of(table.play(period("second_half"))), "match over");
}

TEST(Football, AResultDeclaredHasTheLastWord) {
    Table table("football");
    periods(table, {"first_half", "half_time", "second_half", "full_time"});
    ASSERT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide2)), "accepted");
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
    EXPECT_EQ(kind_of(table.play(period("extra_first"))), "match over");
    EXPECT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide1)), "match over");
}

TEST(Football, OwnGoalsCountForTheSideNamedAndForNoPlayer) {
    Table table("football");
    table.must(goal(2, "Ada", 10, {{"own", true}}));
    EXPECT_EQ(table.score()["goals"], json::parse("[0,1]"));
    EXPECT_EQ(table.stats()[1]["own_goals"], 1);
    EXPECT_EQ(tally_of(table, "Ada"), 0);
}

TEST(Football, PlayBeforeAnyPeriodIsTheFirstHalf) {
    Table table("football");
    EXPECT_EQ(table.score()["period"], nullptr);
    table.must(goal(1, "Ada", 3));
    EXPECT_EQ(table.score()["period"], "first_half");
    EXPECT_EQ(kind_of(table.play(period("first_half"))), "impossible");
    table.must(period("second_half"));
    EXPECT_EQ(table.score()["half_time"], json::parse("[1,0]"));
}

TEST(Football, PeriodsComeInTheirOrder) {
    Table table("football");
    for (const auto* name : {"half_time", "second_half", "full_time", "extra_first", "penalties"}) {
        EXPECT_EQ(kind_of(table.play(period(name))), "impossible") << name;
    }
    periods(table, {"first_half", "half_time"});
    EXPECT_EQ(kind_of(table.play(goal(1, "Ada", 45))), "impossible");
    EXPECT_EQ(kind_of(table.play(period("extra_first"))), "impossible");
    periods(table, {"second_half", "full_time", "extra_first", "extra_second", "full_time"});
    EXPECT_EQ(table.match().status(), Status::kFinished);
    EXPECT_EQ(kind_of(table.play(period("extra_first"))), "match over");
    periods(table, {"penalties"});
    EXPECT_EQ(table.match().status(), Status::kLive);
    EXPECT_EQ(kind_of(table.play(goal(1, "Ada", 120))), "impossible");
}

TEST(Football, KicksBelongToTheShootout) {
    Table table("football");
    EXPECT_EQ(kind_of(table.play(kick(1, true))), "impossible");
}

TEST(Football, AShootoutIsDecidedOnceItCannotBeCaughtUp) {
    Table early("football");
    periods(early, {"first_half", "second_half", "penalties"});
    for (int i = 0; i < 3; ++i) {
        early.must(kick(1, true));
        EXPECT_EQ(early.match().status(), Status::kLive);
        early.must(kick(2, false));
    }
    EXPECT_EQ(early.match().winner(), Winner::kSide1);

    Table sudden("football");
    periods(sudden, {"first_half", "second_half", "penalties"});
    for (int i = 0; i < 6; ++i) {
        sudden.must(kick(1, true));
        sudden.must(kick(2, true));
    }
    sudden.must(kick(1, false));
    EXPECT_EQ(sudden.match().status(), Status::kLive);
    sudden.must(kick(2, true));
    EXPECT_EQ(sudden.match().winner(), Winner::kSide2);
    EXPECT_EQ(sudden.score()["shootout"], json::parse("[6,7]"));
}

TEST(Football, WhoIsSentOffPlaysNoMore) {
    Table table("football");
    table.must(card(1, "Ada", "yellow"));
    table.must(card(1, "Ada", "second_yellow"));
    table.must(card(2, "Bo", "red"));
    EXPECT_EQ(table.stats()[0]["yellow_cards"], 2);
    EXPECT_EQ(table.stats()[0]["red_cards"], 1);
    EXPECT_EQ(table.stats()[1]["red_cards"], 1);
    EXPECT_EQ(kind_of(table.play(goal(1, "Ada", 50))), "impossible");
    EXPECT_EQ(kind_of(table.play(goal(2, "Ada", 50, {{"own", true}}))), "impossible");
    EXPECT_EQ(kind_of(table.play(goal(1, "Bo", 50, {{"own", true}}))), "impossible");
    EXPECT_EQ(kind_of(table.play(card(1, "Ada", "yellow"))), "impossible");
    EXPECT_EQ(kind_of(table.play(R"({"type":"substitution","team":1,"off":"Ada","on":"Cy","minute":60})")),
              "impossible");
    table.must(goal(2, "Ada", 51));  // the other side's Ada
    table.must(R"({"type":"substitution","team":1,"off":"Di","on":"Cy","minute":60})");
    EXPECT_EQ(table.stats()[0]["substitutions"], 1);
}

TEST(Football, NamesWhatIsWrong) {
    const auto refusal = [](const std::string& event) {
        Bytes move;
        const auto refused = Table::decode(*find_sport("football"), event, move);
        return refused ? refused->detail : "accepted";
    };
    EXPECT_EQ(refusal(R"({"type":"goal","player":"a","minute":1})"), "team is missing");
    EXPECT_EQ(refusal(R"({"type":"goal","team":1,"minute":1})"), "player is missing");
    EXPECT_EQ(refusal(R"({"type":"goal","team":1,"player":"a"})"), "minute is missing");
    EXPECT_EQ(refusal(goal(1, "a", 201)), "minute must be from 0 to 200, not 201");
    EXPECT_EQ(refusal(goal(1, "a", 45, {{"offset", -1}})), "offset must be from 0 to 90, not -1");
    EXPECT_EQ(refusal(goal(1, "a", 45, {{"own", 1}})), "own must be true or false");
    EXPECT_EQ(refusal(goal(1, "a", 45, {{"own", true}, {"penalty", true}})), "own and penalty cannot both be true");
    EXPECT_EQ(refusal(card(1, "a", "green")), "card must be one of yellow, second_yellow, red");
    EXPECT_EQ(refusal(R"({"type":"kick","team":1,"player":"a"})"), "scored is missing");
    EXPECT_EQ(refusal(R"({"type":"substitution","team":1,"off":"a","minute":1})"), "on is missing");
    EXPECT_EQ(refusal(R"({"type":"period"})"), "period is missing");
    EXPECT_EQ(refusal(R"({"type":"point","winner":1})"),
              "type must be period, goal, card, substitution, kick, start, end or undo in football");
}

}  // namespace
}  // namespace matchpoint::scoring::football
