#include "simulator/replay/slam_score.h"

#include <string_view>

#include <fmt/format.h>

namespace matchpoint::simulator::replay {
namespace {

using scoring::SideIndex;
using scoring::tennis::other;
using scoring::tennis::Score;
using scoring::tennis::SetScore;

using Shown = std::array<std::string, 2>;

Shown shown(const scoring::tennis::Pair& pair) {
    return {std::to_string(pair[0]), std::to_string(pair[1])};
}

Shown shown_points(const Score& score) {
    constexpr std::array<std::string_view, 5> kNames{"0", "15", "30", "40", "AD"};
    if (score.in_tiebreak() && !score.over()) return shown(score.running_set().tiebreak);
    return {std::string(kNames.at(score.points()[0])), std::string(kNames.at(score.points()[1]))};
}

// The first row of a set may show the games of that set, the last one of it either those or none.
bool games_agree(const SetScore& set, bool set_ended, const Shown& games) {
    if (games[0].empty() || set.match_tiebreak) return true;
    return games == shown(set.games) || (set_ended && games == Shown{"0", "0"});
}

// Whether `row` may show `after`, to which `winner` came from `before` with one point.
bool shows(const RecordedScore& row, const Score& before, const Score& after, SideIndex winner) {
    const std::size_t index = before.sets_begun() - 1;
    const SetScore& set = after.set(index);
    const bool set_ended = after.over() || after.sets_begun() > before.sets_begun();
    if (!games_agree(set, set_ended, row.games)) return false;
    if (set_ended || set.games != before.set(index).games) {  // the game is over: 0-0, GAME or the tie-break's end
        if (row.points == Shown{"0", "0"} || row.points.at(winner) == "GAME") return true;
        return set.has_tiebreak && row.points == shown(set.tiebreak);
    }
    return row.points == shown_points(after);
}

Score with(Score score, SideIndex winner) {
    score.play(winner);
    return score;
}

bool follows(const Score& before, const RecordedScore& row, SideIndex winner) {
    return !before.over() && shows(row, before, with(before, winner), winner);
}

bool stands_already(const Score& score, const RecordedScore& row) {
    return games_agree(score.running_set(), false, row.games) && row.points == shown_points(score);
}

}  // namespace

RowReading read_row(const Score& before, const RecordedScore* previous, const RecordedPoint& row,
                    const RecordedPoint* next) {
    if (!row.score.known() || follows(before, row.score, row.winner)) return {};
    const Score told = with(before, row.winner);
    if (next != nullptr && next->score.known() && follows(told, next->score, next->winner)) return {};
    if (previous != nullptr && *previous == row.score && stands_already(before, row.score)) return {Reading::kNoPoint};
    if (follows(before, row.score, other(row.winner))) return {Reading::kOtherSide};
    // Up to a game; more than one only where the games say so too.
    const int most = row.score.games[0].empty() ? 1 : 4;
    std::array<Score, 2> scores{before, before};
    for (int points = 1; points <= most; ++points) {
        for (const SideIndex side : {row.winner, other(row.winner)}) {
            Score& score = scores.at(side);
            if (score.over()) continue;
            score.play(side);
            if (follows(score, row.score, row.winner)) return {Reading::kMissing, side, points};
        }
    }
    return {Reading::kDoubtful};
}

}  // namespace matchpoint::simulator::replay
