// Latencies in buckets of 1.6 %: 64 to each power of two. One thread writes, any reads; relaxed.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace matchpoint::bench {

class Histogram {
  public:
    void add(std::int64_t ns) {
        const auto value = static_cast<std::uint64_t>(ns < 0 ? 0 : ns);
        bump(counts_[bucket_of(value)], 1);
        if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
    }
    void merge(const Histogram& other) {
        for (std::size_t i = 0; i < kBuckets; ++i) bump(counts_[i], other.counts_[i].load(std::memory_order_relaxed));
        const std::uint64_t max = other.max_.load(std::memory_order_relaxed);
        if (max > max_.load(std::memory_order_relaxed)) max_.store(max, std::memory_order_relaxed);
    }
    void clear() {
        for (auto& count : counts_) count.store(0, std::memory_order_relaxed);
        max_.store(0, std::memory_order_relaxed);
    }
    // The value below which that part of all lies, as the upper edge of its bucket; 0 of nothing.
    [[nodiscard]] std::uint64_t quantile(double part) const {
        std::uint64_t total = 0;
        for (const auto& count : counts_) total += count.load(std::memory_order_relaxed);
        const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(total));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < kBuckets; ++i) {
            seen += counts_[i].load(std::memory_order_relaxed);
            if (seen > wanted) return upper_edge(i);
        }
        return max();
    }
    [[nodiscard]] std::uint64_t max() const { return max_.load(std::memory_order_relaxed); }

  private:
    static constexpr std::size_t kSteps = 64;
    static constexpr std::size_t kBuckets = kSteps * 40;  // up to 2^45 ns, ten hours
    using Count = std::atomic<std::uint64_t>;

    static void bump(Count& count, std::uint64_t n) {
        count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    static std::size_t bucket_of(std::uint64_t value) {
        if (value < kSteps) return static_cast<std::size_t>(value);
        const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 7;  // 64 <= value >> shift < 128
        const std::size_t bucket = shift * kSteps + static_cast<std::size_t>(value >> shift);
        return bucket < kBuckets ? bucket : kBuckets - 1;
    }
    static std::uint64_t upper_edge(std::size_t bucket) {
        if (bucket < kSteps) return bucket;
        const std::size_t shift = bucket / kSteps - 1;
        return (static_cast<std::uint64_t>(bucket - shift * kSteps) + 1) << shift;
    }

    std::array<Count, kBuckets> counts_{};
    Count max_{0};
};

}  // namespace matchpoint::bench
