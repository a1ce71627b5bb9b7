// Every simulated match is played by the rules that the processor plays it by, to its end.
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "simulator/models/clubs.h"
#include "simulator/models/play.h"
#include "topics/match_fold.h"
#include "topics/match_state.h"
#include "topics/score_event.h"

#include <nlohmann/json.hpp>

namespace matchpoint::simulator::models {
namespace {

using nlohmann::json;

const scoring::Sport& sport_of(std::string_view name) {
    return *scoring::find_sport(name);
}

// Plays the whole match through the fold; its last state.
json play_out(const RecordedMatch& match, const scoring::Sport& sport) {
    topics::ScoreEventDecoder decoder;
    topics::MatchFold fold(sport);
    std::string text;
    std::int64_t last_ms = 0;
    for (std::size_t i = 0; i < match.size(); ++i) {
        match.write(i, match.id(), streams::Timestamp{match.offset_ms(i)}, text);
        const auto event = decoder.decode(text);
        EXPECT_TRUE(event.has_value()) << text << event.error().detail;
        if (!event) return {};
        EXPECT_EQ(event->seq, i + 1);
        const auto rejection = fold.apply(*event);
        EXPECT_FALSE(rejection.has_value()) << text << rejection->detail;
        if (rejection) return {};
        EXPECT_GE(match.offset_ms(i), last_ms);
        last_ms = match.offset_ms(i);
    }
    std::string state;
    topics::MatchStateWriter(match.id(), sport, fold.fixture(), *fold.match())
        .write(*fold.match(), match.size(), fold.last_at(), state);
    return json::parse(state);
}

json play_one(std::string_view sport, std::uint64_t seed, const std::string& format = {}) {
    Setup setup;
    setup.id = "m-" + std::to_string(seed);
    setup.format_json = format;
    setup.seed = seed;
    return play_out(play(sport_of(sport), setup), sport_of(sport));
}

TEST(Models, EveryMatchOfEverySportEndsByItsRules) {
    for (const auto* sport : scoring::all_sports()) {
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            SCOPED_TRACE(std::string(sport->name()) + " " + std::to_string(seed));
            const json state = play_one(sport->name(), seed);
            if (sport->name() != "arcade") {
                ASSERT_EQ(state["status"], "finished") << state["summary"];
            }
            if (HasFailure()) return;
        }
    }
}

TEST(Models, FormatsAreKept) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SCOPED_TRACE(seed);
        EXPECT_EQ(play_one("tennis", seed, R"({"best_of":5,"no_ad":true})")["format"]["best_of"], 5);
        EXPECT_EQ(play_one("cricket", seed, R"({"overs":5,"balls_per_over":5})")["status"], "finished");
        EXPECT_EQ(play_one("cricket", seed, R"({"overs":50})")["status"], "finished");
        const json days = play_one("cricket", seed, R"({"innings":4})");
        EXPECT_EQ(days["status"], "finished");
        EXPECT_LE(days["score"]["innings"].size(), 4U);
        EXPECT_GE(play_one("basketball", seed, R"({"periods":2})")["score"]["periods"].size(), 2U);
        if (HasFailure()) return;
    }
}

TEST(Models, TheSameSetupGivesTheSameMatchAndAnotherSeedAnother) {
    for (const auto* sport : scoring::all_sports()) {
        EXPECT_EQ(play_one(sport->name(), 7), play_one(sport->name(), 7));
        EXPECT_NE(play_one(sport->name(), 7)["summary"], play_one(sport->name(), 8)["summary"]) << sport->name();
    }
}

TEST(Models, NamedSidesAndPlayersPlay) {
    models::Setup setup{.id = "m", .fixture = {}, .format_json = {}, .seed = 3};
    setup.fixture.competition = "Cup";
    setup.fixture.sides[0] = {"Ada", {"Ann", "Bea"}};
    setup.fixture.sides[1] = {"Bo", {}};
    for (const auto* sport : scoring::all_sports()) {
        if (sport->name() == "arcade") continue;
        const json state = play_out(play(*sport, setup), *sport);
        EXPECT_EQ(state["competition"], "Cup");
        EXPECT_EQ(state["sides"][0]["name"], "Ada");
        EXPECT_EQ(state["sides"][0]["players"][1], "Bea");
        EXPECT_EQ(state["sides"][1]["name"], "Bo");
    }
}

TEST(Models, ClubsHaveNamesAndSquadsOfTheirOwn) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < 1000; ++i) names.insert(club_name("football", i));
    EXPECT_EQ(names.size(), 1000U);
    scoring::Fixture fixture;
    complete(fixture, "football", 16, 1);
    EXPECT_NE(fixture.sides[0].name, fixture.sides[1].name);
    EXPECT_EQ(std::set<std::string>(fixture.sides[0].players.begin(), fixture.sides[0].players.end()).size(), 16U);
}

// Averages over some hundred matches, against the figures that the models cite.
TEST(Models, FootballHasItsGoals) {
    double home = 0;
    double away = 0;
    constexpr int kMatches = 600;
    for (std::uint64_t seed = 0; seed < kMatches; ++seed) {
        const json state = play_one("football", seed);
        home += state["score"]["goals"][0].get<int>();
        away += state["score"]["goals"][1].get<int>();
    }
    EXPECT_NEAR(home / kMatches, 1.55, 0.15);
    EXPECT_NEAR(away / kMatches, 1.23, 0.15);
}

TEST(Models, CricketHasItsRunsAndWickets) {
    double runs = 0;
    double wickets = 0;
    constexpr int kMatches = 200;
    for (std::uint64_t seed = 0; seed < kMatches; ++seed) {
        const json innings = play_one("cricket", seed)["score"]["innings"][0];
        runs += innings["runs"].get<int>();
        wickets += innings["wickets"].get<int>();
    }
    // First innings of twenty overs in the files counted: 147 runs for 6.6.
    EXPECT_NEAR(runs / kMatches, 147, 15);
    EXPECT_NEAR(wickets / kMatches, 6.6, 0.8);
}

TEST(Models, BasketballHasItsPoints) {
    double points = 0;
    double fouls = 0;
    constexpr int kMatches = 100;
    for (std::uint64_t seed = 0; seed < kMatches; ++seed) {
        const json state = play_one("basketball", seed);
        for (const auto& side : state["stats"]) {
            points += side["points"].get<int>() / 2.0;
            fouls += side["fouls"].get<int>() / 2.0;
        }
    }
    EXPECT_NEAR(points / kMatches, 114.2, 4);
    EXPECT_NEAR(fouls / kMatches, 18.7, 2);
}

}  // namespace
}  // namespace matchpoint::simulator::models
