// Cricket: the MCC Laws of Cricket (2017 code, 3rd edition 2022) and the ICC playing conditions for limited overs.
#include <gtest/gtest.h>

#include "tests/processor/scoring/cricket/play.h"

namespace matchpoint::scoring::cricket {
namespace {

using nlohmann::json;

constexpr const char* kTwoOvers = R"({"format":{"overs":2,"balls_per_over":6,"innings":2}})";

std::string kind(Table& table, const std::string& event) {
    return kind_of(table.play(event));
}

TEST(CricketBall, LegalOnesMakeTheOver) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    for (const auto& extras :
         {json{{"wides", 1}}, json{{"noballs", 1}}, json{{"byes", 2}}, json{{"legbyes", 1}}, json{{"penalty", 5}}}) {
        table.must(ball(0, {{"extras", extras}}));
    }
    table.must(ball(4));
    EXPECT_EQ(table.score()["innings"][0], json::parse(R"({"team":1,"runs":14,"wickets":0,"balls":4,"overs":"0.4",
        "extras":{"wides":1,"noballs":1,"byes":2,"legbyes":1,"penalty":5},"super_over":false})"));
    balls(table, {0, 0});
    EXPECT_EQ(table.score()["innings"][0]["overs"], "1");
    EXPECT_EQ(table.stats()[0], json::parse(R"({"runs":14,"wickets_lost":0,"balls":6,"dot_balls":2,"fours":1,"sixes":0,
        "extras":10})"));
}

TEST(CricketBall, RunsOffANoBallAreTheBatters) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    table.must(ball(4, {{"extras", {{"noballs", 1}}}, {"batter", "Ada"}}));
    EXPECT_EQ(table.score()["innings"][0]["runs"], 5);
    EXPECT_EQ(tally_of(table, "Ada"), 4);
}

TEST(CricketBall, AWideCannotBeHit) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    EXPECT_EQ(kind(table, ball(1, {{"extras", {{"wides", 1}}}})), "impossible");
    table.must(ball(0, {{"extras", {{"wides", 5}}}}));
    EXPECT_EQ(table.score()["innings"][0]["extras"]["wides"], 5);
}

TEST(CricketBall, NeedsAnInnings) {
    Table table("cricket", kTwoOvers);
    EXPECT_EQ(kind(table, ball(1)), "impossible");
    EXPECT_EQ(table.score(), json::parse(R"({"innings":[],"batting":null,"target":null})"));
}

TEST(CricketWicket, FallsByEveryKindButRetiringHurt) {
    for (const auto* how :
         {"bowled", "caught", "caught and bowled", "lbw", "stumped", "run out", "hit wicket", "obstructing the field",
          "hit the ball twice", "handled the ball", "timed out", "retired out", "run_out"}) {
        Table table("cricket", kTwoOvers);
        begin(table, 1);
        table.must(wicket(how));
        EXPECT_EQ(table.score()["innings"][0]["wickets"], 1) << how;
    }
    for (const auto* how : {"retired hurt", "retired not out"}) {
        Table table("cricket", kTwoOvers);
        begin(table, 1);
        table.must(wicket(how));
        EXPECT_EQ(table.score()["innings"][0]["wickets"], 0) << how;
    }
}

TEST(CricketWicket, TenEndTheInnings) {
    Table table("cricket", R"({"format":{"overs":20}})");
    begin(table, 1);
    for (int i = 0; i < 10; ++i) table.must(wicket("bowled"));
    EXPECT_EQ(kind(table, ball(1)), "impossible");
    EXPECT_EQ(table.summary(), "Ada 0 (1.4)");
}

TEST(CricketInnings, EndsWithItsOvers) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    balls(table, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    EXPECT_EQ(table.score()["innings"][0]["overs"], "2");
    EXPECT_EQ(kind(table, ball(1)), "impossible");
    EXPECT_EQ(kind(table, ball(0, {{"extras", {{"wides", 1}}}})), "impossible");
    EXPECT_EQ(table.match().status(), Status::kLive);
}

TEST(CricketInnings, AnOverMiscountedStands) {
    // Law 17.5.2: seven balls in the first over, so that the innings has thirteen.
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    for (int i = 0; i < 7; ++i) table.must(ball(0, {{"bowler", "x"}}));
    for (int i = 0; i < 6; ++i) table.must(ball(1, {{"bowler", "y"}}));
    EXPECT_EQ(table.score()["innings"][0]["balls"], 13);
    EXPECT_EQ(kind(table, ball(1, {{"bowler", "y"}})), "impossible");
    EXPECT_EQ(kind(table, ball(1, {{"bowler", "x"}})), "impossible");
}

TEST(CricketInnings, OversMayHaveAnyNumberOfBalls) {
    Table table("cricket", R"({"format":{"overs":20,"balls_per_over":5}})");
    begin(table, 1);
    balls(table, {0, 0, 0, 0, 0, 0, 0});
    EXPECT_EQ(table.score()["innings"][0]["overs"], "1.2");
}

TEST(CricketInnings, EachSideHasItsOwn) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    EXPECT_EQ(kind(table, R"({"type":"innings","team":1})"), "impossible");
    begin(table, 2);
    EXPECT_EQ(kind(table, R"({"type":"innings","team":1})"), "impossible");
}

TEST(CricketResult, ByWickets) {
    Table table("cricket", kTwoOvers);
    begin(table, 1);
    balls(table, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    begin(table, 2);
    EXPECT_EQ(table.score()["target"], 13);
    EXPECT_EQ(table.score()["batting"], 2);
    table.must(wicket("bowled"));
    balls(table, {6, 6});
    EXPECT_EQ(table.match().status(), Status::kLive);
    balls(table, {1});
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
    EXPECT_EQ(table.score()["batting"], nullptr);
    EXPECT_EQ(table.summary(), "Ada 12/0 (2), Bo 13/1 (0.4): Bo won by 9 wickets");
    EXPECT_EQ(kind(table, ball(1)), "match over");
}

TEST(CricketResult, ByRuns) {
    Table table("cricket", kTwoOvers);
    begin(table, 2);
    balls(table, {6, 6});
    begin(table, 1);  // declared, or the weather
    balls(table, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0});
    EXPECT_EQ(table.match().winner(), Winner::kSide2);
    EXPECT_EQ(table.summary(), "Bo 12/0 (0.2), Ada 11/0 (2): Bo won by 1 run");
}

TEST(CricketResult, ByATargetThatWasRevised) {
    Table table("cricket", R"({"format":{"overs":20}})");
    begin(table, 1);
    balls(table, {6, 6, 6});
    table.must(R"({"type":"innings","team":2,"target":{"runs":10,"overs":1.2}})");
    EXPECT_EQ(table.score()["target"], 10);
    balls(table, {1, 1, 1, 1, 1, 1, 1});
    EXPECT_EQ(table.match().status(), Status::kLive);
    balls(table, {0});
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
    EXPECT_EQ(table.summary(), "Ada 18/0 (0.3), Bo 7/0 (1.2): Ada won by 2 runs");
}

TEST(CricketResult, ATieIsADrawUntilASuperOver) {
    // World Cup final 2019: 241 each, 15 each in the super over, decided on boundaries.
    Table table("cricket", R"({"format":{"overs":1}})", "New Zealand", "England");
    begin(table, 1);
    balls(table, {6, 6, 0, 0, 0, 0});
    EXPECT_EQ(kind(table, R"({"type":"innings","team":2,"super_over":true})"), "impossible");
    begin(table, 2);
    balls(table, {6, 4, 2, 0, 0, 0});
    EXPECT_EQ(table.match().winner(), Winner::kDraw);
    EXPECT_EQ(table.summary(), "New Zealand 12/0 (1), England 12/0 (1): tied");
    EXPECT_EQ(kind(table, R"({"type":"innings","team":1})"), "match over");
    table.must(R"({"type":"innings","team":2,"super_over":true})");
    EXPECT_EQ(table.match().status(), Status::kLive);
    balls(table, {3, 1, 4, 1, 2, 4});
    EXPECT_EQ(kind(table, ball(1)), "impossible");
    EXPECT_EQ(kind(table, R"({"type":"innings","team":2,"super_over":true})"), "impossible");
    table.must(R"({"type":"innings","team":1,"super_over":true})");
    EXPECT_EQ(table.score()["target"], 16);
    balls(table, {6, 2, 2, 1, 2, 2});
    EXPECT_EQ(table.match().winner(), Winner::kDraw);
    ASSERT_EQ(kind_of(table.end(EndReason::kResult, Winner::kSide2)), "accepted");
    EXPECT_EQ(table.summary(),
              "New Zealand 12/0 (1), England 12/0 (1), England 15/0 (1) super over, New Zealand 15/0 (1) super over: "
              "England won");
}

TEST(CricketResult, ASuperOverEndsWithTwoWickets) {
    Table table("cricket", R"({"format":{"overs":1}})");
    begin(table, 1);
    balls(table, {1, 0, 0, 0, 0, 0});
    begin(table, 2);
    balls(table, {1, 0, 0, 0, 0, 0});
    table.must(R"({"type":"innings","team":2,"super_over":true})");
    table.must(wicket("bowled"));
    table.must(wicket("bowled"));
    EXPECT_EQ(kind(table, ball(1)), "impossible");
    table.must(R"({"type":"innings","team":1,"super_over":true})");
    table.must(ball(1));
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
    EXPECT_EQ(table.score()["innings"][3]["super_over"], true);
}

TEST(CricketTest, IsWonByAnInnings) {
    Table table("cricket");
    begin(table, 1);
    balls(table, {6, 6, 6, 6, 6});
    begin(table, 2);
    balls(table, {6, 6});
    begin(table, 2);  // follow-on
    EXPECT_EQ(table.score()["target"], nullptr);
    balls(table, {6, 6});
    EXPECT_EQ(kind(table, R"({"type":"innings","team":2})"), "impossible");
    for (int i = 0; i < 10; ++i) table.must(wicket("bowled"));
    EXPECT_EQ(table.match().winner(), Winner::kSide1);
    EXPECT_EQ(table.summary(), "Ada 30/0 (0.5), Bo 12/0 (0.2), Bo 12 (2): Ada won by an innings and 6 runs");
}

TEST(CricketTest, HasAFourthInningsToChase) {
    Table table("cricket", R"({"format":{"innings":4}})");
    begin(table, 1);
    balls(table, {6, 6});
    begin(table, 2);
    balls(table, {4});
    begin(table, 1);
    balls(table, {2});
    begin(table, 2);
    EXPECT_EQ(table.score()["target"], 11);
    balls(table, {6, 4});
    EXPECT_EQ(table.match().status(), Status::kLive);
    ASSERT_EQ(kind_of(table.end(EndReason::kResult, Winner::kDraw)), "accepted");
    EXPECT_EQ(table.match().winner(), Winner::kDraw);
}

TEST(CricketTest, ADrawIsDeclared) {
    Table table("cricket", R"({"format":{"innings":2}})");  // two a side: no limit of overs
    begin(table, 1);
    balls(table, {6, 6});
    begin(table, 2);
    balls(table, {6, 6, 6});
    EXPECT_EQ(table.match().status(), Status::kLive);
    begin(table, 1);
    ASSERT_EQ(kind_of(table.end(EndReason::kResult, Winner::kDraw)), "accepted");
    EXPECT_EQ(table.summary(), "Ada 12/0 (0.2), Bo 18/0 (0.3), Ada 0/0 (0): drawn");
    EXPECT_EQ(kind(table, ball(1)), "match over");
}

TEST(CricketTallies, AreRunsOffTheBatInAllInnings) {
    Table table("cricket");
    begin(table, 1);
    table.must(ball(4, {{"batter", "Lara"}}));
    table.must(ball(0, {{"batter", "Lara"}, {"extras", {{"byes", 4}}}}));
    begin(table, 2);
    begin(table, 1);
    table.must(ball(6, {{"batter", "Lara"}}));
    EXPECT_EQ(tally_of(table, "Lara"), 10);
}

TEST(CricketEvents, NameWhatIsWrong) {
    const auto refusal = [](const std::string& event) {
        Bytes move;
        const auto refused = Table::decode(*find_sport("cricket"), event, move);
        return refused ? refused->detail : "accepted";
    };
    EXPECT_EQ(refusal(R"({"type":"ball","bowler":"y","runs":1})"), "batter is missing");
    EXPECT_EQ(refusal(R"({"type":"ball","batter":"x","runs":1})"), "bowler is missing");
    EXPECT_EQ(refusal(R"({"type":"ball","batter":"x","bowler":"y"})"), "runs is missing");
    EXPECT_EQ(refusal(ball(100)), "runs must be from 0 to 99, not 100");
    EXPECT_EQ(refusal(ball(0, {{"non_striker", 7}})), "non_striker must be a string");
    EXPECT_EQ(refusal(ball(0, {{"extras", {{"wides", -1}}}})), "extras.wides must be from 0 to 99, not -1");
    EXPECT_EQ(refusal(ball(0, {{"extras", 4}})), "extras must be an object");
    EXPECT_EQ(refusal(ball(0, {{"wickets", {"x"}}})), "wickets must be an array of objects");
    EXPECT_EQ(refusal(ball(0, {{"wickets", json::array({{{"kind", "bowled"}}})}})), "wickets.player_out is missing");
    EXPECT_EQ(refusal(wicket("lost")).substr(0, 34), "wickets.kind must be one of bowled");
    EXPECT_EQ(refusal(R"({"type":"innings"})"), "team is missing");
    EXPECT_EQ(refusal(R"({"type":"innings","team":1,"super_over":1})"), "super_over must be true or false");
    EXPECT_EQ(refusal(R"({"type":"innings","team":1,"target":{}})"), "target.runs is missing");
    EXPECT_EQ(refusal(R"({"type":"innings","team":1,"target":{"runs":9,"overs":"2"}})"),
              "target.overs must be a number");
    EXPECT_EQ(refusal(R"({"type":"goal"})"), "type must be innings, ball, start, end or undo in cricket");
    EXPECT_THROW(Table("cricket", R"({"format":{"overs":0}})"), std::invalid_argument);
    EXPECT_THROW(Table("cricket", R"({"format":{"innings":3}})"), std::invalid_argument);
}

}  // namespace
}  // namespace matchpoint::scoring::cricket
