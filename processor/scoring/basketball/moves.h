// What can happen in a basketball match, and its move. The first byte is 0b00pppskk: kk the kind, s the side's index,
// ppp the points of a basket; then the player's name to the end, or the period's number (varint). Stored for ever:
// never renumber.
#pragma once

#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::basketball {

enum class Kind : std::uint8_t { kBasket, kFoul, kPeriod };

struct Happening {
    Kind kind = Kind::kBasket;
    SideIndex side = 0;
    std::uint8_t points = 0;
    std::uint32_t period = 0;
    BytesView player;
};

void append_move(const Happening& happening, Bytes& move);
// nullopt for bytes that append_move never writes. The player is a view into the move.
[[nodiscard]] std::optional<Happening> parse_move(BytesView move);

}  // namespace matchpoint::scoring::basketball
