// The players of a tour: invented names, each with a strength of its own that stays the same from run to run, so that a
// strong server tops every leaderboard. Immutable values.
#pragma once

#include <cstddef>
#include <string>

#include "simulator/tennis/averages.h"

namespace matchpoint::simulator::tennis {

// In standard deviations from the tour's average.
struct Player {
    std::string name;
    double serve = 0;
    double returning = 0;
    double ace = 0;  // beyond what the strength of the serve explains
    double double_fault = 0;
};

// Distinct names; past some thousand players they get a middle initial.
[[nodiscard]] std::size_t max_players();
// `index` is below max_players().
[[nodiscard]] Player make_player(Tour tour, std::size_t index);

}  // namespace matchpoint::simulator::tennis
