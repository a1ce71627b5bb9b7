#include "tests/processor/scoring/tennis/play.h"

#include <algorithm>

namespace matchpoint::scoring::tennis {
namespace {

// One about until the loser has all of his, then the winner's rest.
std::string sequence(int first, int second) {
    const char winner = first > second ? '1' : '2';
    const char loser = first > second ? '2' : '1';
    std::string order;
    for (int i = 0; i < std::min(first, second); ++i) {
        order.push_back(loser);
        order.push_back(winner);
    }
    order.append(static_cast<std::size_t>(std::max(first, second) - std::min(first, second)), winner);
    return order;
}

}  // namespace

void points(Table& table, std::string_view winners) {
    for (const char winner : winners) {
        if (winner == '1' || winner == '2') table.must(std::string(R"({"type":"point","winner":)") + winner + "}");
    }
}

void games(Table& table, std::string_view winners) {
    for (const char winner : winners) points(table, std::string(4, winner));
}

void tiebreak(Table& table, int points1, int points2) {
    points(table, sequence(points1, points2));
}

void set(Table& table, int games1, int games2, int tiebreak1, int tiebreak2) {
    if (tiebreak1 == 0 && tiebreak2 == 0) {
        games(table, sequence(games1, games2));
        return;
    }
    const int all = std::min(games1, games2);
    games(table, sequence(all, all));
    tiebreak(table, tiebreak1, tiebreak2);
}

}  // namespace matchpoint::scoring::tennis
