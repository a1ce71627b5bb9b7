#include "http/log/ranking.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

namespace matchpoint::http {
namespace {

Standing standing(const std::string& player, std::int64_t score, std::int64_t at) {
    return {"tennis/" + player, player, score, "points", "m", at};
}

TEST(Ranking, EqualScoresShareARankAndTheEarlierComesFirst) {
    Ranking ranking;
    (void)ranking.put(standing("late", 10, 9));
    (void)ranking.put(standing("early", 10, 3));
    (void)ranking.put(standing("best", 12, 5));
    (void)ranking.put(standing("last", 7, 1));
    EXPECT_EQ(ranking.json(0, 4), R"([{"rank":1,"player":"best","score":12,"unit":"points","match":"m","at":5},)"
                                  R"({"rank":2,"player":"early","score":10,"unit":"points","match":"m","at":3},)"
                                  R"({"rank":2,"player":"late","score":10,"unit":"points","match":"m","at":9},)"
                                  R"({"rank":4,"player":"last","score":7,"unit":"points","match":"m","at":1}])");
}

TEST(Ranking, AListThatBeginsAmongEqualsHasTheirRank) {
    Ranking ranking;
    (void)ranking.put(standing("a", 10, 1));
    (void)ranking.put(standing("b", 10, 2));
    EXPECT_EQ(nlohmann::json::parse(ranking.json(1, 1))[0]["rank"], 1);
}

TEST(Ranking, TellsTheFirstPlaceThatChanged) {
    Ranking ranking;
    EXPECT_EQ(ranking.put(standing("a", 10, 1)), 0U);
    EXPECT_EQ(ranking.put(standing("b", 5, 1)), 1U);
    EXPECT_EQ(ranking.put(standing("b", 20, 2)), 0U);
    EXPECT_EQ(ranking.put(standing("b", 20, 2)), Ranking::kNothing);
    EXPECT_EQ(ranking.remove("tennis/a"), 1U);
    EXPECT_EQ(ranking.remove("tennis/a"), Ranking::kNothing);
}

TEST(Ranking, AnEmptyOneIsAnEmptyList) {
    const Ranking ranking;
    EXPECT_EQ(ranking.json(0, 10), "[]");
    EXPECT_EQ(ranking.json(5, 10), "[]");
}

// Against a list that is sorted anew each time.
RC_GTEST_PROP(RankingProperty, AgreesWithSortingAll, ()) {
    Ranking ranking;
    std::map<std::string, Standing> model;
    const auto sorted = [&model] {
        std::vector<Standing> all;
        for (const auto& [key, value] : model) all.push_back(value);
        std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) {
            return std::tie(b.score, a.at, a.player) < std::tie(a.score, b.at, b.player);
        });
        return all;
    };
    const auto small = rc::gen::inRange(0, 12);
    for (const auto& [player, score, at] :
         *rc::gen::container<std::vector<std::tuple<int, int, int>>>(rc::gen::tuple(small, small, small))) {
        const auto before = sorted();
        const Standing changed = standing("p" + std::to_string(player), score, at);
        std::size_t place = Ranking::kNothing;
        if (score == 0) {
            model.erase(changed.key);
            place = ranking.remove(changed.key);
        } else {
            model[changed.key] = changed;
            place = ranking.put(changed);
        }
        const auto after = sorted();
        RC_ASSERT(ranking.top(1000) == after);
        const auto [a, b] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
        const bool same = a == before.end() && b == after.end();
        RC_ASSERT(place == (same ? Ranking::kNothing : static_cast<std::size_t>(a - before.begin())));
    }
    const auto all = sorted();
    const auto listed = nlohmann::json::parse(ranking.json(0, 1000));
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto better =
            std::count_if(all.begin(), all.end(), [&](const auto& s) { return s.score > all[i].score; });
        RC_ASSERT(listed[i]["rank"].get<long>() == better + 1);
        RC_ASSERT(listed[i]["player"].get<std::string>() == all[i].player);
    }
}

}  // namespace
}  // namespace matchpoint::http
