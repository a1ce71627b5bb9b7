// A whole match of any sport, played before it is told: its events with the time between them at the pace of a real
// match. Pure; the same setup gives the same match on every machine. Who wants it slower, faster or from its middle
// takes the events as they are (replay/recorded_match.h). README.md names the averages and their sources.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "processor/scoring/sport.h"
#include "simulator/replay/recorded_match.h"

namespace matchpoint::simulator::models {

using replay::RecordedMatch;

struct Setup {
    std::string id;
    scoring::Fixture fixture;  // sides without a name, and squads without players, are made up
    std::string format_json;   // as in the sport's start event; empty: the model's own
    std::uint64_t seed = 0;
};

// A model for each sport of the contract.
[[nodiscard]] RecordedMatch play(const scoring::Sport& sport, const Setup& setup);

// Each sport's own; `play` calls them.
[[nodiscard]] RecordedMatch play_tennis(const Setup& setup);
[[nodiscard]] RecordedMatch play_football(const Setup& setup);
[[nodiscard]] RecordedMatch play_cricket(const Setup& setup);
[[nodiscard]] RecordedMatch play_basketball(const Setup& setup);
[[nodiscard]] RecordedMatch play_arcade(const Setup& setup);

// For a match whose request names no seed.
[[nodiscard]] std::uint64_t seed_of(std::string_view match_id);

}  // namespace matchpoint::simulator::models
