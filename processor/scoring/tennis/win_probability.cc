#include "processor/scoring/tennis/win_probability.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "processor/scoring/tennis/race.h"

namespace matchpoint::scoring::tennis {
namespace {

// The estimate's prior, in points served: both sides together are drawn to the mean with the one weight, each side to
// both with the other.
constexpr double kUsualChance = 0.60;
constexpr double kBothWeight = 200;
constexpr double kSideWeight = 150;

constexpr double kLowestChance = 0.01;
constexpr double kHighestChance = 0.99;

// Two trials at a time until one side has both: the first's chance to win his, and the second's.
double two_ahead(double first, double second) {
    const double win = first * second;
    const double lose = (1 - first) * (1 - second);
    return win / (win + lose);
}

// All from the view of A, who serves the next point; B is the other side.
class Chain {
  public:
    Chain(const Score& score, double serve, double rival_serve)
        : score_(score),
          format_(score.format()),
          a_(score.server()),
          b_(other(a_)),
          serve_(std::clamp(serve, kLowestChance, kHighestChance)),
          receive_(1 - std::clamp(rival_serve, kLowestChance, kHighestChance)),
          hold_(game(serve_, 0, 0)),
          break_(game(receive_, 0, 0)) {}

    [[nodiscard]] double match() const {
        const std::size_t half = format_.sets_to_win() - 1U;
        const std::size_t begun = score_.sets_begun();
        const double set = running_set();
        if (begun > 2 * half) return set;
        // The sets after this one are ordinary but for the last; who serves first in them does not matter.
        const std::size_t ordinary = 2 * half - begun;
        const RaceEnd end = race({ordinary, ordinary == 0 ? 0 : ordinary_set()}, {}, half - score_.sets_won(a_));
        const double level = set * end.one_less + (1 - set) * end.level;
        return end.more + set * end.level + level * final_set();
    }

  private:
    // Games a set is won with, and the tie-break that may decide it.
    struct SetKind {
        std::uint32_t games = 6;
        std::optional<std::uint32_t> tiebreak_at;
        std::uint32_t tiebreak_points = 7;
    };

    [[nodiscard]] SetKind ordinary_kind() const {
        return {games_to_win(format_.tiebreak_at), format_.tiebreak_at, format_.tiebreak_points};
    }
    [[nodiscard]] SetKind final_kind() const {
        if (format_.final_set == FinalSet::kAdvantage) return {games_to_win(format_.tiebreak_at), std::nullopt, 0};
        return {games_to_win(format_.final_at), format_.final_at, format_.final_points};
    }

    [[nodiscard]] double ordinary_set() const { return set(ordinary_kind(), {}, hold_); }
    [[nodiscard]] double final_set() const {
        if (format_.final_set == FinalSet::kMatchTiebreak) return fresh_tiebreak(format_.final_points);
        return set(final_kind(), {}, hold_);
    }

    [[nodiscard]] double running_set() const {
        const bool last = score_.sets_begun() == format_.best_of;
        const SetScore& running = score_.running_set();
        if (running.has_tiebreak) {
            const auto target = last ? format_.final_points : format_.tiebreak_points;
            return tiebreak(target, oriented(running.tiebreak));
        }
        const Pair points = oriented(score_.points());
        const double running_game = points == Pair{} ? hold_ : game(serve_, points[0], points[1]);
        return set(last ? final_kind() : ordinary_kind(), oriented(running.games), running_game);
    }

    // A game on the serve of whoever wins a point with `chance`. Advantage is a point more than forty.
    [[nodiscard]] double game(double chance, std::uint32_t won, std::uint32_t lost) const {
        constexpr std::uint32_t kHalf = 3;
        const double level = format_.no_ad ? chance : two_ahead(chance, chance);
        if (won + lost >= 2 * kHalf) return ahead(chance, won, lost, level);
        const RaceEnd end = race({2 * kHalf - won - lost, chance}, {}, kHalf - won);
        return end.more + end.level * level;
    }

    // Past the level: one to be played that may win it or bring it back to level.
    [[nodiscard]] static double ahead(double chance, std::uint32_t won, std::uint32_t lost, double level) {
        if (won == lost) return level;
        return won > lost ? chance + (1 - chance) * level : chance * level;
    }

    [[nodiscard]] double tiebreak(std::uint32_t target, const Pair& points) const {
        const std::uint32_t half = target - 1;
        const std::uint32_t played = points[0] + points[1];
        const double level = two_ahead(serve_, receive_);
        if (played >= 2 * half) return ahead(serve_, points[0], points[1], level);
        // A serves one and then B two, or, after an odd number, A two and then B two: of those left A's are half or
        // one more.
        const std::uint32_t left = 2 * half - played;
        const RaceEnd end = race({(left + 1) / 2, serve_}, {left / 2, receive_}, half - points[0]);
        return end.more + end.level * level;
    }

    // A set in which A serves the running game and wins it with the chance `game`.
    [[nodiscard]] double set(const SetKind& kind, const Pair& games, double game) const {
        const std::uint32_t half = kind.games - 1;
        const std::uint32_t played = games[0] + games[1];
        if (played < 2 * half) {
            const RaceEnd end = played == 0 ? fresh_set(half) : set_race(half, games);
            const double level = game * end.one_less + (1 - game) * end.level;
            return end.more + game * end.level + level * games_level(kind, half);
        }
        if (games[0] != games[1]) {
            return ahead(game, games[0], games[1], games_level(kind, std::max(games[0], games[1])));
        }
        const double level = games_level(kind, games[0] + 1);
        return game * (break_ + (1 - break_) * level) + (1 - game) * break_ * level;
    }

    [[nodiscard]] RaceEnd set_race(std::uint32_t half, const Pair& games) const {
        const std::uint32_t after = 2 * half - games[0] - games[1] - 1;
        return race({after / 2, hold_}, {(after + 1) / 2, break_}, half - games[0]);
    }

    // The next set and the last begin alike where they are of one length, and so does one that has just begun.
    [[nodiscard]] RaceEnd fresh_set(std::uint32_t half) const {
        if (!fresh_set_ || fresh_set_->of != half) fresh_set_ = {half, set_race(half, {})};
        return fresh_set_->end;
    }

    [[nodiscard]] double fresh_tiebreak(std::uint32_t target) const {
        if (!fresh_tiebreak_ || fresh_tiebreak_->of != target) fresh_tiebreak_ = {target, tiebreak(target, {})};
        return fresh_tiebreak_->win;
    }

    // The set at `all` games each: two ahead wins, until a tie-break if there is one.
    [[nodiscard]] double games_level(const SetKind& kind, std::uint32_t all) const {
        if (!kind.tiebreak_at) return two_ahead(hold_, break_);
        double value = fresh_tiebreak(kind.tiebreak_points);
        const double win = hold_ * break_;
        const double again = 1 - win - (1 - hold_) * (1 - break_);
        for (std::uint32_t at = all; at < *kind.tiebreak_at; ++at) value = win + again * value;
        return value;
    }

    struct FreshSet {
        std::uint32_t of = 0;
        RaceEnd end;
    };
    struct FreshTiebreak {
        std::uint32_t of = 0;
        double win = 0;
    };

    [[nodiscard]] Pair oriented(const Pair& pair) const { return {pair[a_], pair[b_]}; }

    const Score& score_;
    const Format& format_;
    SideIndex a_;
    SideIndex b_;
    double serve_;    // A wins a point on his serve
    double receive_;  // A wins a point on B's serve
    double hold_;     // A wins a game on his serve
    double break_;    // A wins a game on B's serve
    // The last of each that was asked for: the running set, the next and the last one mostly ask for the same.
    mutable std::optional<FreshSet> fresh_set_;
    mutable std::optional<FreshTiebreak> fresh_tiebreak_;
};

}  // namespace

ServeChances estimate_serve_chances(const Statistics& statistics) {
    std::array<double, 2> won{};
    std::array<double, 2> served{};
    for (std::size_t side = 0; side < 2; ++side) {
        const auto& own = statistics.side(side == 0 ? SideIndex{0} : SideIndex{1});
        const auto& rival = statistics.side(side == 0 ? SideIndex{1} : SideIndex{0});
        won[side] = own.service_points_won;
        served[side] = own.service_points_won + (rival.points_won - rival.service_points_won);
    }
    const double both = (won[0] + won[1] + kBothWeight * kUsualChance) / (served[0] + served[1] + kBothWeight);
    return {(won[0] + kSideWeight * both) / (served[0] + kSideWeight),
            (won[1] + kSideWeight * both) / (served[1] + kSideWeight)};
}

double server_wins_match(const Score& score, const ServeChances& chances) {
    assert(!score.over());
    const SideIndex server = score.server();
    return Chain(score, chances[server], chances[other(server)]).match();
}

}  // namespace matchpoint::scoring::tennis
