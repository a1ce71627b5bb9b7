#include "simulator/random.h"

#include <cmath>

#include <gtest/gtest.h>

namespace matchpoint::simulator {
namespace {

TEST(Random, Splitmix64IsThePublishedOne) {
    std::uint64_t state = 1234567;
    EXPECT_EQ(splitmix64(state), 6457827717110365317U);
    EXPECT_EQ(splitmix64(state), 3203168211198807973U);
    EXPECT_EQ(splitmix64(state), 9817491932198370423U);
}

TEST(Random, GivesTheSameNumbersEverywhere) {
    // Written down once: a change here changes every simulated match of every seed.
    Random random(42);
    EXPECT_EQ(random.bits(), 1865750160070900731U);
    EXPECT_EQ(random.bits(), 6791145067590612263U);
    EXPECT_EQ(Random(42, 7).uniform(), 0.38457466490320846);
    EXPECT_DOUBLE_EQ(Random(42, 7).normal(), 0.8440318810464531);
}

TEST(Random, StreamsOfOneSeedDiffer) {
    Random one(5, 1);
    Random two(5, 2);
    int equal = 0;
    for (int i = 0; i < 1000; ++i) equal += one.bits() == two.bits() ? 1 : 0;
    EXPECT_EQ(equal, 0);
}

TEST(Random, UniformFillsTheUnitInterval) {
    Random random(1);
    constexpr int kDraws = 200'000;
    double sum = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = random.uniform();
        ASSERT_GE(value, 0);
        ASSERT_LT(value, 1);
        sum += value;
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 4 * std::sqrt(1.0 / 12 / kDraws));
}

TEST(Random, BelowTakesEveryValueEquallyOften) {
    Random random(2);
    std::array<int, 7> counts{};
    constexpr int kDraws = 70'000;
    for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(counts.size()));
    for (const int count : counts) EXPECT_NEAR(count, kDraws / 7.0, 4 * std::sqrt(kDraws / 7.0));
}

TEST(Random, NormalHasMeanZeroAndDeviationOne) {
    Random random(3);
    constexpr int kDraws = 100'000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = random.normal();
        sum += value;
        squares += value * value;
    }
    EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
    EXPECT_NEAR(squares / kDraws, 1, 0.02);
}

}  // namespace
}  // namespace matchpoint::simulator
