#include "simulator/replay/shootout_kicks.h"

#include "processor/scoring/football/shootout.h"

namespace matchpoint::simulator::replay {
namespace {

using scoring::football::Shootout;

bool find_kicks(const Shootout& shootout, std::size_t side, const std::array<int, 2>& left, std::vector<Kick>& kicks) {
    constexpr std::size_t kMostKicks = 60;
    if (shootout.winner()) return left == std::array<int, 2>{};
    if (kicks.size() == kMostKicks) return false;
    // Long ones are nearly all scored: trying that first keeps the search short.
    for (const bool scored : {true, false}) {
        if (scored && left.at(side) == 0) continue;
        Shootout after = shootout;
        after.kick(static_cast<scoring::SideIndex>(side), scored);
        std::array<int, 2> rest = left;
        if (scored) --rest.at(side);
        kicks.push_back({side, scored});
        if (find_kicks(after, 1 - side, rest, kicks)) return true;
        kicks.pop_back();
        if (kicks.size() > 10) break;  // past five each there is one way
    }
    return false;
}

}  // namespace

std::optional<std::vector<Kick>> kicks_for(const std::array<int, 2>& score) {
    std::vector<Kick> kicks;
    if (find_kicks(Shootout{}, 0, score, kicks) || find_kicks(Shootout{}, 1, score, kicks)) return kicks;
    return std::nullopt;
}

}  // namespace matchpoint::simulator::replay
