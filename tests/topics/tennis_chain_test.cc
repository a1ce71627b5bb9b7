// From the bytes of tennis events to those of match-state, with the real rules.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "topics/match_fold.h"
#include "topics/match_state.h"
#include "topics/score_event.h"
#include "topics/score_event_writer.h"

namespace matchpoint::topics {
namespace {

class TennisChain : public ::testing::Test {
  protected:
    template <typename Event>
    std::optional<Rejection> apply(const Event& event) {
        std::string json;
        write_event({"m-1", ++seq_, Timestamp{1795235906251 + static_cast<std::int64_t>(seq_) * 20000}, "tennis"},
                    event, json);
        const auto decoded = decoder_.decode(json);
        if (!decoded) return decoded.error();
        return fold_.apply(*decoded);
    }
    void start() {
        StartEvent event;
        event.fixture = {"Open 2026", {{{"Ada", {"Ada"}}, {"Bo", {}}}}};
        event.format_json = R"({"best_of":3,"final_set":{"kind":"advantage"}})";
        event.server = 2;
        const auto rejection = apply(event);
        ASSERT_FALSE(rejection) << rejection->detail;
    }
    void points(int count, int winner) {
        for (int i = 0; i < count; ++i) {
            const auto rejection = apply(TennisPoint{winner, {}, i % 2 == 0 ? "winner" : ""});
            ASSERT_FALSE(rejection) << rejection->detail;
        }
    }
    std::string state_text() {
        std::string json;
        MatchStateWriter("m-1", fold_.sport(), fold_.fixture(), *fold_.match())
            .write(*fold_.match(), seq_, fold_.last_at(), json);
        return json;
    }
    nlohmann::json state() { return nlohmann::json::parse(state_text()); }

    std::uint64_t seq_ = 0;
    ScoreEventDecoder decoder_;
    MatchFold fold_{*scoring::find_sport("tennis")};
};

TEST_F(TennisChain, TheChanceOfWinningHasThreeDecimals) {
    start();
    EXPECT_TRUE(state_text().ends_with(R"(,"summary":"0-0","win_probability":[0.500,0.500]})")) << state_text();
    points(47, 1);
    EXPECT_GT(state()["win_probability"][0], 0.99);
    points(1, 1);
    EXPECT_TRUE(state_text().ends_with(R"("win_probability":[1.000,0.000]})")) << state_text();
    ASSERT_FALSE(apply(UndoEvent{}));
    ASSERT_FALSE(apply(EndEvent{scoring::EndReason::kAbandoned, scoring::Winner::kNone}));
    EXPECT_FALSE(state().contains("win_probability"));
}

TEST_F(TennisChain, AMatchOf48PointsInARowIsWonAndUndone) {
    start();
    points(47, 1);
    EXPECT_EQ(state()["status"], "live");
    EXPECT_EQ(state()["score"]["points"], nlohmann::json({"40", "0"}));
    points(1, 1);
    const auto won = state();
    EXPECT_EQ(won["status"], "finished");
    EXPECT_EQ(won["winner"], 1);
    EXPECT_EQ(won["seq"], 49);
    EXPECT_EQ(won["summary"], "6-0 6-0");
    EXPECT_EQ(won["sides"], nlohmann::json::parse(R"([{"name":"Ada","players":["Ada"]},{"name":"Bo","players":[]}])"));
    EXPECT_EQ(won["format"]["final_set"]["kind"], "advantage");
    const auto late = apply(TennisPoint{2, {}, ""});
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(to_text(late->reason), "match-over");
    ASSERT_FALSE(apply(UndoEvent{}));
    EXPECT_EQ(state()["status"], "live");
    ASSERT_EQ(fold_.changed_tallies().size(), 1U);
    EXPECT_EQ(fold_.changed_tallies()[0].player, "Ada");
    EXPECT_EQ(fold_.changed_tallies()[0].score, 47);
    points(1, 2);
    EXPECT_EQ(state()["score"]["points"], nlohmann::json({"40", "15"}));
}

TEST_F(TennisChain, AStoredHistoryFoldsToTheSameState) {
    start();
    points(30, 1);
    points(25, 2);
    ASSERT_FALSE(apply(EndEvent{scoring::EndReason::kRetired, scoring::Winner::kSide2}));
    const auto before = state();
    auto loaded = MatchFold::load(fold_.sport(), fold_.history());
    ASSERT_TRUE(loaded.has_value());
    fold_ = std::move(*loaded);
    EXPECT_EQ(state(), before);
    EXPECT_EQ(before["winner"], 2);
    EXPECT_LT(fold_.history().size(), 55 * 5 + 60U);
}

TEST_F(TennisChain, RefusesWhatTennisDoesNotKnow) {
    start();
    const auto rejection = apply(TennisPoint{3, {}, ""});
    ASSERT_TRUE(rejection.has_value());
    EXPECT_EQ(to_text(rejection->reason), "invalid");
    const auto goal = apply(FootballGoal{});
    ASSERT_TRUE(goal.has_value());
    EXPECT_EQ(to_text(goal->reason), "invalid");
}

}  // namespace
}  // namespace matchpoint::topics
