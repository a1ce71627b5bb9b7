#include "processor/scoring/football/shootout.h"

namespace matchpoint::scoring::football {
namespace {

constexpr std::uint32_t kKicksEach = 5;

}  // namespace

std::optional<SideIndex> Shootout::winner() const {
    const auto round = std::max({kKicksEach, taken_[0], taken_[1]});
    for (SideIndex side = 0; side < 2; ++side) {
        const SideIndex rival = side == 0 ? 1 : 0;
        const auto reachable = scored_[rival] + (round - taken_[rival]);
        if (scored_[side] > reachable) return side;
    }
    return std::nullopt;
}

}  // namespace matchpoint::scoring::football
