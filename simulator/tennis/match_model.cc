#include "simulator/tennis/match_model.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace matchpoint::simulator::tennis {
namespace {

using scoring::tennis::other;

constexpr double kFormSd = 0.02;  // of the day
constexpr double kLowestChance = 0.40;
constexpr double kHighestChance = 0.88;

constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kEarliestRetirement = 12;
constexpr std::uint32_t kLatestRetirement = 110;

// Rests by the rules (ITF rule 29: 25 s between points, 90 s at a changeover, 120 s after a set), in gaps between
// points. One every dozen points, so that a point's own gap is a little less than the mean.
enum Rest : std::uint32_t { kNoRest, kChangeover, kSetBreak };
constexpr double kChangeoverGap = 1.6;
constexpr double kSetBreakGap = 2.4;
constexpr double kShortestGap = 0.45;
constexpr double kMeanPointGap = 0.87;

ServeChances draw(const Averages& tour, const Player& server, const Player& receiver, Random& random) {
    const double win =
        tour.serve_won + tour.serve_sd * server.serve - tour.return_sd * receiver.returning + kFormSd * random.normal();
    // Who serves well serves aces: half of how players differ there comes from the strength of the serve.
    const double ace = tour.ace * std::clamp(1 + 0.35 * server.serve + 0.3 * server.ace, 0.1, 2.5);
    const double fault = tour.double_fault * std::clamp(1 + 0.3 * server.double_fault, 0.2, 2.5);
    ServeChances chances;
    chances.win = std::clamp(win, kLowestChance, kHighestChance);
    chances.ace = std::min(ace / chances.win, 0.6);
    chances.double_fault = std::min(fault / (1 - chances.win), 0.6);
    return chances;
}

std::uint32_t draw_retirement(const Averages& tour, Random& random) {
    if (!random.chance(tour.retirement)) return kNever;
    return kEarliestRetirement + static_cast<std::uint32_t>(random.below(kLatestRetirement - kEarliestRetirement));
}

std::uint32_t rest_after(const scoring::tennis::Score& before, const scoring::tennis::Score& after) {
    if (after.sets_begun() != before.sets_begun()) return kSetBreak;
    const auto& old_games = before.running_set().games;
    const auto& games = after.running_set().games;
    // Not after a set's first game: there the sides change without a rest.
    const bool changeover = games != old_games && (games[0] + games[1]) % 2 == 1 && games[0] + games[1] > 1;
    return changeover ? kChangeover : kNoRest;
}

}  // namespace

MatchModel::MatchModel(Tour tour, const Player& first, const Player& second, const scoring::tennis::Format& format,
                       Random random)
    : tour_(tour),
      random_(random),
      first_server_(random_.chance(0.5) ? SideIndex{1} : SideIndex{0}),
      score_(format, first_server_),
      chances_{draw(averages(tour), first, second, random_), draw(averages(tour), second, first, random_)},
      retires_after_(draw_retirement(averages(tour), random_)) {}

std::optional<SideIndex> MatchModel::retires() {
    if (over() || points_played_ < retires_after_) return std::nullopt;
    retired_ = true;
    return static_cast<SideIndex>(random_.below(2));
}

PlayedPoint MatchModel::play() {
    assert(!over());
    PlayedPoint point;
    point.server = score_.server();
    const ServeChances& chances = chances_[point.server];
    if (random_.chance(chances.win)) {
        point.winner = point.server;
        point.how = how_server_wins(chances);
    } else {
        point.winner = other(point.server);
        point.how = how_receiver_wins(chances);
    }
    const auto before = score_;
    score_.play(point.winner);
    rest_ = rest_after(before, score_);
    ++points_played_;
    return point;
}

// Whether it is an ace or a double fault depends on the server; how other points end is the tour's average.
std::string_view MatchModel::how_server_wins(const ServeChances& chances) {
    if (random_.chance(chances.ace)) return "ace";
    const Averages& tour = averages(tour_);
    const double draw = random_.uniform() * (tour.serve_won - tour.ace);
    if (draw < tour.service_winner) return "service_winner";
    if (draw < tour.service_winner + tour.server_winner) return "winner";
    if (draw < tour.service_winner + tour.server_winner + tour.forced_from_receiver) return "forced_error";
    return "unforced_error";
}

std::string_view MatchModel::how_receiver_wins(const ServeChances& chances) {
    if (random_.chance(chances.double_fault)) return "double_fault";
    const Averages& tour = averages(tour_);
    const double draw = random_.uniform() * (1 - tour.serve_won - tour.double_fault);
    if (draw < tour.receiver_winner) return "winner";
    if (draw < tour.receiver_winner + tour.forced_from_server) return "forced_error";
    return "unforced_error";
}

Gap MatchModel::gap() {
    // A product of two uniforms is skewed as rallies are: many short ones, few long ones. Its mean is 1/4.
    const double point = kShortestGap + (kMeanPointGap - kShortestGap) * 4 * random_.uniform() * random_.uniform();
    const double rest = rest_ == kSetBreak ? kSetBreakGap : rest_ == kChangeover ? kChangeoverGap : 0;
    return point + rest;
}

}  // namespace matchpoint::simulator::tennis
