#include "topics/match_state.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

#include "tests/topics/fake_sport.h"

namespace matchpoint::topics {
namespace {

using testing::FakeMatch;
using testing::kFake;
using testing::kOpen;

const scoring::Fixture kFixture{"Open \"2026\"", {{{"Ada & Al", {"Ada", "Al"}}, {"Bo", {"Bo"}}}}};

TEST(MatchState, WritesTheContractsFieldsInOrder) {
    FakeMatch match(kFixture, 1);
    const MatchStateWriter writer("m-\n1", kFake, kFixture, match);
    ASSERT_FALSE(match.apply(std::string_view("\0\2", 2), Timestamp{5}));
    std::string json = "old";
    writer.write(match, 7, Timestamp{1795235906251}, json);
    EXPECT_EQ(json, R"({"match":"m-\n1","sport":"fake","competition":"Open \"2026\"","status":"live","seq":7,)"
                    R"("at":1795235906251,"sides":[{"name":"Ada & Al","players":["Ada","Al"]},)"
                    R"({"name":"Bo","players":["Bo"]}],"format":{"bonus":1},"score":{"points":[2,1]},"stats":[{},{}],)"
                    R"("winner":null,"summary":"2\"-\"1"})");
    EXPECT_TRUE(nlohmann::json::accept(json));
}

TEST(MatchState, WritesEveryStatusAndWinner) {
    using scoring::EndReason;
    using scoring::Winner;
    const std::vector<std::tuple<EndReason, Winner, nlohmann::json, std::string>> cases = {
        {EndReason::kRetired, Winner::kSide1, 1, "finished"},
        {EndReason::kWalkover, Winner::kSide2, 2, "finished"},
        {EndReason::kResult, Winner::kDraw, "draw", "finished"},
        {EndReason::kAbandoned, Winner::kNone, nullptr, "abandoned"}};
    for (const auto& [reason, winner, winner_json, status] : cases) {
        FakeMatch match(kFixture, 0);
        const MatchStateWriter writer("m", kFake, kFixture, match);
        ASSERT_FALSE(match.end(reason, winner));
        std::string json;
        writer.write(match, 2, Timestamp{0}, json);
        const auto parsed = nlohmann::json::parse(json);
        EXPECT_EQ(parsed["winner"], winner_json);
        EXPECT_EQ(parsed["status"], status);
    }
}

TEST(MatchState, WithoutSidesTheListIsEmpty) {
    const scoring::Fixture nobody;
    FakeMatch match(nobody, 0);
    std::string json;
    MatchStateWriter("game", kOpen, nobody, match).write(match, 1, Timestamp{0}, json);
    EXPECT_EQ(nlohmann::json::parse(json)["sides"], nlohmann::json::array());
}

TEST(MatchState, ReadsWhatItWrites) {
    const bool holds = rc::check([](std::uint64_t seq, std::int64_t at) {
        const auto word = rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
        scoring::Fixture fixture{*word, {{{"A" + *word, {*word, "p"}}, {"B", {}}}}};
        FakeMatch match(fixture, 0);
        const std::string id = *word;
        std::string json;
        MatchStateWriter(id, kFake, fixture, match).write(match, seq, Timestamp{at}, json);
        MatchStateReader reader;
        const MatchStateView* view = reader.read(json);
        RC_ASSERT(view != nullptr);
        RC_ASSERT(view->match == id);
        RC_ASSERT(view->sport == "fake");
        RC_ASSERT(view->competition == fixture.competition);
        RC_ASSERT(view->seq == seq);
        RC_ASSERT(view->at == Timestamp{at});
        RC_ASSERT(view->summary == "0\"-\"0");
        RC_ASSERT(view->names.front() == fixture.sides[0].name);
        RC_ASSERT(view->names.back() == "B");
    });
    EXPECT_TRUE(holds);
}

TEST(MatchStateReader, NamesEachSideAndPlayerOnce) {
    FakeMatch match(kFixture, 0);
    std::string json;
    MatchStateWriter("m", kFake, kFixture, match).write(match, 1, Timestamp{0}, json);
    MatchStateReader reader;
    for (int i = 0; i < 2; ++i) {
        const MatchStateView* view = reader.read(json);
        ASSERT_NE(view, nullptr);
        EXPECT_EQ(view->names, (std::vector<std::string_view>{"Ada & Al", "Ada", "Al", "Bo"}));
    }
}

TEST(MatchStateReader, RefusesWhatIsNoState) {
    FakeMatch match(kFixture, 0);
    std::string good;
    MatchStateWriter("m", kFake, kFixture, match).write(match, 1, Timestamp{0}, good);
    MatchStateReader reader;
    ASSERT_NE(reader.read(good), nullptr);
    for (const char* json : {"", "{}", "[]", "null", "1", "\xff", R"({"match":"m"})"}) {
        EXPECT_EQ(reader.read(json), nullptr) << json;
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_EQ(reader.read(good.substr(0, size)), nullptr) << size;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char byte : {'"', ']', '}', ',', ':', '[', '{'}) {
            std::string damaged = good;
            damaged[at] = byte;
            EXPECT_TRUE(reader.read(damaged) == nullptr || nlohmann::json::accept(damaged)) << damaged;
        }
    }
    for (const char* key : {"match", "sport", "competition", "status", "seq", "at", "sides", "summary"}) {
        auto damaged = nlohmann::json::parse(good);
        damaged[key] = true;
        EXPECT_EQ(reader.read(damaged.dump()), nullptr) << key;
        damaged.erase(key);
        EXPECT_EQ(reader.read(damaged.dump()), nullptr) << key;
    }
    EXPECT_NE(reader.read(nlohmann::json::parse(good).dump(2)), nullptr) << "any order, any white space";
}

}  // namespace
}  // namespace matchpoint::topics
