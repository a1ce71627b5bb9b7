// The registry: sports.inc has a MATCHPOINT_SPORT(name) for each folder listed in CMakeLists.txt, in that order.
#include "processor/scoring/sport.h"

namespace matchpoint::scoring {

#define MATCHPOINT_SPORT(name) const Sport& name##_sport();
#include "sports.inc"
#undef MATCHPOINT_SPORT

const std::vector<const Sport*>& all_sports() {
    static const std::vector<const Sport*> kSports = {
#define MATCHPOINT_SPORT(name) &name##_sport(),
#include "sports.inc"
#undef MATCHPOINT_SPORT
    };
    return kSports;
}

const Sport* find_sport(std::string_view name) {
    for (const auto* sport : all_sports()) {
        if (sport->name() == name) return sport;
    }
    return nullptr;
}

}  // namespace matchpoint::scoring
