#include "simulator/models/clubs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulator/models/play.h"
#include "simulator/random.h"
#include "simulator/tennis/player.h"

namespace matchpoint::simulator::models {
namespace {

constexpr std::array<std::string_view, 40> kTowns{
    "Aldermoor", "Brackwater", "Casterley",   "Dunhollow", "Eastmere",   "Fernbridge", "Garrowby",   "Hallowfield",
    "Ironside",  "Jarrowick",  "Kestrelby",   "Longmarsh", "Merrowdale", "Northgate",  "Oakhaven",   "Pendleford",
    "Quarrydon", "Ravensea",   "Stonebeck",   "Thornwick", "Ullswick",   "Valebrook",  "Westerholm", "Yarrowdene",
    "Ashcombe",  "Blackmere",  "Coldharbour", "Drayford",  "Elmstead",   "Foxholt",    "Greyshore",  "Highcliff",
    "Kingsmoor", "Larkfield",  "Millbay",     "Netherby",  "Oldcastle",  "Redwater",   "Saltmarsh",  "Whitfell"};
constexpr std::array<std::string_view, 6> kFootball{"United", "City", "Rovers", "Athletic", "Town", "Wanderers"};
constexpr std::array<std::string_view, 6> kCricket{"Falcons", "Royals", "Strikers", "Knights", "Sixers", "Stars"};
constexpr std::array<std::string_view, 6> kBasketball{"Comets", "Bears", "Rockets", "Hawks", "Wolves", "Kings"};
constexpr std::array<std::string_view, 6> kOther{"Club", "Union", "Society", "Guild", "Lions", "Owls"};

const std::array<std::string_view, 6>& nicknames(std::string_view sport) {
    if (sport == "football") return kFootball;
    if (sport == "cricket") return kCricket;
    return sport == "basketball" ? kBasketball : kOther;
}

}  // namespace

std::string club_name(std::string_view sport, std::size_t index) {
    const auto& names = nicknames(sport);
    const std::size_t round = index / (kTowns.size() * names.size());
    const std::string_view town = kTowns[index % kTowns.size()];
    // A town's clubs follow each other only after all towns have one.
    const std::string_view name = names[(index + index / kTowns.size()) % names.size()];
    return round == 0 ? fmt::format("{} {}", town, name) : fmt::format("{} {} {}", town, name, round + 1);
}

void complete(scoring::Fixture& fixture, std::string_view sport, std::size_t squad, std::uint64_t seed) {
    constexpr std::size_t kClubs = 20;
    Random random(seed, 0xc10b);
    const auto first = static_cast<std::size_t>(random.below(kClubs));
    const std::size_t second = (first + 1 + static_cast<std::size_t>(random.below(kClubs - 1))) % kClubs;
    if (fixture.sides[0].name.empty()) fixture.sides[0].name = club_name(sport, first);
    if (fixture.sides[1].name.empty()) fixture.sides[1].name = club_name(sport, second);
    for (auto& side : fixture.sides) {
        const std::size_t people = tennis::max_players() / squad - 1;
        const std::size_t base = seed_of(side.name) % people * squad;
        for (std::size_t i = 0; side.players.size() < squad; ++i) {
            std::string name = tennis::make_player(tennis::Tour::kMen, base + i).name;
            if (std::find(side.players.begin(), side.players.end(), name) == side.players.end()) {
                side.players.push_back(std::move(name));
            }
        }
    }
}

double strength_of(std::string_view club) {
    return std::clamp(Random(seed_of(club)).normal(), -2.0, 2.0);
}

}  // namespace matchpoint::simulator::models
