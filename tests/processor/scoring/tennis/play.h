// Plays tennis in a few words: points, games and whole sets to a given score, in a plausible order.
#pragma once

#include <string>
#include <string_view>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::tennis {

// "1122…": the winner of each point; other characters are skipped.
void points(Table& table, std::string_view winners);
// Games to love: "1212…" is the winner of each game. Not within a tie-break.
void games(Table& table, std::string_view winners);
// A set that ends games1-games2, game about until it can only end so. A tie-break that decides it ends
// tiebreak1-tiebreak2.
void set(Table& table, int games1, int games2, int tiebreak1 = 0, int tiebreak2 = 0);
// A tie-break, or match tie-break, that is on, to that score.
void tiebreak(Table& table, int points1, int points2);

}  // namespace matchpoint::scoring::tennis
