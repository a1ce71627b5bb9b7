#include "simulator/player_loop.h"

#include <algorithm>

namespace matchpoint::simulator {
namespace {

constexpr std::int64_t kSliceUs = 50'000;       // how long a wait may keep a stop unseen
constexpr std::int64_t kOverrunUs = 1'000'000;  // how far a timed run may lag behind its duration
// Housekeeping (clock, signals, delivery reports) while events follow each other without a wait.
constexpr std::uint32_t kEventsARound = 256;

class Run {
  public:
    Run(Sink& sink, Pace pace, const Limits& limits, const streams::Clock& clock, Progress& progress,
        const std::function<bool()>& stop, const EventSource& source)
        : sink_(sink),
          pace_(pace),
          limits_(limits),
          clock_(clock),
          progress_(progress),
          stop_(stop),
          source_(source),
          began_ns_(clock.monotonic_ns()) {}

    [[nodiscard]] bool wants_more() {
        return !limits_.events || outcome_.published < *limits_.events || end(Outcome::Reason::kLimit);
    }
    // False when the run ends before this event.
    [[nodiscard]] bool play(const Event& event) {
        if (pace_ == Pace::kTimed) {
            if (limits_.duration_us && event.due_us > *limits_.duration_us) return end(Outcome::Reason::kLimit);
            if (!wait_until(event.due_us)) return false;
        }
        if (++round_ >= kEventsARound && !keep_house(0)) return false;
        while (!sink_.publish(event)) {
            if (!keep_house(kSliceUs)) return false;
        }
        ++outcome_.published;
        return true;
    }
    [[nodiscard]] Outcome take_outcome() { return std::move(outcome_); }

  private:
    [[nodiscard]] std::int64_t elapsed_us() const { return (clock_.monotonic_ns() - began_ns_) / 1000; }

    [[nodiscard]] bool wait_until(std::int64_t due_us) {
        for (;;) {
            const std::int64_t wait_us = due_us - elapsed_us();
            if (wait_us <= 0) return true;
            if (!keep_house(std::min(wait_us, kSliceUs))) return false;
        }
    }

    // Serves the sink for up to `wait_us`, and looks whether the run must end.
    [[nodiscard]] bool keep_house(std::int64_t wait_us) {
        round_ = 0;
        // Rounded up: a wait of less than a millisecond would spin.
        sink_.serve(Sink::Millis{(wait_us + 999) / 1000});
        if (auto failure = sink_.failure()) {
            outcome_.failure = *std::move(failure);
            return end(Outcome::Reason::kFailed);
        }
        if (stop_()) return end(Outcome::Reason::kStopped);
        const std::int64_t elapsed = elapsed_us();
        progress_.update({.elapsed_us = elapsed,
                          .published = outcome_.published,
                          .acknowledged = sink_.acknowledged(),
                          .live = source_.matches_live(),
                          .finished = source_.matches_finished(),
                          .left_us = left_us(elapsed)});
        const std::int64_t overrun = pace_ == Pace::kTimed ? kOverrunUs : 0;
        if (limits_.duration_us && elapsed > *limits_.duration_us + overrun) return end(Outcome::Reason::kLimit);
        return true;
    }

    // At its own pace a recording ends when its last event is due; at once, as long again as its share still to come.
    [[nodiscard]] std::optional<std::int64_t> left_us(std::int64_t elapsed) const {
        constexpr double kTooSoonToTell = 0.001;
        if (const auto ends = source_.ends_us(); ends && pace_ == Pace::kTimed) {
            return std::max<std::int64_t>(0, *ends - elapsed);
        }
        const auto share = source_.share_done();
        if (!share || *share < kTooSoonToTell) return std::nullopt;
        return static_cast<std::int64_t>(static_cast<double>(elapsed) * (1 - *share) / *share);
    }

    bool end(Outcome::Reason reason) {
        outcome_.reason = reason;
        return false;
    }

    Sink& sink_;
    Pace pace_;
    const Limits& limits_;
    const streams::Clock& clock_;
    Progress& progress_;
    const std::function<bool()>& stop_;
    const EventSource& source_;
    std::int64_t began_ns_;
    std::uint32_t round_ = 0;
    Outcome outcome_;
};

}  // namespace

Outcome play(EventSource& source, Sink& sink, Pace pace, const Limits& limits, const streams::Clock& clock,
             Progress& progress, const std::function<bool()>& stop) {
    Run run(sink, pace, limits, clock, progress, stop, source);
    while (run.wants_more()) {
        const Event* event = source.next();
        if (event == nullptr || !run.play(*event)) break;
    }
    return run.take_outcome();
}

}  // namespace matchpoint::simulator
