#include "simulator/player_loop.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace matchpoint::simulator {
namespace {

using streams::ManualClock;

// An event every `gap_us`, the first at once.
class Metronome final : public EventSource {
  public:
    Metronome(std::int64_t gap_us, std::uint64_t events) : gap_us_(gap_us), left_(events) {}
    const Event* next() override {
        if (left_ == 0) return nullptr;
        --left_;
        event_ = {.match = "m", .json = "{}", .at = Timestamp{0}, .due_us = pulled_++ * gap_us_};
        return &event_;
    }
    std::uint64_t matches_live() const override { return left_ == 0 ? 0 : 1; }
    std::uint64_t matches_finished() const override { return left_ == 0 ? 1 : 0; }
    std::int64_t pulled() const { return pulled_; }

  private:
    std::int64_t gap_us_;
    std::uint64_t left_;
    std::int64_t pulled_ = 0;
    Event event_;
};

// Notes when each event came; serving it makes the time pass.
class FakeSink final : public Sink {
  public:
    explicit FakeSink(ManualClock& clock) : clock_(clock) {}
    bool publish(const Event& event) override {
        if (refuse_ > 0) {
            --refuse_;
            return false;
        }
        came_ms.push_back(clock_.now().value());
        due_ms.push_back(event.due_us / 1000);
        return true;
    }
    void serve(Millis timeout) override {
        longest_serve = std::max(longest_serve, timeout);
        clock_.advance_ms(timeout.count());
        if (fail_at_ms >= 0 && clock_.now().value() >= fail_at_ms) failed_ = "disk full";
    }
    bool finish(Millis /*timeout*/) override { return true; }
    std::uint64_t acknowledged() const override { return came_ms.size(); }
    std::optional<std::string> failure() const override { return failed_; }

    void refuse(int times) { refuse_ = times; }

    std::vector<std::int64_t> came_ms;
    std::vector<std::int64_t> due_ms;
    Millis longest_serve{0};
    std::int64_t fail_at_ms = -1;

  private:
    ManualClock& clock_;
    int refuse_ = 0;
    std::optional<std::string> failed_;
};

class PlayerLoop : public ::testing::Test {
  protected:
    Outcome run(EventSource& source, Pace pace, const Limits& limits = {}) {
        return play(source, sink_, pace, limits, clock_, progress_, stop_);
    }
    ManualClock clock_{Timestamp{0}};
    FakeSink sink_{clock_};
    Progress progress_{Progress::Style::kNone, [](std::string_view) {}};
    std::function<bool()> stop_ = [] { return false; };
};

TEST_F(PlayerLoop, PublishesEachEventWhenItIsDue) {
    Metronome source(730'000, 20);
    const Outcome outcome = run(source, Pace::kTimed);
    EXPECT_EQ(outcome.reason, Outcome::Reason::kPlayedOut);
    EXPECT_EQ(outcome.published, 20U);
    EXPECT_EQ(sink_.came_ms, sink_.due_ms);
    EXPECT_LE(sink_.longest_serve, Sink::Millis{50});
}

TEST_F(PlayerLoop, CatchesUpAfterTheSinkHasRefused) {
    Metronome source(100'000, 30);
    sink_.refuse(20);  // the first event waits for a second
    EXPECT_EQ(run(source, Pace::kTimed).published, 30U);
    EXPECT_EQ(sink_.came_ms.front(), 1000);
    EXPECT_EQ(sink_.came_ms[10], 1000);
    EXPECT_EQ(sink_.came_ms[15], 1500);
}

TEST_F(PlayerLoop, AtOnceDoesNotWait) {
    Metronome source(1'000'000, 5000);
    EXPECT_EQ(run(source, Pace::kAtOnce).published, 5000U);
    EXPECT_EQ(clock_.now().value(), 0);
}

TEST_F(PlayerLoop, CountEndsItAndPullsNoFurtherEvent) {
    Metronome source(1000, 5000);
    const Outcome outcome = run(source, Pace::kAtOnce, {.events = 300, .duration_us = {}});
    EXPECT_EQ(outcome.reason, Outcome::Reason::kLimit);
    EXPECT_EQ(outcome.published, 300U);
    EXPECT_EQ(source.pulled(), 300);
}

TEST_F(PlayerLoop, DurationEndsATimedRunBeforeTheFirstEventDueLater) {
    Metronome source(400'000, 5000);
    const Outcome outcome = run(source, Pace::kTimed, {.events = {}, .duration_us = 2'000'000});
    EXPECT_EQ(outcome.reason, Outcome::Reason::kLimit);
    EXPECT_EQ(outcome.published, 6U);  // at 0, 0.4, … 2.0 s
}

TEST_F(PlayerLoop, DurationEndsARunWhoseSinkTakesNothing) {
    for (const Pace pace : {Pace::kTimed, Pace::kAtOnce}) {
        Metronome source(1000, 5000);
        sink_.refuse(1'000'000);
        const Outcome outcome = run(source, pace, {.events = {}, .duration_us = 2'000'000});
        EXPECT_EQ(outcome.reason, Outcome::Reason::kLimit);
        EXPECT_EQ(outcome.published, 0U);
    }
    EXPECT_LT(clock_.now().value(), 6000);
}

TEST_F(PlayerLoop, StopEndsAWaitWithinATenthOfASecond) {
    Metronome source(3'600'000'000, 5000);
    stop_ = [this] { return clock_.now().value() >= 500; };
    const Outcome outcome = run(source, Pace::kTimed);
    EXPECT_EQ(outcome.reason, Outcome::Reason::kStopped);
    EXPECT_EQ(outcome.published, 1U);
    EXPECT_LE(clock_.now().value(), 600);
}

TEST_F(PlayerLoop, StopEndsARunWithoutWaits) {
    Metronome source(1, 1'000'000'000);
    int asked = 0;
    stop_ = [&asked] { return ++asked == 10; };
    const Outcome outcome = run(source, Pace::kAtOnce);
    EXPECT_EQ(outcome.reason, Outcome::Reason::kStopped);
    EXPECT_LT(outcome.published, 5000U);
}

TEST_F(PlayerLoop, FailureOfTheSinkEndsItAndSaysWhy) {
    Metronome source(100'000, 5000);
    sink_.fail_at_ms = 1000;
    const Outcome outcome = run(source, Pace::kTimed);
    EXPECT_EQ(outcome.reason, Outcome::Reason::kFailed);
    EXPECT_EQ(outcome.failure, "disk full");
    EXPECT_EQ(outcome.published, 10U);
}

}  // namespace
}  // namespace matchpoint::simulator
