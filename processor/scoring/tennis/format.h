// The format of a tennis match: how many sets, when a set is decided by a tie-break, how a game and the final set end.
// A value.
#pragma once

#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::tennis {

enum class FinalSet : std::uint8_t { kAdvantage, kTiebreak, kMatchTiebreak };

struct Format {
    std::uint8_t best_of = 3;
    std::uint8_t tiebreak_at = 6;      // games all
    std::uint8_t tiebreak_points = 7;  // to win a tie-break, by two
    bool no_ad = false;                // at deuce the next point wins the game
    FinalSet final_set = FinalSet::kTiebreak;
    std::uint8_t final_at = 6;  // of FinalSet::kTiebreak
    std::uint8_t final_points = 10;

    [[nodiscard]] std::uint8_t sets_to_win() const { return static_cast<std::uint8_t>(best_of / 2 + 1); }
    friend bool operator==(const Format&, const Format&) = default;
};

// Games that win a set, if two ahead: 6. A set whose tie-break comes earlier is a short set: to 4 with the tie-break at
// 4 all (ITF Rules of Tennis, Appendix VI) and else to one more than the tie-break's score (4 with the tie-break at 3
// all).
[[nodiscard]] constexpr std::uint8_t games_to_win(std::uint8_t tiebreak_at) {
    if (tiebreak_at >= 6) return 6;
    return tiebreak_at == 4 ? std::uint8_t{4} : static_cast<std::uint8_t>(tiebreak_at + 1);
}

// Reads `format` of a start event; what it does not name keeps its default.
[[nodiscard]] std::optional<Refusal> read_format(simdjson::ondemand::object& event, Format& format);

// Six bytes: best_of, tiebreak_at, tiebreak_points, no_ad | final_set << 1, final_at, final_points.
void append_format(const Format& format, Bytes& out);
// What append_format wrote; nullopt for anything else.
[[nodiscard]] std::optional<Format> parse_format(streams::ByteReader& in);

// The contract's `format`, every field named.
void write_format(const Format& format, JsonWriter& out);

}  // namespace matchpoint::scoring::tennis
