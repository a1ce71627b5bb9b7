#include "processor/scoring/outcome.h"

#include <gtest/gtest.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring {
namespace {

TEST(Outcome, RetirementAndWalkoverNameTheSideThatGoesThrough) {
    for (const auto reason : {EndReason::kRetired, EndReason::kWalkover}) {
        for (const auto winner : {Winner::kNone, Winner::kDraw}) {
            Outcome outcome;
            EXPECT_EQ(kind_of(outcome.end(reason, winner, Draws::kAllowed)), "invalid");
            EXPECT_FALSE(outcome.over());
        }
        Outcome outcome;
        EXPECT_EQ(kind_of(outcome.end(reason, Winner::kSide2, Draws::kNever)), "accepted");
        EXPECT_EQ(outcome.status, Status::kFinished);
        EXPECT_EQ(outcome.winner, Winner::kSide2);
    }
}

TEST(Outcome, AnAbandonedMatchHasNoWinner) {
    Outcome refused;
    EXPECT_EQ(kind_of(refused.end(EndReason::kAbandoned, Winner::kSide1, Draws::kAllowed)), "invalid");
    for (const auto winner : {Winner::kNone, Winner::kDraw}) {
        Outcome outcome;
        EXPECT_EQ(kind_of(outcome.end(EndReason::kAbandoned, winner, Draws::kNever)), "accepted");
        EXPECT_EQ(outcome.status, Status::kAbandoned);
        EXPECT_EQ(outcome.winner, winner);
    }
}

TEST(Outcome, AResultIsADrawOnlyWhereTheSportHasIt) {
    Outcome outcome;
    EXPECT_EQ(kind_of(outcome.end(EndReason::kResult, Winner::kNone, Draws::kAllowed)), "invalid");
    EXPECT_EQ(kind_of(outcome.end(EndReason::kResult, Winner::kDraw, Draws::kNever)), "invalid");
    EXPECT_EQ(kind_of(outcome.end(EndReason::kResult, Winner::kDraw, Draws::kAllowed)), "accepted");
    EXPECT_EQ(outcome.status, Status::kFinished);
}

TEST(Outcome, EndsOnce) {
    Outcome outcome;
    outcome.finish(Winner::kSide1);
    EXPECT_EQ(kind_of(outcome.end(EndReason::kRetired, Winner::kSide2, Draws::kNever)), "match over");
    EXPECT_EQ(outcome.winner, Winner::kSide1);
    EXPECT_EQ(suffix_of(outcome), "");
}

}  // namespace
}  // namespace matchpoint::scoring
