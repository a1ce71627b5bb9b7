#include "http/memory_guard.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

namespace matchpoint::http {
namespace {

constexpr std::int64_t kLookEveryNs = 200'000'000;
constexpr std::int64_t kTrimEveryNs = 2'000'000'000;  // it goes through the whole heap

std::uint64_t page_bytes() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// "max" and files that are not there are no limit.
std::uint64_t number_in(const char* file) {
    std::uint64_t number = 0;
    return std::ifstream(file) >> number ? number : std::numeric_limits<std::uint64_t>::max();
}

std::uint64_t available() {
    const std::uint64_t machine = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * page_bytes();
    return std::min(
        {machine, number_in("/sys/fs/cgroup/memory.max"), number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

std::uint64_t resident() {
    std::uint64_t size = 0;
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> size >> pages;
    return pages * page_bytes();
}

}  // namespace

MemoryGuard::MemoryGuard(std::uint64_t most_bytes, const streams::Clock& clock)
    : most_(most_bytes > 0 ? most_bytes : available() / 4 * 3), clock_(clock) {}

std::uint64_t MemoryGuard::used() {
    const std::int64_t now_ns = clock_.monotonic_ns();
    std::int64_t looked_ns = looked_ns_.load();
    if ((looked_ns == 0 || now_ns - looked_ns > kLookEveryNs) &&
        looked_ns_.compare_exchange_strong(looked_ns, now_ns)) {
        const std::int64_t trimmed_ns = trimmed_ns_.load();
        if (resident() > most_ && (trimmed_ns == 0 || now_ns - trimmed_ns > kTrimEveryNs)) {
            trimmed_ns_.store(now_ns);
            ::malloc_trim(0);
        }
        used_.store(resident());
    }
    return used_.load();
}

}  // namespace matchpoint::http
