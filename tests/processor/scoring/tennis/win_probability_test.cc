// The chance of winning is right if it is 1 or 0 where the match is decided and, everywhere else, what the next point
// leads to on average: that is what the Markov chain says, and the rules (Score) say where a point leads.
#include "processor/scoring/tennis/win_probability.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "processor/scoring/tennis/match.h"
#include "processor/scoring/tennis/point.h"
#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

Format any_format() {
    Format format;
    format.best_of = *rc::gen::element<std::uint8_t>(3, 5);
    format.tiebreak_at = *rc::gen::inRange<std::uint8_t>(1, 10);
    format.tiebreak_points = *rc::gen::inRange<std::uint8_t>(1, 13);
    format.no_ad = *rc::gen::arbitrary<bool>();
    format.final_set = *rc::gen::element(FinalSet::kAdvantage, FinalSet::kTiebreak, FinalSet::kMatchTiebreak);
    format.final_at = *rc::gen::inRange<std::uint8_t>(1, 15);
    format.final_points = *rc::gen::element<std::uint8_t>(1, 2, 7, 10, 99);
    return format;
}

ServeChances any_chances() {
    return {*rc::gen::inRange(30, 80) / 100.0, *rc::gen::inRange(30, 80) / 100.0};
}

// Of side 1, also where the match is over.
double side1_wins(const Score& score, const ServeChances& chances) {
    if (score.over()) return score.winner() == SideIndex{0} ? 1 : 0;
    const double server = server_wins_match(score, chances);
    return score.server() == 0 ? server : 1 - server;
}

Score after(Score score, SideIndex winner) {
    score.play(winner);
    return score;
}

double after_the_next_point(const Score& score, const ServeChances& chances) {
    const SideIndex server = score.server();
    return chances[server] * side1_wins(after(score, server), chances) +
           (1 - chances[server]) * side1_wins(after(score, other(server)), chances);
}

RC_GTEST_PROP(WinProbability, IsWhatTheNextPointLeadsToOnAverage, ()) {
    const auto chances = any_chances();
    Score score(any_format(), *rc::gen::element<SideIndex>(0, 1));
    const auto luck = *rc::gen::inRange(1, 4);
    for (int i = 0; i < 400 && !score.over(); ++i) {
        const double chance = side1_wins(score, chances);
        RC_ASSERT(chance >= 0 && chance <= 1);
        RC_ASSERT(std::abs(chance - after_the_next_point(score, chances)) < 1e-9);
        score.play(*rc::gen::inRange(0, 4) < luck ? SideIndex{0} : SideIndex{1});
    }
}

// Deuces, sets and tie-breaks that go on and on are where the closed forms change.
RC_GTEST_PROP(WinProbability, HoldsInLongMatchesToo, ()) {
    const auto chances = any_chances();
    Score score(any_format(), 0);
    for (int i = 0; i < 3000 && !score.over(); ++i) {
        RC_ASSERT(std::abs(side1_wins(score, chances) - after_the_next_point(score, chances)) < 1e-9);
        // Servers win their games, and nobody gets ahead in a tie-break.
        const bool server_wins = score.in_tiebreak() ? i % 2 == 0 : *rc::gen::inRange(0, 10) < 8;
        score.play(server_wins ? score.server() : other(score.server()));
    }
}

RC_GTEST_PROP(WinProbability, SwappedSidesGiveTheSameNumber, ()) {
    const auto chances = any_chances();
    const auto format = any_format();
    Score score(format, 0);
    Score mirror(format, 1);
    for (int i = 0; i < 300 && !score.over(); ++i) {
        RC_ASSERT(server_wins_match(score, chances) == server_wins_match(mirror, {chances[1], chances[0]}));
        const auto winner = *rc::gen::element<SideIndex>(0, 1);
        score.play(winner);
        mirror.play(other(winner));
    }
}

RC_GTEST_PROP(WinProbability, WhoServesFirstDoesNotMatterWhereTheMatchBegins, ()) {
    const auto chances = any_chances();
    const auto format = any_format();
    RC_ASSERT(std::abs(side1_wins(Score(format, 0), chances) - side1_wins(Score(format, 1), chances)) < 1e-9);
}

RC_GTEST_PROP(WinProbability, ABetterServeIsWorthSomething, ()) {
    auto chances = any_chances();
    const Score score(any_format(), 0);
    const double before = side1_wins(score, chances);
    chances[0] += 0.02;
    RC_ASSERT(side1_wins(score, chances) > before);
}

// O'Malley, "Probability formulas and statistical analysis in tennis", J. Quant. Anal. Sports 4 (2), 2008: a game in
// closed form; a tie-break and a set as sums over the scores they may end with, in the order in which they are served.
double game_formula(double p) {
    return std::pow(p, 4) * (15 - 4 * p - 10 * p * p / (1 - 2 * p * (1 - p)));
}

// First to `target`, two ahead; `wins(i)` is the chance of trial i; `level` of the match at target - 1 all.
template <typename Chance>
double by_final_scores(std::size_t target, const Chance& wins, double level) {
    std::vector<std::vector<double>> reach(target, std::vector<double>(target, 0));
    reach[0][0] = 1;
    double won = 0;
    for (std::size_t a = 0; a < target; ++a) {
        for (std::size_t b = 0; b < target; ++b) {
            if (a + 1 == target && b + 1 == target) return won + reach[a][b] * level;
            const double win = reach[a][b] * wins(a + b);
            const double lose = reach[a][b] - win;
            if (a + 1 < target) reach[a + 1][b] += win;
            if (a + 1 == target) won += win;
            if (b + 1 < target) reach[a][b + 1] += lose;
        }
    }
    return won;
}

double tiebreak_formula(double p, double q, std::size_t target) {
    const double level = p * (1 - q) / (p * (1 - q) + (1 - p) * q);
    return by_final_scores(
        target, [&](std::size_t i) { return (i + 1) / 2 % 2 == 0 ? p : 1 - q; }, level);
}

double set_formula(double p, double q, std::size_t tiebreak_points) {
    const double hold = game_formula(p);
    const double breaks = 1 - game_formula(q);
    const double one_all = hold * (1 - breaks) + (1 - hold) * breaks;
    const double level = hold * breaks + one_all * tiebreak_formula(p, q, tiebreak_points);
    return by_final_scores(
        6, [&](std::size_t i) { return i % 2 == 0 ? hold : breaks; }, level);
}

TEST(WinProbability, AgreesWithTheClosedForms) {
    EXPECT_NEAR(game_formula(0.6), 0.7357, 5e-5);
    for (const auto& [p, q] : {ServeChances{0.6, 0.6}, {0.65, 0.6}, {0.7, 0.55}, {0.45, 0.72}}) {
        const double set = set_formula(p, q, 7);
        EXPECT_NEAR(side1_wins(Score({}, 0), {p, q}), set * set + 2 * set * (1 - set) * set_formula(p, q, 10), 1e-12);
        Format five;
        five.best_of = 5;
        five.final_set = FinalSet::kMatchTiebreak;
        five.final_points = 10;
        EXPECT_NEAR(
            side1_wins(Score(five, 0), {p, q}),
            std::pow(set, 3) * (1 + 3 * (1 - set)) + 6 * std::pow(set * (1 - set), 2) * tiebreak_formula(p, q, 10),
            1e-12);
    }
}

TEST(WinProbability, SmallDifferencesOnServeDecideMatches) {
    Format five;
    five.best_of = 5;
    five.final_set = FinalSet::kAdvantage;
    EXPECT_NEAR(server_wins_match(Score(five, 0), {0.6, 0.6}), 0.5, 1e-12);
    EXPECT_NEAR(server_wins_match(Score(five, 0), {0.64, 0.60}), 0.75, 0.05);
    EXPECT_GT(server_wins_match(Score(five, 0), {0.70, 0.60}), 0.9);
}

TEST(ServeChancesOf, AreDrawnTowardsWhatIsUsual) {
    Statistics statistics;
    EXPECT_EQ(estimate_serve_chances(statistics), (ServeChances{0.6, 0.6}));
    for (int i = 0; i < 1000; ++i) statistics.count({SideIndex{0}, std::nullopt, How::kUnknown}, 0, false);
    const auto chances = estimate_serve_chances(statistics);
    EXPECT_GT(chances[0], 0.95);
    EXPECT_LT(chances[0], 1);
    // A high share of points won on serve by one side is also a sign that the court is fast.
    EXPECT_GT(chances[1], 0.6);
    EXPECT_LT(chances[1], chances[0]);
}

TEST(WinPermille, IsThereWhileItIsLiveAndTellsTheWinner) {
    Table table("tennis", R"({"server":1})");
    EXPECT_EQ(table.match().win_permille(), 500);
    points(table, "1111");
    EXPECT_GT(table.match().win_permille(), 500);
    set(table, 5, 0);
    set(table, 5, 0);
    points(table, "111");
    EXPECT_GT(table.match().win_permille(), 990);
    EXPECT_LT(table.match().win_permille(), 1000);
    points(table, "1");
    EXPECT_EQ(table.match().status(), Status::kFinished);
    EXPECT_EQ(table.match().win_permille(), 1000);
}

TEST(WinPermille, EndsWithWhoGoesThroughAndNotAtAllWhereNobodyWon) {
    Table retired("tennis", "{}");
    points(retired, "1111");
    ASSERT_FALSE(retired.end(EndReason::kRetired, Winner::kSide2));
    EXPECT_EQ(retired.match().win_permille(), 0);
    Table abandoned("tennis", "{}");
    ASSERT_FALSE(abandoned.end(EndReason::kAbandoned, Winner::kNone));
    EXPECT_EQ(abandoned.match().win_permille(), std::nullopt);
    EXPECT_EQ(Table("football", "{}").match().win_permille(), std::nullopt);
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
