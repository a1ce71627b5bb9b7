// The records of the benchmark: the shape of match-state, about 300 bytes, with the time of publishing inside, so that
// a receiver can tell latency, loss, doubling and damage from the bytes alone.
//
//   {"match":"m-00017","sport":"tennis","competition":"@<19 digits, ns>","status":"live","seq":3,"at":…, …}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace matchpoint::bench {

struct BenchRecord {
    std::uint32_t match = 0;  // below 100,000
    std::uint32_t seq = 0;    // 1, 2, 3, … within the match
    std::int64_t published_ns = 0;

    [[nodiscard]] std::string key() const;
    // Writes the JSON over `out`.
    void write(std::string& out) const;
};

// Takes the record that `text` begins with, and its bytes from `text`; nothing if it is damaged in any byte.
[[nodiscard]] std::optional<BenchRecord> take_record(std::string_view& text);

}  // namespace matchpoint::bench
