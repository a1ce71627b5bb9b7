// Counts the operations of one store, and times one in 64 of each kind: a clock at every get would cost as much as the
// get. Task's thread only; the task publishes it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "processor/streams/base/sensor.h"

namespace matchpoint::streams {

enum class StoreOperation : std::uint8_t { kGet, kPut, kPutIfAbsent, kDelete, kAll, kRange, kPrefixScan };
inline constexpr std::size_t kStoreOperations = 7;
// As in the metrics' names.
inline constexpr std::array<std::string_view, kStoreOperations> kStoreOperationNames = {
    "get", "put", "put-if-absent", "delete", "all", "range", "prefix-scan"};

class StoreTally {
  public:
    // Counts, and measures its own lifetime if it is this one's turn.
    class Timed {
      public:
        Timed(StoreTally& store, StoreOperation operation)
            : tally_(store.tallies_[static_cast<std::size_t>(operation)]),
              measures_((store.seen_[static_cast<std::size_t>(operation)]++ & kSampleMask) == 0) {
            ++tally_.count;
            if (measures_) start_ = std::chrono::steady_clock::now();
        }
        ~Timed() {
            if (measures_) tally_.measure((std::chrono::steady_clock::now() - start_).count());
        }
        Timed(const Timed&) = delete;
        Timed& operator=(const Timed&) = delete;

      private:
        Tally& tally_;
        std::chrono::steady_clock::time_point start_;
        bool measures_;
    };

    [[nodiscard]] Tally& of(std::size_t operation) { return tallies_[operation]; }

  private:
    static constexpr std::uint32_t kSampleMask = 63;

    std::array<Tally, kStoreOperations> tallies_;
    std::array<std::uint32_t, kStoreOperations> seen_{};
};

}  // namespace matchpoint::streams
