// How metrics are counted without a lock or an atomic instruction on the record path: a Tally is plain numbers of the
// thread that does the work; from time to time it gives them to a Sensor, which any thread may read.
//
// A sensor keeps totals, and sums over a sliding window as Kafka's clients do: two samples of 30 s, the running one and
// the one before. Each sensor has one writer. A reader may meet the writer half way; what it sees then mixes two
// neighbouring moments.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <utility>

namespace matchpoint::streams {

// A counter with one writer.
class Counter {
  public:
    void add(std::int64_t n = 1) { value_.store(value() + n, std::memory_order_relaxed); }
    void set(std::int64_t n) { value_.store(n, std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

// Measurements not yet published. `count` are the events, `measured` those among them whose value is in the sum.
struct Tally {
    std::int64_t count = 0;
    std::int64_t measured = 0;
    std::int64_t sum = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = std::numeric_limits<std::int64_t>::min();

    [[nodiscard]] bool empty() const { return count == 0 && measured == 0; }
    void measure(std::int64_t value) {
        ++measured;
        sum += value;
        min = std::min(min, value);
        max = std::max(max, value);
    }
    void add(std::int64_t value) {
        ++count;
        measure(value);
    }
    // `n` events that took `total` together; their average stands for each.
    void add_batch(std::int64_t n, std::int64_t total) {
        if (n <= 0) return;
        count += n;
        measured += n;
        sum += total;
        min = std::min(min, total / n);
        max = std::max(max, total / n);
    }
    void merge(const Tally& other) {
        count += other.count;
        measured += other.measured;
        sum += other.sum;
        min = std::min(min, other.min);
        max = std::max(max, other.max);
    }
};

class Sensor {
  public:
    static constexpr std::int64_t kWindowNs = 30'000'000'000;

    // The writer's. Empties the tally.
    void publish(Tally& tally, std::int64_t now_ns) {
        if (tally.empty()) return;
        roll(now_ns / kWindowNs);
        total_count_.add(tally.count);
        total_sum_.add(tally.sum);
        current_.merge(tally);
        tally = Tally();
    }

    [[nodiscard]] std::int64_t total_count() const { return total_count_.value(); }
    [[nodiscard]] std::int64_t total_sum() const { return total_sum_.value(); }

    // The last 30 to 60 seconds.
    struct Recent {
        Tally tally;
        double seconds = 1;
        [[nodiscard]] double rate() const { return static_cast<double>(tally.count) / seconds; }
        [[nodiscard]] double average() const {
            return tally.measured == 0 ? 0 : static_cast<double>(tally.sum) / static_cast<double>(tally.measured);
        }
        [[nodiscard]] double max() const { return tally.measured == 0 ? 0 : static_cast<double>(tally.max); }
        [[nodiscard]] double min() const { return tally.measured == 0 ? 0 : static_cast<double>(tally.min); }
        // What part of the time the summed durations (ns) make up.
        [[nodiscard]] double ratio() const { return static_cast<double>(tally.sum) / 1e9 / seconds; }
    };
    [[nodiscard]] Recent recent(std::int64_t now_ns) const {
        Recent recent;
        recent.seconds = static_cast<double>(kWindowNs + now_ns % kWindowNs) / 1e9;
        const std::int64_t age = now_ns / kWindowNs - window_.load(std::memory_order_acquire);
        if (age <= 1) recent.tally.merge(current_.read());
        if (age <= 0) recent.tally.merge(previous_.read());
        return recent;
    }

  private:
    struct Sample {
        Counter count, measured, sum, min, max;
        Sample() { set(Tally()); }
        void set(const Tally& tally) {
            count.set(tally.count);
            measured.set(tally.measured);
            sum.set(tally.sum);
            min.set(tally.min);
            max.set(tally.max);
        }
        [[nodiscard]] Tally read() const {
            return {count.value(), measured.value(), sum.value(), min.value(), max.value()};
        }
        void merge(const Tally& tally) {
            Tally merged = read();
            merged.merge(tally);
            set(merged);
        }
    };

    void roll(std::int64_t window) {
        const std::int64_t last = window_.load(std::memory_order_relaxed);
        if (window == last) return;
        previous_.set(window == last + 1 ? current_.read() : Tally());
        current_.set(Tally());
        window_.store(window, std::memory_order_release);
    }

    Counter total_count_;
    Counter total_sum_;
    std::atomic<std::int64_t> window_{std::numeric_limits<std::int64_t>::min() / 2};
    Sample current_;
    Sample previous_;
};

}  // namespace matchpoint::streams
