// One point as an event tells it, and its move: one byte, 0b00hhhssw with w the winner's index, ss the server named (0
// none, 1, 2) and hhh how it was won. Stored for ever: never renumber.
#pragma once

#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::tennis {

enum class How : std::uint8_t { kUnknown, kAce, kServiceWinner, kWinner, kForcedError, kUnforcedError, kDoubleFault };

struct Point {
    SideIndex winner = 0;
    std::optional<SideIndex> server;
    How how = How::kUnknown;
};

[[nodiscard]] inline char pack(const Point& point) {
    const unsigned server = point.server ? *point.server + 1U : 0U;
    return static_cast<char>(static_cast<unsigned>(point.how) << 3U | server << 1U | point.winner);
}

// nullopt for a byte that pack never writes.
[[nodiscard]] inline std::optional<Point> unpack(BytesView move) {
    if (move.size() != 1) return std::nullopt;
    const auto byte = static_cast<unsigned char>(move[0]);
    const unsigned server = byte >> 1U & 3U;
    const unsigned how = byte >> 3U;
    if (server > 2 || how > static_cast<unsigned>(How::kDoubleFault)) return std::nullopt;
    Point point;
    point.winner = byte & 1U;
    if (server != 0) point.server = static_cast<SideIndex>(server - 1U);
    point.how = static_cast<How>(how);
    return point;
}

}  // namespace matchpoint::scoring::tennis
