// Cricsheet's and openfootball's files: what they record is what the rules make of their replay.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "simulator/replay/recordings.h"
#include "tests/simulator/replay/files.h"
#include "topics/match_fold.h"
#include "topics/match_state.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::replay {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Played {
    std::map<std::string, json> states;
    std::vector<std::string> reports;
};

// Every event must be one that the processor takes.
Played play(const std::string& path) {
    Played played;
    Request request;
    request.files = {path};
    const auto source =
        open_recordings(request, [&played](const std::string& text) { played.reports.push_back(text); });
    topics::ScoreEventDecoder decoder;
    std::map<std::string, topics::MatchFold> folds;
    while (const Event* event = source->next()) {
        const auto decoded = decoder.decode(event->json);
        EXPECT_TRUE(decoded.has_value()) << event->json;
        if (!decoded) continue;
        auto& fold = folds.try_emplace(std::string(event->match), *decoded->sport).first->second;
        const auto rejection = fold.apply(*decoded);
        EXPECT_FALSE(rejection.has_value()) << event->json << rejection->detail;
        std::string state;
        topics::MatchStateWriter(event->match, fold.sport(), fold.fixture(), *fold.match())
            .write(*fold.match(), decoded->seq, decoded->at, state);
        played.states[std::string(event->match)] = json::parse(state);
    }
    return played;
}

json delivery(int runs, const json& extras = json::object(), const std::string& out = {}) {
    json ball{{"batter", "Ann"}, {"bowler", "Bob"}, {"non_striker", "Cat"}};
    int total = runs;
    for (const auto& [kind, extra] : extras.items()) total += extra.get<int>();
    ball["runs"] = {{"batter", runs}, {"extras", total - runs}, {"total", total}};
    if (!extras.empty()) ball["extras"] = extras;
    if (!out.empty()) ball["wickets"] = json::array({{{"player_out", "Ann"}, {"kind", out}}});
    return ball;
}

json over_of(const std::vector<json>& deliveries) {
    return {{"over", 0}, {"deliveries", deliveries}};
}

json innings_of(const std::string& team, const std::vector<json>& deliveries) {
    return {{"team", team}, {"overs", json::array({over_of(deliveries)})}};
}

// One over a side.
json short_match(const json& outcome, const std::vector<json>& innings) {
    return {{"meta", {{"data_version", "1.1.0"}}},
            {"info",
             {{"balls_per_over", 6},
              {"overs", 1},
              {"event", {{"name", "Cup"}, {"match_number", 3}}},
              {"players", {{"North", {"Ann", "Cat"}}, {"South", {"Bob"}}}},
              {"teams", {"North", "South"}},
              {"outcome", outcome}}},
            {"innings", innings}};
}

const std::vector<json> kSeven{delivery(1), delivery(0, {{"wides", 1}}),   delivery(4), delivery(0, {}, "bowled"),
                               delivery(0), delivery(0, {{"legbyes", 1}}), delivery(0)};
const std::vector<json> kThree{delivery(1), delivery(1), delivery(1), delivery(0), delivery(0), delivery(0)};

class Documents : public ::testing::Test {
  protected:
    Played play_cricket(const json& match) { return play(files_.write("42.json", match.dump(1))); }
    json cricket(const json& match) {
        const Played played = play_cricket(match);
        EXPECT_THAT(played.reports, ElementsAre());
        EXPECT_EQ(played.states.size(), 1U);
        return played.states.at("cricket-42");
    }
    Played play_football(const json& matches) {
        return play(files_.write("cup.json", json{{"name", "Cup 2026"}, {"matches", matches}}.dump()));
    }
    json football(json match) {
        match["team1"] = "Ash";
        match["team2"] = "Birch";
        match["date"] = "2026-05-01";
        const Played played = play_football(json::array({match}));
        EXPECT_THAT(played.reports, ElementsAre());
        EXPECT_EQ(played.states.size(), 1U);
        return played.states.at("football-2026-05-01-ash-birch");
    }

    const Files files_;
};

TEST_F(Documents, AnInningsHasItsRunsWicketsAndExtras) {
    const json state = cricket(short_match({{"winner", "North"}, {"by", {{"runs", 4}}}},
                                           {innings_of("North", kSeven), innings_of("South", kThree)}));
    const json& first = state["score"]["innings"][0];
    EXPECT_EQ(first["runs"], 7);
    EXPECT_EQ(first["wickets"], 1);
    EXPECT_EQ(first["balls"], 6);
    EXPECT_EQ(first["extras"]["wides"], 1);
    EXPECT_EQ(first["extras"]["legbyes"], 1);
    EXPECT_EQ(state["competition"], "Cup");
    EXPECT_EQ(state["sides"][0]["players"], json({"Ann", "Cat"}));
    EXPECT_EQ(state["winner"], 1);
    EXPECT_THAT(state["summary"].get<std::string>(), HasSubstr("North won by 4 runs"));
}

TEST_F(Documents, ATieIsBrokenInASuperOver) {
    json set = innings_of("South", {delivery(6), delivery(0, {}, "caught"), delivery(0, {}, "caught")});
    json chase = innings_of("North", {delivery(4), delivery(4)});
    set["super_over"] = chase["super_over"] = true;
    const json state = cricket(short_match({{"result", "tie"}, {"eliminator", "North"}},
                                           {innings_of("North", kThree), innings_of("South", kThree), set, chase}));
    EXPECT_EQ(state["status"], "finished");
    EXPECT_EQ(state["winner"], 1);
    EXPECT_EQ(state["score"]["innings"].size(), 4U);
}

TEST_F(Documents, ResultsThatThePlayDoesNotBringStandAsRecorded) {
    const std::vector<json> rained_off{delivery(1), delivery(1)};
    const std::vector<json> both{innings_of("North", kThree), innings_of("South", rained_off)};
    EXPECT_EQ(cricket(short_match({{"winner", "South"}, {"method", "D/L"}}, both))["winner"], 2);
    EXPECT_EQ(cricket(short_match({{"result", "no result"}}, both))["status"], "abandoned");
    EXPECT_EQ(cricket(short_match({{"result", "tie"}, {"bowl_out", "North"}},
                                  {innings_of("North", kThree), innings_of("South", kThree)}))["winner"],
              1);
    json target = innings_of("South", {delivery(2)});
    target["target"] = {{"overs", 0.3}, {"runs", 2}};
    const json chased =
        cricket(short_match({{"winner", "South"}, {"method", "D/L"}}, {innings_of("North", kThree), target}));
    EXPECT_EQ(chased["score"]["target"], 2);
    EXPECT_THAT(chased["summary"].get<std::string>(), HasSubstr("South won by 10 wickets"));
}

TEST_F(Documents, PenaltyRunsDeclarationsForfeitsAndRetirements) {
    json first = innings_of("North", {delivery(4), delivery(0, {}, "retired hurt")});
    first["penalty_runs"] = {{"pre", 5}, {"post", 5}};
    first["declared"] = true;
    json match = short_match({{"winner", "South"}, {"by", {{"wickets", 10}}}},
                             {first,
                              {{"team", "South"}, {"forfeited", true}, {"overs", json::array()}},
                              {{"team", "North"}, {"forfeited", true}},
                              innings_of("South", {delivery(6), delivery(6), delivery(4)})});
    match["info"].erase("overs");
    const json state = cricket(match);
    EXPECT_EQ(state["score"]["innings"][0]["runs"], 14);
    EXPECT_EQ(state["score"]["innings"][0]["wickets"], 0);
    EXPECT_EQ(state["score"]["innings"][0]["extras"]["penalty"], 10);
    EXPECT_EQ(state["score"]["innings"].size(), 4U);
    EXPECT_EQ(state["winner"], 2);
}

TEST_F(Documents, ADeliveryThatCannotBeUsedIsNamedByItsPath) {
    std::vector<json> bad = kThree;
    bad[1]["runs"].erase("batter");
    bad[2]["wickets"] = json::array({{{"player_out", "Ann"}, {"kind", "vanished"}}});
    const Played played =
        play_cricket(short_match({{"winner", "North"}}, {innings_of("North", bad), innings_of("Nowhere", kThree)}));
    ASSERT_EQ(played.reports.size(), 3U);
    EXPECT_THAT(played.reports[0], HasSubstr("42.json: innings[0].overs[0].deliveries[1]: runs.batter is missing"));
    EXPECT_THAT(played.reports[1], HasSubstr("innings[0].overs[0].deliveries[2]: wickets.kind must be one of"));
    EXPECT_THAT(played.reports[2], HasSubstr("innings[1].team: is neither of info.teams: innings skipped"));
    EXPECT_EQ(played.states.at("cricket-42")["score"]["innings"][0]["runs"], 1);
}

TEST_F(Documents, GoalsHalfTimeAndWinner) {
    const json state = football({{"score", {{"ft", {3, 1}}, {"ht", {1, 1}}}},
                                 {"goals1",
                                  {{{"name", "Ida"}, {"minute", 12}},
                                   {{"name", "Jo"}, {"minute", "90+4"}, {"penalty", true}},
                                   {{"name", "Kim"}, {"minute", 60}, {"owngoal", true}}}},
                                 {"goals2", {{{"name", "Lou"}, {"minute", 45}, {"offset", 2}}}}});
    EXPECT_EQ(state["score"]["goals"], json({3, 1}));
    EXPECT_EQ(state["score"]["half_time"], json({1, 1}));
    EXPECT_EQ(state["stats"][0]["own_goals"], 1);
    EXPECT_EQ(state["stats"][0]["penalties"], 1);
    EXPECT_EQ(state["winner"], 1);
    EXPECT_EQ(state["competition"], "Cup 2026");
}

TEST_F(Documents, ScoresWithoutGoalsKeepTheirHalves) {
    const json halves = football({{"score", {{"ft", {2, 4}}, {"ht", {2, 1}}}}});
    EXPECT_EQ(halves["score"]["goals"], json({2, 4}));
    EXPECT_EQ(halves["score"]["half_time"], json({2, 1}));
    const json unknown = football({{"score", {{"ft", {2, 1}}}}});
    EXPECT_EQ(unknown["score"]["goals"], json({2, 1}));
    EXPECT_EQ(unknown["score"]["half_time"], nullptr);
    EXPECT_EQ(unknown["winner"], 1);
    EXPECT_EQ(football({{"score", {0, 0}}})["winner"], "draw");
    const json old = football({{"score1", 1}, {"score2", 2}, {"score1i", 1}, {"score2i", 0}});
    EXPECT_EQ(old["score"]["half_time"], json({1, 0}));
    EXPECT_EQ(old["winner"], 2);
}

TEST_F(Documents, ExtraTimeAndEveryShootOutEndAsRecorded) {
    const json extra = football({{"score", {{"ht", {0, 0}}, {"ft", {1, 1}}, {"et", {2, 1}}}}});
    EXPECT_EQ(extra["score"]["goals"], json({2, 1}));
    EXPECT_THAT(extra["summary"].get<std::string>(), HasSubstr("a.e.t."));
    for (const auto& [one, two] : std::vector<std::pair<int, int>>{
             {4, 2}, {2, 4}, {3, 0}, {5, 4}, {4, 5}, {1, 0}, {3, 2}, {6, 5}, {10, 11}, {21, 20}, {2, 3}, {0, 3}}) {
        const json state = football({{"score", {{"ft", {1, 1}}, {"ht", {1, 0}}, {"et", {1, 1}}, {"p", {one, two}}}}});
        EXPECT_EQ(state["score"]["shootout"], json({one, two}));
        EXPECT_EQ(state["winner"], one > two ? 1 : 2);
        EXPECT_EQ(state["status"], "finished");
    }
}

TEST_F(Documents, MatchesThatWereNotPlayedAndBadOnesAreToldApart) {
    const Played played = play_football(json::array(
        {{{"team1", "A"}, {"team2", "B"}, {"date", "2027-01-01"}},
         {{"team1", "A"}, {"score", {{"ft", {1, 0}}}}},
         {{"team1", {{"name", "A"}}}, {"team2", {{"name", "B"}}}, {"status", "awarded"}, {"score", {{"ft", {3, 0}}}}},
         {{"team1", "A"},
          {"team2", "C"},
          {"score", {{"ft", {1, 0}}}},
          {"goals1", {{{"name", "X"}, {"minute", "late"}}, {{"name", "Y"}, {"minute", 3}}}}}}));
    EXPECT_EQ(played.states.size(), 2U);
    EXPECT_EQ(played.states.at("football-undated-a-b")["winner"], 1);
    EXPECT_THAT(played.reports, ElementsAre(HasSubstr("matches[1].team2: is missing: match skipped"),
                                            HasSubstr("matches[3].goals1[0]: minute is no minute"),
                                            HasSubstr("1 matches without a score: skipped")));
}

TEST_F(Documents, TheKindFollowsFromTheContentNotTheName) {
    const Played played = play(files_.write(
        "x.csv",
        json{{"rounds",
              {{{"name", "1"}, {"matches", {{{"team1", "A"}, {"team2", "B"}, {"score1", 0}, {"score2", 0}}}}}}}}
            .dump(4)));
    EXPECT_EQ(played.states.size(), 1U);
}

TEST_F(Documents, MayBeginWithAByteOrderMark) {
    const std::string document =
        json{{"matches", {{{"team1", "A"}, {"team2", "B"}, {"score1", 1}, {"score2", 0}}}}}.dump(1);
    const Played played = play(files_.write("x.json", "\xef\xbb\xbf" + document));
    EXPECT_EQ(played.states.size(), 1U);
    EXPECT_THAT(played.reports, ElementsAre());
}

}  // namespace
}  // namespace matchpoint::simulator::replay
