// What a publisher publishes and when: records of all matches in turn, at a set rate or as fast as they are taken.
#pragma once

#include <cstdint>

#include <time.h>

#include "tests/bench/gateway/bench_record.h"
#include "tests/bench/gateway/swarm.h"

namespace matchpoint::bench {

struct PaceOptions {
    std::uint64_t count = 0;
    double rate = 0;  // records a second; 0 is as fast as they are taken
    std::uint32_t matches = 1;
    std::uint32_t first_seq = 1;
};

class Pace {
  public:
    explicit Pace(const PaceOptions& options) : options_(options), began_ns_(monotonic_ns()) {}

    [[nodiscard]] bool done() const { return next_ == options_.count; }
    // When the next record is due; now or before: publish it.
    [[nodiscard]] std::int64_t due_ns() const {
        return options_.rate == 0
                   ? began_ns_
                   : began_ns_ + static_cast<std::int64_t>(static_cast<double>(next_) * 1e9 / options_.rate);
    }
    void sleep_until_due() const {
        const std::int64_t due = due_ns();
        const timespec until{due / 1'000'000'000, due % 1'000'000'000};
        if (due > monotonic_ns()) ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    }
    // The next record, stamped with the time now.
    BenchRecord take() {
        const auto match = static_cast<std::uint32_t>(next_ % options_.matches);
        const auto round = static_cast<std::uint32_t>(next_ / options_.matches);
        ++next_;
        return {match, options_.first_seq + round, monotonic_ns()};
    }
    [[nodiscard]] std::uint64_t taken() const { return next_; }
    [[nodiscard]] double seconds() const { return static_cast<double>(monotonic_ns() - began_ns_) / 1e9; }

  private:
    const PaceOptions options_;
    const std::int64_t began_ns_;
    std::uint64_t next_ = 0;
};

}  // namespace matchpoint::bench
