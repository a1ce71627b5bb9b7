// What the slam point-by-point collection says the score is after a point, held against the score that the rules make.
// A feed drops a row now and then, writes one twice, or names the wrong side; the score beside it gives each of them
// away. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "processor/scoring/tennis/score.h"

namespace matchpoint::simulator::replay {

// As the row has it: points "40", "AD", "GAME" or a tie-break's "6"; games in the running set. Empty if it does not
// say.
struct RecordedScore {
    std::array<std::string, 2> points;
    std::array<std::string, 2> games;

    [[nodiscard]] bool known() const { return !points[0].empty() && !points[1].empty(); }
    friend bool operator==(const RecordedScore&, const RecordedScore&) = default;
};

struct RecordedPoint {
    scoring::SideIndex winner = 0;
    RecordedScore score;
};

enum class Reading : std::uint8_t {
    kAsTold,     // the score follows from the point, or is not said, or is a slip: the next row goes on as told
    kOtherSide,  // it follows from a point of the other side
    kNoPoint,    // it is that of the row before: every point changes it
    kMissing,    // it follows if points before this one were left out, all won by the same side
    kDoubtful    // none of these
};

struct RowReading {
    Reading reading = Reading::kAsTold;
    scoring::SideIndex missing = 0;  // who won the points that were left out
    int missing_points = 0;
};

// `before` must not be over; `previous` and `next` are the rows around this one of the same match, or null.
[[nodiscard]] RowReading read_row(const scoring::tennis::Score& before, const RecordedScore* previous,
                                  const RecordedPoint& row, const RecordedPoint* next);

}  // namespace matchpoint::simulator::replay
