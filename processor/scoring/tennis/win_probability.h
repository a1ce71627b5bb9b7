// The chance of winning a tennis match from where it stands: the Markov chain over points, games and sets in which each
// side wins a point on its own serve with a fixed chance, solved exactly and in closed form (race.h), so that no table
// is needed when the chances change with every point. And those chances, estimated from the match so far. Pure; any
// thread; nothing is allocated. README.md names the sources and says how the estimate was fitted.
#pragma once

#include <array>

#include "processor/scoring/tennis/score.h"
#include "processor/scoring/tennis/statistics.h"

namespace matchpoint::scoring::tennis {

// What each side wins of the points it serves.
using ServeChances = std::array<double, 2>;

// The share of its service points that each side has won, drawn towards what both together won, and that towards what
// is usual: few points say little.
[[nodiscard]] ServeChances estimate_serve_chances(const Statistics& statistics);

// That whoever serves the next point wins the match, which must not be over: the side that the chain is solved for, so
// that swapped sides give the same number to the last bit. Chances below 0.01 and above 0.99 count as these.
[[nodiscard]] double server_wins_match(const Score& score, const ServeChances& chances);

}  // namespace matchpoint::scoring::tennis
