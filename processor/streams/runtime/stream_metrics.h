// What a stream thread counts. Written by that thread with relaxed stores, read by any other: no lock and no shared
// cache line on the record path.
#pragma once

#include <atomic>
#include <cstdint>

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

struct alignas(64) StreamMetrics {
    Counter poll_records;
    Counter process_records;
    Counter process_ns;
    Counter dropped_records;
    Counter commits;
    Counter commit_ns;
    Counter punctuations;
    Counter restored_records;
    Counter tasks_created;
    Counter tasks_closed;
    Counter failures;  // transactions given up
    Counter running_tasks;
    Counter restoring_tasks;
};

}  // namespace matchpoint::streams
