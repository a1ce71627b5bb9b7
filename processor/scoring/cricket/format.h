// The format of a cricket match: overs an innings, balls an over, innings. A value.
#pragma once

#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::cricket {

struct Format {
    std::uint16_t overs = 0;  // an innings; 0 for no limit
    std::uint8_t balls_per_over = 6;
    std::uint8_t innings = 0;  // as the start event tells them; 0 where it does not

    // Of both sides together: two where overs are limited, four where they are not, unless told. Feeds count the
    // innings of a match or those of a side: without a limit of overs, 2 means two a side.
    [[nodiscard]] std::size_t total_innings() const;
    // The legal balls of an innings; 0 for no limit.
    [[nodiscard]] std::uint32_t balls() const { return std::uint32_t{overs} * balls_per_over; }
    friend bool operator==(const Format&, const Format&) = default;
};

// Reads `format` of a start event.
[[nodiscard]] std::optional<Refusal> read_format(simdjson::ondemand::object& event, Format& format);

// Varints: overs, balls_per_over, innings.
void append_format(const Format& format, Bytes& out);
[[nodiscard]] std::optional<Format> parse_format(streams::ByteReader& in);

// The contract's `format`; `overs` is null without a limit.
void write_format(const Format& format, JsonWriter& out);

}  // namespace matchpoint::scoring::cricket
