#include "simulator/tennis/player.h"

#include <set>

#include <gtest/gtest.h>

namespace matchpoint::simulator::tennis {
namespace {

TEST(Player, HasANameOfItsOwn) {
    std::set<std::string> names;
    for (std::size_t index = 0; index < max_players(); ++index) {
        ASSERT_TRUE(names.insert(make_player(Tour::kMen, index).name).second) << index;
        ASSERT_TRUE(names.insert(make_player(Tour::kWomen, index).name).second) << index;
    }
}

TEST(Player, StaysTheSameFromRunToRun) {
    const Player once = make_player(Tour::kWomen, 17);
    const Player again = make_player(Tour::kWomen, 17);
    EXPECT_EQ(once.name, again.name);
    EXPECT_EQ(once.serve, again.serve);
    EXPECT_NE(once.serve, make_player(Tour::kMen, 17).serve);
}

TEST(Player, TheFirstOfATourAreAsStrongAsTheWholeTour) {
    // What a small simulation draws from.
    for (const Tour tour : {Tour::kMen, Tour::kWomen}) {
        double serve = 0;
        double returning = 0;
        for (std::size_t index = 0; index < 128; ++index) {
            serve += make_player(tour, index).serve / 128;
            returning += make_player(tour, index).returning / 128;
        }
        EXPECT_NEAR(serve, 0, 0.27);  // three standard errors
        EXPECT_NEAR(returning, 0, 0.27);
    }
}

}  // namespace
}  // namespace matchpoint::simulator::tennis
