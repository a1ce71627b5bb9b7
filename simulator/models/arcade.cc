// An arcade game in an evening: people come and go, most plays are short, a few are long.
#include <algorithm>

#include "simulator/models/clubs.h"
#include "simulator/models/play.h"
#include "simulator/random.h"
#include "simulator/tennis/player.h"

namespace matchpoint::simulator::models {
namespace {

// No figures of whole arcades are published; these are assumptions.
constexpr std::size_t kPlayers = 12;
constexpr int kPlays = 200;
constexpr double kMeanScore = 12'000;
constexpr std::int64_t kPlayMs = 180'000;  // three minutes for a coin

}  // namespace

RecordedMatch play_arcade(const Setup& setup) {
    RecordedMatch match(setup.id, "arcade");
    Random random(setup.seed);
    std::vector<std::string> players;
    for (const auto& side : setup.fixture.sides) {
        players.insert(players.end(), side.players.begin(), side.players.end());
        if (side.players.empty() && !side.name.empty()) players.push_back(side.name);
    }
    const std::size_t base = setup.seed % 500 * kPlayers;
    for (std::size_t i = 0; players.size() < 2 || (players.size() < kPlayers && setup.fixture.sides[0].name.empty());
         ++i) {
        players.push_back(tennis::make_player(tennis::Tour::kWomen, base + i).name);
    }
    std::int64_t clock_ms = 0;
    for (int play = 0; play < kPlays; ++play) {
        const std::string& player = players[random.below(players.size())];
        const double skill = 1 + 0.35 * strength_of(player);
        // A product of three uniforms is skewed as plays are: its mean is 1/8.
        const double luck = 8 * random.uniform() * random.uniform() * random.uniform();
        const auto score = static_cast<std::int64_t>(kMeanScore / 10 * skill * luck) * 10;
        match.add(clock_ms, topics::ArcadeScore{.player = player, .score = score});
        clock_ms += kPlayMs / 2 + static_cast<std::int64_t>(random.below(kPlayMs));
    }
    return match;
}

}  // namespace matchpoint::simulator::models
