// The one shape that every scan of a store comes down to: half-open bounds and a direction. Values; any thread.
#pragma once

#include <optional>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams::state {

enum class Direction { kForward, kReverse };

struct Scan {
    Bytes lower;                 // inclusive; empty is the first key
    std::optional<Bytes> upper;  // exclusive; nullopt is past the last key
    Direction direction = Direction::kForward;

    [[nodiscard]] static Scan inclusive(std::optional<BytesView> from, std::optional<BytesView> to,
                                        Direction direction);
    [[nodiscard]] static Scan prefix(BytesView prefix);
    [[nodiscard]] bool empty() const { return upper && *upper <= lower; }
};

}  // namespace matchpoint::streams::state
