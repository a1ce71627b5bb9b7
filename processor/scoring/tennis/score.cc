#include "processor/scoring/tennis/score.h"

#include <cassert>

namespace matchpoint::scoring::tennis {
namespace {

constexpr std::uint32_t kForty = 3;
constexpr std::uint32_t kAdvantage = 4;

// One more for `side` reaches `target` two ahead.
bool wins_by_two(const Pair& score, SideIndex side, std::uint32_t target) {
    const auto reached = score[side] + 1U;
    return reached >= target && reached >= score[other(side)] + 2U;
}

}  // namespace

Score::Score(const Format& format, SideIndex first_server) : format_(format), first_server_(first_server) {}

void Score::play(SideIndex winner) {
    assert(!over());
    if (!in_tiebreak()) {
        play_game_point(winner);
        return;
    }
    const bool won = has_game_point(winner);
    ++sets_[running_].tiebreak[winner];
    if (won) win_game(winner);
}

void Score::play_game_point(SideIndex winner) {
    if (has_game_point(winner)) {
        win_game(winner);
    } else if (points_[other(winner)] == kAdvantage) {
        points_ = {kForty, kForty};
    } else {
        ++points_[winner];
    }
}

void Score::win_game(SideIndex winner) {
    const bool set_won = wins_set_with_game(winner);
    auto& set = sets_[running_];
    ++set.games[winner];
    points_ = {};
    if (set_won) {
        win_set(winner);
        return;
    }
    first_server_ = other(first_server_);
    const auto at = tiebreak_at();
    set.has_tiebreak = at && set.games[0] == *at && set.games[1] == *at;
}

void Score::win_set(SideIndex winner) {
    if (++sets_won_[winner] == format_.sets_to_win()) {
        winner_ = winner;
        return;
    }
    first_server_ = other(first_server_);
    begin_set();
}

void Score::begin_set() {
    ++running_;
    auto& set = sets_[running_];
    set.match_tiebreak = is_final_set() && format_.final_set == FinalSet::kMatchTiebreak;
    set.has_tiebreak = set.match_tiebreak;
}

SideIndex Score::server() const {
    if (!in_tiebreak()) return first_server_;
    const auto& points = running_set().tiebreak;
    // Of the last point when the match is over, else of the next.
    const auto index = points[0] + points[1] - (over() ? 1U : 0U);
    return (index + 1U) / 2U % 2U == 0 ? first_server_ : other(first_server_);
}

void Score::correct_server(SideIndex side) {
    if (server() != side) first_server_ = other(first_server_);
}

std::uint32_t Score::tiebreak_target() const {
    return is_final_set() && format_.final_set != FinalSet::kAdvantage ? format_.final_points : format_.tiebreak_points;
}

std::optional<std::uint32_t> Score::tiebreak_at() const {
    if (!is_final_set()) return format_.tiebreak_at;
    if (format_.final_set == FinalSet::kTiebreak) return format_.final_at;
    return std::nullopt;
}

bool Score::has_game_point(SideIndex side) const {
    if (over()) return false;
    if (in_tiebreak()) return wins_by_two(running_set().tiebreak, side, tiebreak_target());
    if (points_[side] == kAdvantage) return true;
    return points_[side] == kForty && (format_.no_ad || points_[other(side)] < kForty);
}

bool Score::wins_set_with_game(SideIndex side) const {
    if (in_tiebreak()) return true;
    const auto at = tiebreak_at().value_or(format_.tiebreak_at);
    return wins_by_two(running_set().games, side, games_to_win(static_cast<std::uint8_t>(at)));
}

bool Score::has_set_point(SideIndex side) const {
    return has_game_point(side) && wins_set_with_game(side);
}

bool Score::has_match_point(SideIndex side) const {
    return has_set_point(side) && sets_won_[side] + 1 == format_.sets_to_win();
}

bool Score::is_break_point() const {
    return !in_tiebreak() && has_game_point(other(server()));
}

}  // namespace matchpoint::scoring::tennis
