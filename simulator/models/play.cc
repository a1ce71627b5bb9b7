#include "simulator/models/play.h"

#include <array>
#include <utility>

#include "simulator/random.h"

namespace matchpoint::simulator::models {

RecordedMatch play(const scoring::Sport& sport, const Setup& setup) {
    using Model = RecordedMatch (*)(const Setup&);
    constexpr std::array<std::pair<std::string_view, Model>, 5> kModels{{{"tennis", play_tennis},
                                                                         {"football", play_football},
                                                                         {"cricket", play_cricket},
                                                                         {"basketball", play_basketball},
                                                                         {"arcade", play_arcade}}};
    for (const auto& [name, model] : kModels) {
        if (name == sport.name()) return model(setup);
    }
    return RecordedMatch(setup.id, sport.name());  // a sport without a model: a match without events
}

std::uint64_t seed_of(std::string_view match_id) {
    std::uint64_t state = match_id.size();
    std::uint64_t mixed = 0;
    for (const char c : match_id) {
        state ^= static_cast<unsigned char>(c);
        mixed = splitmix64(state);
        state ^= mixed;
    }
    return mixed;
}

}  // namespace matchpoint::simulator::models
