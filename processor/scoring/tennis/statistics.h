// What each side has made of its points. A value; one thread at a time.
#pragma once

#include <array>
#include <cstdint>

#include "processor/scoring/json_writer.h"
#include "processor/scoring/tennis/point.h"

namespace matchpoint::scoring::tennis {

class Statistics {
  public:
    struct Side {
        std::uint32_t points_won = 0;
        std::uint32_t service_points_won = 0;
        std::uint32_t aces = 0;
        std::uint32_t double_faults = 0;
        std::uint32_t winners = 0;
        std::uint32_t unforced_errors = 0;
        std::uint32_t break_points = 0;
        std::uint32_t break_points_won = 0;
        std::uint32_t longest_streak = 0;
        friend bool operator==(const Side&, const Side&) = default;
    };

    // Counts a point that `server` served; `break_point` says whether the receiver could win the game with it.
    void count(const Point& point, SideIndex server, bool break_point);

    [[nodiscard]] const Side& side(SideIndex index) const { return sides_[index]; }

    // The contract's `stats`; the games are the score's.
    void write(JsonWriter& out, const std::array<std::uint32_t, 2>& games_won) const;

  private:
    std::array<Side, 2> sides_{};
    SideIndex streak_side_ = 0;
    std::uint32_t streak_ = 0;
};

}  // namespace matchpoint::scoring::tennis
