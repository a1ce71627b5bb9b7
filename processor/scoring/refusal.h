// Short names for the three ways to refuse an event. Pure; any thread.
#pragma once

#include <string>
#include <utility>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring {

[[nodiscard]] inline Refusal invalid(std::string detail) {
    return {Refusal::Kind::kInvalid, std::move(detail)};
}
[[nodiscard]] inline Refusal impossible(std::string detail) {
    return {Refusal::Kind::kImpossible, std::move(detail)};
}
[[nodiscard]] inline Refusal match_over() {
    return {Refusal::Kind::kMatchOver, "the match is over"};
}

}  // namespace matchpoint::scoring
