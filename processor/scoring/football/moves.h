// What can happen in a football match, and its move. First a byte 0bxxxxskkk: kkk the kind, s the side's index, xxxx
// the period, the card, or a goal's or kick's flags. Then, but for a period, the minute (varint; not for a kick) and
// the player's name to the end; a substitution has the length of the first name before the two. A goal's added minutes
// are not kept. Stored for ever: never renumber.
#pragma once

#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::football {

enum class Kind : std::uint8_t { kPeriod, kGoal, kCard, kSubstitution, kKick };

enum class Period : std::uint8_t {
    kFirstHalf,
    kHalfTime,
    kSecondHalf,
    kFullTime,
    kExtraFirst,
    kExtraHalfTime,
    kExtraSecond,
    kPenalties
};
[[nodiscard]] std::string_view name_of(Period period);

enum class Card : std::uint8_t { kYellow, kSecondYellow, kRed };

struct Happening {
    Kind kind = Kind::kPeriod;
    SideIndex side = 0;
    Period period = Period::kFirstHalf;
    Card card = Card::kYellow;
    bool own = false;      // of a goal
    bool penalty = false;  // of a goal
    bool scored = false;   // of a kick
    std::uint32_t minute = 0;
    BytesView player;
    BytesView on;  // of a substitution; `player` goes off
};

void append_move(const Happening& happening, Bytes& move);
// nullopt for bytes that append_move never writes. Names are views into the move.
[[nodiscard]] std::optional<Happening> parse_move(BytesView move);

}  // namespace matchpoint::scoring::football
