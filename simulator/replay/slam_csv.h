// Reads the public slam point-by-point collection: `<year>-<slam>-points[-doubles|-mixed].csv`, a row a point, and its
// twin with `-matches` for the names. Unknown columns are ignored; a row that cannot be used is reported and skipped,
// as is what a match has after its end; a row that its own score gives away as doubled, as the other side's or as the
// first after a lost one is put right and reported (slam_score.h). A points file that cannot be read at all throws
// std::runtime_error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/tennis/format.h"
#include "simulator/replay/recorded_match.h"
#include "simulator/replay/report.h"

namespace matchpoint::simulator::replay {

// By the header: has points, or is the twin.
[[nodiscard]] bool is_slam_points(const std::string& path);
[[nodiscard]] bool is_slam_matches(const std::string& path);

// `format` overrides what the tournament's rules say. Matches in the file's order.
[[nodiscard]] std::vector<RecordedMatch> read_slam_points(const std::string& path,
                                                          const std::optional<scoring::tennis::Format>& format,
                                                          const Report& report);

}  // namespace matchpoint::simulator::replay
