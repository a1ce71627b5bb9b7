// One match of Cricsheet (cricsheet.org, JSON 1.x): every delivery, penalty runs, declarations, targets, super overs.
// The file tells no times: balls come at a usual pace. What the play does not decide, a rain rule, an award, a tie
// broken otherwise, is told by an `end` event. A delivery that cannot be used is reported by its path and left out.
#pragma once

#include <optional>
#include <string>

#include "simulator/replay/recorded_match.h"
#include "simulator/replay/report.h"

namespace matchpoint::simulator::replay {

// The match's id is the file's name without its ending, after "cricket-". nullopt, and a report, if there is no match
// in the file.
[[nodiscard]] std::optional<RecordedMatch> read_cricsheet(const std::string& path, const Report& report);

}  // namespace matchpoint::simulator::replay
