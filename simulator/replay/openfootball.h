// The matches of an openfootball file (github.com/openfootball, JSON): goals with their minutes where it has them, else
// as many as the score says, by the side and at minutes made up; half time, extra time and the shoot-out by the score,
// which stands wherever goals and score differ. A match that cannot be used is reported by its path and left out.
#pragma once

#include <string>
#include <vector>

#include "simulator/replay/recorded_match.h"
#include "simulator/replay/report.h"

namespace matchpoint::simulator::replay {

// A match's id is its date and its sides, after "football-".
[[nodiscard]] std::vector<RecordedMatch> read_openfootball(const std::string& path, const Report& report);

}  // namespace matchpoint::simulator::replay
