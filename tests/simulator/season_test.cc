#include "simulator/season.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "topics/match_fold.h"
#include "topics/score_event.h"

namespace matchpoint::simulator {
namespace {

SeasonSettings settings(std::uint64_t total) {
    return {.seed = 5,
            .start_at = Timestamp{1'700'000'000'000},
            .matches = 4,
            .gap_us = 1'000'000,
            .sports = scoring::all_sports(),
            .total_matches = total};
}

TEST(Season, PlaysEverySportInTurnByItsRules) {
    Season season(settings(15));
    topics::ScoreEventDecoder decoder;
    std::map<std::string, topics::MatchFold> folds;
    std::map<std::string, std::uint64_t> seqs;
    std::int64_t last_us = 0;
    while (const Event* event = season.next()) {
        ASSERT_GE(event->due_us, last_us);
        last_us = event->due_us;
        EXPECT_LE(season.matches_live(), 4U);
        const auto decoded = decoder.decode(event->json);
        ASSERT_TRUE(decoded.has_value()) << event->json;
        const std::string id(event->match);
        EXPECT_EQ(decoded->match, id);
        EXPECT_EQ(decoded->seq, ++seqs[id]);
        auto& fold = folds.try_emplace(id, *decoded->sport).first->second;
        ASSERT_FALSE(fold.apply(*decoded).has_value()) << event->json;
    }
    EXPECT_EQ(season.matches_finished(), 15U);
    EXPECT_EQ(season.matches_live(), 0U);
    std::map<std::string_view, int> sports;
    for (const auto& [id, fold] : folds) ++sports[fold.sport().name()];
    EXPECT_EQ(sports.size(), 5U);
    for (const auto& [sport, count] : sports) EXPECT_EQ(count, 3) << sport;
}

TEST(Season, TheRateIsTheMeanOfEachMatch) {
    auto one = settings(1);
    one.sports = {scoring::find_sport("football")};
    Season season(one);
    std::int64_t first_us = -1;
    std::int64_t last_us = 0;
    std::int64_t events = 0;
    while (const Event* event = season.next()) {
        if (first_us < 0) first_us = event->due_us;
        last_us = event->due_us;
        ++events;
    }
    EXPECT_NEAR(static_cast<double>(last_us - first_us) / static_cast<double>(events - 1), 1e6, 1e3);
}

TEST(Season, SameSettingsSameBytes) {
    Season a(settings(6));
    Season b(settings(6));
    for (;;) {
        const Event* left = a.next();
        const Event* right = b.next();
        ASSERT_EQ(left == nullptr, right == nullptr);
        if (left == nullptr) break;
        ASSERT_EQ(left->json, right->json);
    }
}

}  // namespace
}  // namespace matchpoint::simulator
