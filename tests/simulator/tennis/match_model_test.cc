#include "simulator/tennis/match_model.h"

#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace matchpoint::simulator::tennis {
namespace {

using scoring::tennis::Format;
using scoring::tennis::Score;

// The chance to hold serve of who wins each point on it with chance p.
double hold_chance(double p) {
    return std::pow(p, 4) * (15 - 4 * p - 10 * p * p / (1 - 2 * p * (1 - p)));
}

MatchModel make_match(Tour tour, std::uint64_t seed, Format format = {}) {
    Random random(seed);
    const auto first = make_player(tour, random.below(1000));
    const auto second = make_player(tour, random.below(1000));
    return {tour, first, second, format, random};
}

std::uint32_t games(const Score& score) {
    std::uint32_t sum = 0;
    for (std::size_t set = 0; set < score.sets_begun(); ++set) sum += score.set(set).games[0] + score.set(set).games[1];
    return sum;
}

// Counts of service games and what the closed form expects of them.
struct Holds {
    double games = 0;
    double held = 0;
    double expected = 0;
    double variance = 0;
};

void count_holds(MatchModel match, Holds& holds) {
    while (!match.over() && !match.retires()) {
        const Score before = match.score();
        const PlayedPoint point = match.play();
        if (before.in_tiebreak() || games(match.score()) == games(before)) continue;
        const double hold = hold_chance(match.chances(point.server).win);
        holds.games += 1;
        holds.held += point.winner == point.server ? 1 : 0;
        holds.expected += hold;
        holds.variance += hold * (1 - hold);
    }
}

class EachTour : public ::testing::TestWithParam<Tour> {};
INSTANTIATE_TEST_SUITE_P(Tours, EachTour, ::testing::Values(Tour::kMen, Tour::kWomen),
                         [](const auto& tour) { return tour.param == Tour::kMen ? "Men" : "Women"; });

TEST_P(EachTour, HoldsServeAsOftenAsTheClosedFormSays) {
    Holds holds;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) count_holds(make_match(GetParam(), seed), holds);
    ASSERT_GT(holds.games, 80'000);
    const double standard_error = std::sqrt(holds.variance) / holds.games;
    EXPECT_LT(standard_error, 0.002);
    EXPECT_NEAR(holds.held / holds.games, holds.expected / holds.games, 3 * standard_error);
}

TEST_P(EachTour, HoldsServeAsOftenAsTheTour) {
    // 79.2 % and 64.3 % of all service games 2015 to 2024. The model's points are alike, the real ones only nearly:
    // at 0.566 the closed form alone gives 65.6 %.
    Holds holds;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) count_holds(make_match(GetParam(), seed), holds);
    EXPECT_NEAR(holds.held / holds.games, GetParam() == Tour::kMen ? 0.792 : 0.643, 0.025);
}

struct Counts {
    double points = 0;
    double served_won = 0;
    std::map<std::string, double> server_wins;
    std::map<std::string, double> receiver_wins;
    double matches = 0;
    double retired = 0;
};

Counts count_points(Tour tour, std::uint64_t matches) {
    Counts counts;
    for (std::uint64_t seed = 0; seed < matches; ++seed) {
        MatchModel match = make_match(tour, seed);
        ++counts.matches;
        while (!match.over()) {
            if (match.retires()) {
                ++counts.retired;
                break;
            }
            const PlayedPoint point = match.play();
            ++counts.points;
            const bool server_won = point.winner == point.server;
            counts.served_won += server_won ? 1 : 0;
            ++(server_won ? counts.server_wins : counts.receiver_wins)[std::string(point.how)];
        }
    }
    return counts;
}

TEST_P(EachTour, PlaysPointsAsTheTourDoes) {
    const Averages& tour = averages(GetParam());
    Counts counts = count_points(GetParam(), 4000);
    const auto share = [&](double count) { return count / counts.points; };
    EXPECT_NEAR(share(counts.served_won), tour.serve_won, 0.004);
    EXPECT_NEAR(share(counts.server_wins["ace"]), tour.ace, 0.003);
    EXPECT_NEAR(share(counts.server_wins["service_winner"]), tour.service_winner, 0.004);
    EXPECT_NEAR(share(counts.server_wins["winner"]), tour.server_winner, 0.004);
    EXPECT_NEAR(share(counts.server_wins["forced_error"]), tour.forced_from_receiver, 0.004);
    EXPECT_NEAR(share(counts.receiver_wins["double_fault"]), tour.double_fault, 0.002);
    EXPECT_NEAR(share(counts.receiver_wins["winner"]), tour.receiver_winner, 0.004);
    EXPECT_NEAR(share(counts.receiver_wins["forced_error"]), tour.forced_from_server, 0.004);
    EXPECT_EQ(counts.server_wins.size(), 5U);
    EXPECT_EQ(counts.receiver_wins.size(), 4U);
}

TEST_P(EachTour, RetiresAsOftenAsTheTour) {
    const Counts counts = count_points(GetParam(), 4000);
    const double expected = averages(GetParam()).retirement;
    // Some matches are over before the point at which somebody would have given up.
    EXPECT_NEAR(counts.retired / counts.matches, expected * 0.95, 3 * std::sqrt(expected / counts.matches));
}

TEST_P(EachTour, RestsOneGapAPointOnAverage) {
    double gaps = 0;
    double points = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        MatchModel match = make_match(GetParam(), seed);
        while (!match.over() && !match.retires()) {
            match.play();
            if (match.over()) break;
            const Gap gap = match.gap();
            ASSERT_GT(gap, 0.3);
            ASSERT_LT(gap, 6);
            gaps += gap;
            ++points;
        }
    }
    EXPECT_NEAR(gaps / points, 1, 0.02);
}

TEST(MatchModel, StrongerServeAndWeakerReturnGiveTheServerMorePoints) {
    const Player strong{.name = "S", .serve = 2};
    const Player plain{.name = "P"};
    const Player weak{.name = "W", .returning = -2};
    const auto mean_chance = [](const Player& server, const Player& receiver) {
        double sum = 0;
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            sum += MatchModel(Tour::kMen, server, receiver, {}, Random(seed)).chances(0).win / 2000;
        }
        return sum;
    };
    EXPECT_NEAR(mean_chance(plain, plain), kMensTour.serve_won, 0.002);
    EXPECT_NEAR(mean_chance(strong, plain), kMensTour.serve_won + 2 * kMensTour.serve_sd, 0.002);
    EXPECT_NEAR(mean_chance(plain, weak), kMensTour.serve_won + 2 * kMensTour.return_sd, 0.002);
}

TEST(MatchModel, FinishesInEveryFormat) {
    for (const auto final_set : {scoring::tennis::FinalSet::kAdvantage, scoring::tennis::FinalSet::kTiebreak,
                                 scoring::tennis::FinalSet::kMatchTiebreak}) {
        for (const std::uint8_t best_of : {std::uint8_t{3}, std::uint8_t{5}}) {
            Format format;
            format.best_of = best_of;
            format.final_set = final_set;
            for (std::uint64_t seed = 0; seed < 50; ++seed) {
                MatchModel match = make_match(Tour::kMen, seed, format);
                int points = 0;
                while (!match.over() && !match.retires()) {
                    match.play();
                    ASSERT_LT(++points, 3000) << "seed " << seed;
                }
                ASSERT_GE(points, 12);
            }
        }
    }
}

TEST(MatchModel, EitherSideMayServeFirstAndRetire) {
    int first_serves = 0;
    std::array<int, 2> retired{};
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        MatchModel match = make_match(Tour::kWomen, seed);
        first_serves += match.first_server() == 0 ? 1 : 0;
        while (!match.over()) {
            if (const auto side = match.retires()) {
                ++retired.at(*side);
                EXPECT_TRUE(match.over());
            } else {
                match.play();
            }
        }
    }
    EXPECT_NEAR(first_serves, 2000, 100);
    EXPECT_GT(retired[0], 20);
    EXPECT_GT(retired[1], 20);
}

}  // namespace
}  // namespace matchpoint::simulator::tennis
