#include "topics/score_event_writer.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/topics/fake_sport.h"
#include "topics/score_event.h"

namespace matchpoint::topics {
namespace {

using streams::Timestamp;

constexpr Envelope kEnvelope{"m-1", 12, Timestamp{1795235906251}, "tennis"};
const std::string kHead = R"({"match":"m-1","seq":12,"at":1795235906251,"sport":"tennis","type":)";

template <typename Event>
std::string written(const Event& event) {
    std::string json = "old";
    write_event(kEnvelope, event, json);
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
    return json;
}

TEST(ScoreEventWriter, WritesTheEventsOfEverySport) {
    EXPECT_EQ(written(UndoEvent{}), kHead + R"("undo"})");
    EXPECT_EQ(written(EndEvent{scoring::EndReason::kRetired, scoring::Winner::kSide1}),
              kHead + R"("end","reason":"retired","winner":1})");
    EXPECT_EQ(written(EndEvent{scoring::EndReason::kAbandoned, scoring::Winner::kNone}),
              kHead + R"("end","reason":"abandoned","winner":null})");
    EXPECT_EQ(written(EndEvent{scoring::EndReason::kResult, scoring::Winner::kDraw}),
              kHead + R"("end","reason":"result","winner":"draw"})");
    EXPECT_EQ(written(EndEvent{scoring::EndReason::kWalkover, scoring::Winner::kSide2}),
              kHead + R"("end","reason":"walkover","winner":2})");
    EXPECT_EQ(written(TennisPoint{2, 1, "ace"}), kHead + R"("point","winner":2,"server":1,"how":"ace"})");
    EXPECT_EQ(written(TennisPoint{1, {}, ""}), kHead + R"("point","winner":1})");
    EXPECT_EQ(written(PeriodEvent{"half_time", {}}), kHead + R"("period","period":"half_time"})");
    EXPECT_EQ(written(PeriodEvent{"", 2}), kHead + R"("period","period":2})");
    EXPECT_EQ(written(FootballGoal{1, "P", 45, 2, true, true}),
              kHead + R"("goal","team":1,"player":"P","minute":45,"offset":2,"own":true,"penalty":true})");
    EXPECT_EQ(written(FootballGoal{1, "P", 45, {}, false, false}),
              kHead + R"("goal","team":1,"player":"P","minute":45})");
    EXPECT_EQ(written(FootballCard{2, "P", "red", 70}),
              kHead + R"("card","team":2,"player":"P","card":"red","minute":70})");
    EXPECT_EQ(written(FootballSubstitution{2, "A", "B", 70}),
              kHead + R"("substitution","team":2,"off":"A","on":"B","minute":70})");
    EXPECT_EQ(written(FootballKick{2, "P", true}), kHead + R"("kick","team":2,"player":"P","scored":true})");
    EXPECT_EQ(written(CricketInnings{1, false, CricketInnings::Target{154, 20}}),
              kHead + R"("innings","team":1,"super_over":false,"target":{"runs":154,"overs":20}})");
    EXPECT_EQ(written(CricketBall{"A", "B", "C", 4, {}, {}}),
              kHead + R"("ball","batter":"A","non_striker":"B","bowler":"C","runs":4})");
    EXPECT_EQ(written(CricketBall{"A", "B", "C", 0, {1, 2, 3, 4, 5}, {{"A", "run out"}}}),
              kHead + R"("ball","batter":"A","non_striker":"B","bowler":"C","runs":0,)"
                      R"("extras":{"wides":1,"noballs":2,"byes":3,"legbyes":4,"penalty":5},)"
                      R"("wickets":[{"player_out":"A","kind":"run out"}]})");
    EXPECT_EQ(written(BasketballBasket{2, "P", 3}), kHead + R"("basket","team":2,"player":"P","points":3})");
    EXPECT_EQ(written(BasketballFoul{2, "P"}), kHead + R"("foul","team":2,"player":"P"})");
    EXPECT_EQ(written(ArcadeScore{"ana", 4200}), kHead + R"("score","player":"ana","score":4200})");
}

TEST(ScoreEventWriter, WritesAStart) {
    StartEvent start;
    start.fixture = {"Open 2026", {{{"Ada \"A\"", {"Ada"}}, {"Bo", {}}}}};
    EXPECT_EQ(
        written(start),
        kHead + R"("start","competition":"Open 2026","sides":[{"name":"Ada \"A\"","players":["Ada"]},{"name":"Bo"}]})");
    start.format_json = R"({"best_of":5})";
    start.server = 2;
    EXPECT_EQ(written(start).substr(kHead.size()),
              R"("start","competition":"Open 2026","sides":[{"name":"Ada \"A\"","players":["Ada"]},{"name":"Bo"}],)"
              R"("format":{"best_of":5},"server":2})");
}

TEST(ScoreEventWriter, WhatItWritesTheDecoderReads) {
    ScoreEventDecoder decoder(testing::find_fake_sport);
    StartEvent start;
    start.fixture = {"C\t\"", {{{"Ada\\", {"x", "y"}}, {"Bö", {}}}}};
    std::string json;
    write_event({"m\"1", 9007199254740992, Timestamp{0}, "fake"}, start, json);
    const auto event = decoder.decode(json);
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->match, "m\"1");
    EXPECT_EQ(event->seq, 9007199254740992U);
    EXPECT_EQ(event->fixture->competition, "C\t\"");
    EXPECT_EQ(event->fixture->sides[0].name, "Ada\\");
    EXPECT_EQ(event->fixture->sides[0].players, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(event->fixture->sides[1].name, "Bö");
    for (const auto reason : {scoring::EndReason::kRetired, scoring::EndReason::kWalkover,
                              scoring::EndReason::kAbandoned, scoring::EndReason::kResult}) {
        write_event({"m", 2, Timestamp{3}, "fake"}, EndEvent{reason, scoring::Winner::kDraw}, json);
        const auto end = decoder.decode(json);
        ASSERT_TRUE(end.has_value()) << end.error().detail;
        EXPECT_EQ(end->reason, reason);
        EXPECT_EQ(end->winner, scoring::Winner::kDraw);
    }
}

}  // namespace
}  // namespace matchpoint::topics
