// Wall-clock and monotonic time behind an interface, so that a test sets them by hand. Implementations are
// thread-safe; whoever is given a Clock& does not own it.
#pragma once

#include <atomic>
#include <cstdint>

#include "processor/streams/base/types.h"

namespace matchpoint::streams {

class Clock {
  public:
    virtual ~Clock() = default;
    // Milliseconds since the Unix epoch; may jump.
    [[nodiscard]] virtual Timestamp now() const = 0;
    // Nanoseconds since an arbitrary start; never goes back. For durations.
    [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::int64_t monotonic_ns() const override;
};

// Stands still until advanced; both times move together.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Timestamp start) : now_ms_(start.value()) {}
    [[nodiscard]] Timestamp now() const override { return Timestamp{now_ms_.load()}; }
    [[nodiscard]] std::int64_t monotonic_ns() const override { return now_ms_.load() * 1'000'000; }
    void advance_ms(std::int64_t ms) { now_ms_ += ms; }

  private:
    std::atomic<std::int64_t> now_ms_;
};

}  // namespace matchpoint::streams
