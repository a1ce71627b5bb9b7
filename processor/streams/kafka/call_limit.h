// A moment that ends the calls of a producer early, whatever time they were given, and those under way too: for a
// process that is told to stop while Kafka does not answer. Any thread; all calls are atomic.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

namespace matchpoint::streams::kafka {

class CallLimit {
  public:
    using Clock = std::chrono::steady_clock;
    using Millis = std::chrono::milliseconds;

    // The first moment set counts.
    void set(Clock::time_point end) {
        Clock::rep none = kNone;
        end_.compare_exchange_strong(none, end.time_since_epoch().count());
    }
    // `wanted`, or what is left if that is less; never negative.
    [[nodiscard]] Millis cap(Millis wanted) const {
        const Clock::rep end = end_.load();
        if (end == kNone) return wanted;
        const auto left = std::chrono::ceil<Millis>(Clock::time_point(Clock::duration(end)) - Clock::now());
        return std::clamp(left, Millis(0), std::max(wanted, Millis(0)));
    }

  private:
    static constexpr Clock::rep kNone = Clock::duration::max().count();
    std::atomic<Clock::rep> end_{kNone};
};

}  // namespace matchpoint::streams::kafka
