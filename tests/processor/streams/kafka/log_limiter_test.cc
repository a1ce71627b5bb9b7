#include <gtest/gtest.h>

#include "processor/streams/kafka/client_context.h"

namespace matchpoint::streams::kafka {
namespace {

using Clock = std::chrono::steady_clock;

TEST(LogLimiter, LetsAFewLinesOfEachKindThroughInAWindow) {
    LogLimiter limiter;
    const Clock::time_point now{};
    for (int i = 0; i < LogLimiter::kLinesPerWindow; ++i) EXPECT_TRUE(limiter.admit("FAIL", now).pass);
    EXPECT_FALSE(limiter.admit("FAIL", now).pass);
    EXPECT_TRUE(limiter.admit("REQTMOUT", now).pass);
}

TEST(LogLimiter, TellsInTheNextWindowHowManyItHeldBack) {
    LogLimiter limiter;
    const Clock::time_point now{};
    for (int i = 0; i < LogLimiter::kLinesPerWindow + 3; ++i) (void)limiter.admit("FAIL", now);
    const LogLimiter::Verdict next = limiter.admit("FAIL", now + LogLimiter::kWindow);
    EXPECT_TRUE(next.pass);
    EXPECT_EQ(next.held_back, 3U);
    EXPECT_EQ(limiter.admit("FAIL", now + 2 * LogLimiter::kWindow).held_back, 0U);
}

}  // namespace
}  // namespace matchpoint::streams::kafka
