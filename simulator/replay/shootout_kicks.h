// Kicks for a shoot-out of which only the score is known. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace matchpoint::simulator::replay {

struct Kick {
    std::size_t side;
    bool scored;
};

// By turns, ending with this score and not before; nullopt if no shoot-out can end so.
[[nodiscard]] std::optional<std::vector<Kick>> kicks_for(const std::array<int, 2>& score);

}  // namespace matchpoint::simulator::replay
