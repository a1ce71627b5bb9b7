// The writes of one transaction to one store: the last value or tombstone of each key, found by hash, scanned in order.
// One thread writes; once nobody writes any more, any number of threads may read. Hand it over with a happens-before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "processor/streams/base/bytes.h"
#include "processor/streams/state/arena.h"

namespace matchpoint::streams::state {

class WriteBuffer {
  public:
    enum class Kind : std::uint8_t { kPut, kErase };
    struct Entry {
        BytesView key;
        BytesView value;  // empty for an erase
        std::uint32_t hash = 0;
        std::uint32_t capacity = 0;  // bytes that the value's place in the arena can hold
        Kind kind = Kind::kPut;
    };
    using SortedView = std::shared_ptr<const std::vector<Entry>>;

    void put(BytesView key, BytesView value) { write(key, value, Kind::kPut); }
    void erase(BytesView key) { write(key, {}, Kind::kErase); }

    // nullptr: this transaction has not written the key. The pointer holds until the next write.
    [[nodiscard]] const Entry* find(BytesView key) const;

    // One entry a key, in the order of the first write.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t size_bytes() const;

    // The entries by key, as they are now; later writes do not change it, but clear() ends it. O(n log n) for the first
    // call after a write that added keys, O(n) after one that only overwrote, O(1) after none. Only for the thread
    // that writes, or under a lock, since it is cached.
    [[nodiscard]] SortedView sorted();

    // Forgets everything; keeps the memory up to `kKeptBytes`.
    void clear();
    static constexpr std::size_t kKeptBytes = 1U << 20U;

  private:
    void write(BytesView key, BytesView value, Kind kind);
    void overwrite(Entry& entry, BytesView value, Kind kind);
    void grow();
    [[nodiscard]] std::size_t slot_for(BytesView key, std::uint32_t hash) const;

    Arena arena_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> slots_;  // open addressing, linear probing, power of two; entry index + 1, 0 is free
    SortedView sorted_;
    std::size_t sorted_keys_ = 0;  // how many of entries_ the last view held; SIZE_MAX-free: 0 is none
    bool sorted_stale_ = false;
};

}  // namespace matchpoint::streams::state
