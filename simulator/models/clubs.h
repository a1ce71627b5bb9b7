// Invented clubs and the people who play for them. A club's strength and squad follow from its name alone, so that they
// stay the same from match to match and leaderboards have favourites. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "processor/scoring/sport.h"

namespace matchpoint::simulator::models {

// Of the sport's `index`-th club; distinct for distinct indices.
[[nodiscard]] std::string club_name(std::string_view sport, std::size_t index);

// Sides without a name become two of the sport's first clubs, by `seed`; with less than `squad` players the squad is
// filled up.
void complete(scoring::Fixture& fixture, std::string_view sport, std::size_t squad, std::uint64_t seed);

// In standard deviations from the average club, within ±2.
[[nodiscard]] double strength_of(std::string_view club);

}  // namespace matchpoint::simulator::models
