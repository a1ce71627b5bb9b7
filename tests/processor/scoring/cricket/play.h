// Plays cricket in a few words.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::cricket {

inline std::string ball(int runs, const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json event = {{"type", "ball"}, {"batter", "b"}, {"non_striker", "n"}, {"bowler", "x"}, {"runs", runs}};
    event.update(more);
    return event.dump();
}

inline std::string wicket(const std::string& kind) {
    return ball(0, {{"wickets", nlohmann::json::array({{{"player_out", "b"}, {"kind", kind}}})}});
}

inline void begin(Table& table, int team) {
    table.must(nlohmann::json{{"type", "innings"}, {"team", team}}.dump());
}

// Runs off the bat, ball by ball.
inline void balls(Table& table, std::initializer_list<int> runs) {
    for (const int number : runs) table.must(ball(number));
}

inline std::int64_t tally_of(const Table& table, const std::string& player) {
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    for (const auto& tally : tallies) {
        if (tally.player == player) return tally.score;
    }
    return 0;
}

}  // namespace matchpoint::scoring::cricket
