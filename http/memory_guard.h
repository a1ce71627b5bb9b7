// Is the process within the memory it may have? Asked of the kernel at most every 200 ms. Where it seems not to be,
// what the allocator keeps of memory that was freed goes back to the kernel first. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "processor/streams/base/clock.h"

namespace matchpoint::http {

class MemoryGuard {
  public:
    // 0: three quarters of what the machine, or the control group, has.
    MemoryGuard(std::uint64_t most_bytes, const streams::Clock& clock);
    [[nodiscard]] bool full() { return used() > most_; }
    // Resident bytes of this process.
    [[nodiscard]] std::uint64_t used();
    [[nodiscard]] std::uint64_t most() const { return most_; }

  private:
    const std::uint64_t most_;
    const streams::Clock& clock_;
    std::atomic<std::uint64_t> used_{0};
    std::atomic<std::int64_t> looked_ns_{0};
    std::atomic<std::int64_t> trimmed_ns_{0};
};

}  // namespace matchpoint::http
