// Kicks from the penalty mark (Laws of the Game, law 10.3): five each, then one each until one side has scored and the
// other has not; decided as soon as the trailing side cannot come level. A value.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::football {

class Shootout {
  public:
    void kick(SideIndex side, bool scored) {
        ++taken_[side];
        scored_[side] += scored ? 1U : 0U;
    }
    [[nodiscard]] const std::array<std::uint32_t, 2>& scored() const { return scored_; }
    // The side that has won. The order of the kicks is not asked: it alternates in one of two ways, and some feeds list
    // one side's kicks after the other's.
    [[nodiscard]] std::optional<SideIndex> winner() const;

  private:
    std::array<std::uint32_t, 2> taken_{};
    std::array<std::uint32_t, 2> scored_{};
};

}  // namespace matchpoint::scoring::football
