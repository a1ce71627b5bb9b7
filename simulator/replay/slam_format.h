// The format in which a grand slam tournament was played, by slam, year and event. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "processor/scoring/tennis/format.h"

namespace matchpoint::simulator::replay {

enum class SlamEvent : std::uint8_t { kMensSingles, kWomensSingles, kMensDoubles, kWomensDoubles, kMixedDoubles };

struct SlamMatch {
    std::string slam;  // as the collection writes it: ausopen, frenchopen, wimbledon, usopen
    int year = 0;
    SlamEvent event = SlamEvent::kMensSingles;
    int round = 0;  // from 1; 0 if unknown
};

// From an id such as 2019-wimbledon-1101 or 2018-ausopen-MD101: the event is the first digit (1 to 5) or letters (MS,
// WS, MD, WD, XD), the round the digit after it. nullopt for anything else.
[[nodiscard]] std::optional<SlamMatch> parse_slam_match(std::string_view match_id);

// By the rules in force then; see README.md for the sources and how they were checked.
[[nodiscard]] scoring::tennis::Format slam_format(const SlamMatch& match);

// "Wimbledon 2019, men's singles"
[[nodiscard]] std::string competition_name(const SlamMatch& match);

}  // namespace matchpoint::simulator::replay
