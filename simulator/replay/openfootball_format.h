// What a match of an openfootball file says, whichever of the ways its files have had over the years it is written in:
//
//     "score": {"ht": [1, 0], "ft": [2, 1], "et": …, "p": …}    or "score": [2, 1]
//     "score1": 2, "score2": 1, and with i, et, p behind it     older files
//     "minute": 45 with "offset": 2, "45+2" or "45"
//     "team1": "Ada FC" or {"name": "Ada FC"}
//
// Pure functions.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <simdjson.h>

namespace matchpoint::simulator::replay::openfootball {

using Pair = std::array<int, 2>;

struct Score {
    std::optional<Pair> half_time = std::nullopt;
    std::optional<Pair> full_time = std::nullopt;
    std::optional<Pair> extra_time = std::nullopt;
    std::optional<Pair> penalties = std::nullopt;
};

struct Minute {
    int minute = 0;
    int offset = 0;
};

[[nodiscard]] Score read_score(simdjson::dom::element match);
// nullopt if it is no minute of a match.
[[nodiscard]] std::optional<Minute> read_minute(simdjson::dom::element goal);
// Under `key`, team1 or team2; nullopt if there is none.
[[nodiscard]] std::optional<std::string> read_team(simdjson::dom::element match, std::string_view key);

}  // namespace matchpoint::simulator::replay::openfootball
