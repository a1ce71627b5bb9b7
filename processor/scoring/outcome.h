// How a match stands as a whole: live, won, drawn or broken off, and how an `end` event brings that about. A value;
// one thread at a time.
#pragma once

#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring {

// Whether two sides may part without a winner after a result was declared.
enum class Draws : std::uint8_t { kNever, kAllowed };

struct Outcome {
    Status status = Status::kLive;
    Winner winner = Winner::kNone;
    std::optional<EndReason> reason;  // set when an `end` event ended the match, not the play itself

    [[nodiscard]] bool over() const { return status != Status::kLive; }

    // The play decided it.
    void finish(Winner by_play) {
        status = Status::kFinished;
        winner = by_play;
    }

    // An `end` event. Retired and walkover name the side that goes through; abandoned names none (or "draw"); a result
    // names a side, or "draw" where the sport has it. Anything else is kInvalid and changes nothing.
    [[nodiscard]] std::optional<Refusal> end(EndReason why, Winner who, Draws draws);
};

[[nodiscard]] inline Winner winner_of(SideIndex side) {
    return side == 0 ? Winner::kSide1 : Winner::kSide2;
}

// What a summary says behind the score: " ret.", " w/o", " abd." or nothing.
[[nodiscard]] std::string_view suffix_of(const Outcome& outcome);

}  // namespace matchpoint::scoring
