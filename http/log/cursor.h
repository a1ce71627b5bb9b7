// A reader's place in a Log, and what it is to be given next. Its memory does not grow with what waits: what a slow
// reader misses is found again in the log when it can take more. Belongs to the log's thread.
//
//    start --> catching up --(all up to the head of then has been given: event "live")--> live
//                  ^                                                                       |
//                  +------- fell behind the ring: the latest of each key from here on -----+
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/log/filter.h"
#include "http/log/log.h"

namespace matchpoint::http {

// One event to be written. The pointers are good until the log changes.
struct Item {
    enum class Kind : std::uint8_t { kRecord, kReset, kLive };
    const Frame* frame = nullptr;
    const RecordPtr* record = nullptr;  // where the frame is a record's own
    FramePtr made;                      // where it was made for this reader
    Sequence sequence = 0;
    Kind kind = Kind::kRecord;

    // Keeps the frame alive when the log goes on.
    [[nodiscard]] FramePtr share() const { return record != nullptr ? FramePtr(*record, frame) : made; }
};

// What a reader's filter says of a record. One that has left: the record before it passed, this one does not.
enum class Passing : std::uint8_t { kHidden, kPasses, kLeft };

// What collect() found; reused from call to call.
struct Gathered {
    std::vector<Item> items;
    Sequence covered = 0;  // once all items are given, all up to here has been
    bool more = false;     // the limit was reached
    // Room to work in.
    std::vector<const Log::Entry*> entries;
    struct Candidate {
        Sequence sequence;
        const RecordPtr* record;
        Passing passing;
    };
    std::vector<Candidate> candidates;
    void clear();
};

class Cursor {
  public:
    // A new reader: of a compacted topic each key's latest, of another the last `replay` records, or of the matches
    // that the filter names their last `replay`; then live.
    [[nodiscard]] static Cursor fresh(const Log& log, std::size_t replay, const Filter& filter = {});
    // As fresh(), after telling a reader that was here before to forget what it has.
    [[nodiscard]] static Cursor restarted(const Log& log, std::size_t replay, const Filter& filter = {});
    // A reader that knows all before `known`. Nothing if the log is not as far as the reader yet. One whose place is no
    // longer known is restarted; `oldest` is the age from which tombstones may be missing.
    [[nodiscard]] static std::optional<Cursor> resume(const Log& log, const EventId& known, streams::Timestamp oldest,
                                                      std::size_t replay, const Filter& filter = {});

    // Finds at most `limit` events that come next. The same call again finds the same, until given() or cover().
    void collect(const Log& log, const Filter& filter, std::size_t limit, Gathered& out);
    // The reader has been given all items up to and including this one, in order.
    void given(const Item& item);
    // It has been given all items of that collection.
    void cover(Sequence covered) { position_ = std::max(position_, covered); }

    [[nodiscard]] Sequence position() const { return position_; }
    [[nodiscard]] bool live() const { return catch_up_ == nullptr; }
    // How often this reader fell behind the ring and was given the latest instead of all.
    [[nodiscard]] std::uint32_t conflations() const { return conflations_; }

  private:
    struct CatchUp {
        Sequence until = 0;        // the head when it began
        bool latest_only = false;  // walk the keys, not the ring
        bool deletions = false;    // the reader may hold what has been deleted since
        bool reset = false;        // to be told first
        bool announce = true;      // tell when it is through
        Sequence floor = 0;        // tombstones dropped up to here are known not to matter
        OffsetVector known;        // what the reader has beyond our order; empty if nothing
        std::string live_id;
    };

    explicit Cursor(const Log& log) : generation_(log.generation()) {}
    void restart(const Log& log, const Filter& filter);
    void fall_behind(const Log& log);
    void collect_latest(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const;
    void collect_indexed_latest(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const;
    void collect_ring(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const;
    void collect_indexed_ring(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const;
    // Adds the record unless the reader has it or its filter hides it; false if there is no room.
    bool add(const Log& log, const RecordPtr& record, Passing passing, Sequence sequence, std::size_t limit,
             Gathered& out) const;
    // Of a record in the ring, and of a key's latest, which stands for all that the key was since the reader's place.
    [[nodiscard]] static Passing passing(const Filter& filter, const Log::Slot& slot);
    [[nodiscard]] Passing passing(const Filter& filter, const Log::Entry& entry) const;
    [[nodiscard]] bool knows(const Record& record) const;
    [[nodiscard]] Sequence end(const Log& log) const { return catch_up_ ? catch_up_->until : log.head(); }

    Sequence position_ = 0;
    std::unique_ptr<CatchUp> catch_up_;
    std::uint32_t conflations_ = 0;
    std::uint32_t generation_ = 0;  // of the log it was made for
};

}  // namespace matchpoint::http
