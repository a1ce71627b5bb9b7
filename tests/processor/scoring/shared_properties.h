// Properties that every sport's match has, for one sequence of moves, any of which may be refused. Used within a
// RapidCheck property.
#pragma once

#include <string>
#include <vector>

#include <rapidcheck.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring {

// The players whose tally is another one in `after`.
inline std::vector<std::string> players_changed(const nlohmann::json& before, const nlohmann::json& after) {
    std::vector<std::string> changed;
    for (const auto& tally : after) {
        bool same = false;
        for (const auto& old : before) same = same || old == tally;
        if (!same) changed.push_back(tally[0]);
    }
    return changed;
}

// A refused move leaves no trace; a tally that changes is reported; undoing all of it gives back each state.
inline void check_fold(Table& table, const std::vector<Bytes>& moves) {
    std::vector<nlohmann::json> states;
    states.push_back(table.state());
    for (const auto& move : moves) {
        if (table.apply(move)) {
            RC_ASSERT(table.state().dump() == states.back().dump());
            continue;
        }
        states.push_back(table.state());
        std::vector<Tally> reported;
        table.match().changed_tallies(reported);
        for (const auto& player : players_changed(states[states.size() - 2]["tallies"], states.back()["tallies"])) {
            bool found = false;
            for (const auto& tally : reported) found = found || tally.player == player;
            RC_ASSERT(found);
        }
    }
    // A clone is a match of its own.
    const auto copy = table.match().clone();
    for (const auto& move : moves) static_cast<void>(copy->apply(move, Timestamp{1}));
    RC_ASSERT(table.state().dump() == states.back().dump());
    for (int undone = 0; undone < 20 && !table.moves().empty(); ++undone) {
        states.pop_back();
        table.undo();
        RC_ASSERT(table.state().dump() == states.back().dump());
    }
}

// Foreign bytes are refused or played, and the match stays one that can be shown.
inline void check_foreign_bytes(Table& table, const std::vector<std::string>& moves) {
    for (const auto& move : moves) {
        bool ascii = true;
        for (const char c : move) ascii = ascii && c >= 0;
        if (ascii) static_cast<void>(table.apply(move));  // names reach the rules as valid UTF-8 only
    }
    RC_ASSERT(!table.state().dump().empty());
}

}  // namespace matchpoint::scoring
