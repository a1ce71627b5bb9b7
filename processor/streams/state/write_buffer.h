// The writes of one transaction to one store: the last value or tombstone of each key, found by hash, scanned in order.
// One thread uses it; once it has stopped writing, a second may read entries() (given a happens-before between them).
//
// Costs: put and get are one probe of an open-addressing table. The ordered index is built by the first scan and then
// extended by each scan with the keys that came since, O(log n) each, so scanning once a record stays cheap; who never
// scans never pays. A value is overwritten where it lies when it fits, and where it grows its place grows by half, so a
// key that is overwritten all the time leaves a bounded trail. Only while a cursor lives are old versions kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "processor/streams/base/bytes.h"
#include "processor/streams/state/arena.h"
#include "processor/streams/state/scan.h"

namespace matchpoint::streams::state {

class WriteBuffer {
  public:
    enum class Kind : std::uint8_t { kPut, kErase };

    struct Version {
        BytesView value;             // empty for an erase
        std::uint32_t capacity = 0;  // bytes that the value's place in the arena can hold
        std::uint32_t written = 0;   // number of the write, counted in this buffer
        std::uint32_t older = 0;     // the version before, as index + 1 in history_; 0 is none
        Kind kind = Kind::kPut;
    };
    struct Entry {
        BytesView key;
        std::uint32_t hash = 0;
        Version newest;
    };
    class Cursor;

    WriteBuffer();
    WriteBuffer(const WriteBuffer&) = delete;
    WriteBuffer& operator=(const WriteBuffer&) = delete;

    // Key and value may point into this buffer.
    void put(BytesView key, BytesView value) { write(key, value, Kind::kPut); }
    void erase(BytesView key) { write(key, {}, Kind::kErase); }

    // nullptr: this transaction has not written the key. Holds until the next write.
    [[nodiscard]] const Entry* find(BytesView key) const;

    // One entry a key, in the order of the first write.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t size_bytes() const;

    // Forgets everything; keeps memory up to kKeptBytes a part. No cursor may live.
    void clear();
    static constexpr std::size_t kKeptBytes = 1U << 20U;

  private:
    struct ByKey {
        using is_transparent = void;
        const WriteBuffer* buffer;
        bool operator()(std::uint32_t left, std::uint32_t right) const;
        bool operator()(std::uint32_t left, BytesView right) const;
        bool operator()(BytesView left, std::uint32_t right) const;
    };
    using OrderedIndex = std::set<std::uint32_t, ByKey>;

    void write(BytesView key, BytesView value, Kind kind);
    void overwrite(Version& newest, BytesView value, Kind kind);
    void grow_table();
    // The slot that holds the key, or the free one where it belongs.
    [[nodiscard]] std::size_t slot_for(BytesView key, std::uint32_t hash) const;
    [[nodiscard]] const OrderedIndex& ordered();

    Arena arena_;
    std::vector<Entry> entries_;
    std::vector<std::uint64_t> slots_;  // linear probing, a power of two; hash << 32 | entry index + 1; 0 is free
    std::vector<Version> history_;
    OrderedIndex ordered_;  // of the first ordered_.size() entries
    std::uint32_t writes_ = 0;
    std::uint32_t live_cursors_ = 0;
};

// Walks the entries within a scan's bounds, tombstones included, as they were when it was made. Its views hold as long
// as it lives. For the thread that writes the buffer.
class WriteBuffer::Cursor {
  public:
    Cursor(WriteBuffer& buffer, const Scan& scan);
    ~Cursor();
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    [[nodiscard]] bool valid() const { return valid_; }
    [[nodiscard]] BytesView key() const { return key_; }
    [[nodiscard]] BytesView value() const { return value_; }
    [[nodiscard]] Kind kind() const { return kind_; }
    void next();

  private:
    bool step();    // false: it stood on the last entry
    void settle();  // on the entry it stands on, or the next one that it may see

    WriteBuffer& buffer_;
    const std::uint32_t as_of_;
    const Direction direction_;
    OrderedIndex::const_iterator position_;
    OrderedIndex::const_iterator stop_;  // the last entry to visit
    bool valid_ = false;
    BytesView key_;
    BytesView value_;
    Kind kind_ = Kind::kPut;
};

}  // namespace matchpoint::streams::state
