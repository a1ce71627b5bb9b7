#include "processor/scoring/outcome.h"

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring {
namespace {

bool is_side(Winner winner) {
    return winner == Winner::kSide1 || winner == Winner::kSide2;
}

std::optional<Refusal> check(EndReason why, Winner who, Draws draws) {
    switch (why) {
        case EndReason::kRetired:
            if (!is_side(who)) return invalid("winner must be 1 or 2 when a side has retired");
            return std::nullopt;
        case EndReason::kWalkover:
            if (!is_side(who)) return invalid("winner must be 1 or 2 in a walkover");
            return std::nullopt;
        case EndReason::kAbandoned:
            if (is_side(who)) return invalid("winner must be null or \"draw\" when a match is abandoned");
            return std::nullopt;
        case EndReason::kResult:
            if (is_side(who) || (who == Winner::kDraw && draws == Draws::kAllowed)) return std::nullopt;
            if (who == Winner::kDraw) return invalid("winner must be 1 or 2: this sport knows no draw");
            return invalid("winner is missing: a result names it");
    }
    return invalid("reason is unknown");
}

}  // namespace

std::optional<Refusal> Outcome::end(EndReason why, Winner who, Draws draws) {
    if (over()) return match_over();
    if (auto refusal = check(why, who, draws)) return refusal;
    status = why == EndReason::kAbandoned ? Status::kAbandoned : Status::kFinished;
    winner = who;
    reason = why;
    return std::nullopt;
}

std::string_view suffix_of(const Outcome& outcome) {
    if (!outcome.reason) return {};
    switch (*outcome.reason) {
        case EndReason::kRetired:
            return " ret.";
        case EndReason::kWalkover:
            return " w/o";
        case EndReason::kAbandoned:
            return " abd.";
        case EndReason::kResult:
            return {};
    }
    return {};
}

}  // namespace matchpoint::scoring
