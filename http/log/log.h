// The mirror of one topic: the latest record of each key, ordered by last change, and a ring of the newest records.
// Records are numbered 1, 2, 3, … in the order they were appended; a reader is a number, "all up to here has been
// given". One shard's thread owns a Log; the records in it are shared by all.
//
//   sequence     1   2   3   4   5   6   7   8  = head()
//   key          a   b   c   a   d   b   a   a
//   ring                         [5   6   7   8]          every record, ring_begin() = 5
//   latest               c       d   b       a            each key once, where it last changed
//
// A new reader walks `latest`: c d b a. One that stands at 6 reads 7 and 8 from the ring. One that stands at 3 has
// fallen behind the ring and walks `latest` from there: d b a. Whatever changes during a walk moves to its end, so
// nothing is missed, and no key ever goes back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/intrusive/set.hpp>

#include "http/log/event_id.h"
#include "http/log/record.h"

namespace matchpoint::http {

using Sequence = std::uint64_t;

struct LogOptions {
    std::size_t ring_records = 65'536;
    std::size_t ring_bytes = 64U << 20U;
    std::size_t tombstones = 100'000;  // kept for readers that resume; the oldest go first
    // false: only what is in the ring is known, for topics that are not compacted.
    bool compacted = true;
    bool match_is_key = true;   // the key is the match id: a reader of one match finds its records by key
    bool index_players = true;  // who plays is part of the key's state: a reader of one player finds the keys by name
};

class Log {
  public:
    struct Entry : boost::intrusive::set_base_hook<> {
        RecordPtr record;           // the key's latest
        TagsPtr tags;               // never null; a tombstone keeps those of the record it deletes
        std::vector<TagsPtr> past;  // those it had before, of a compacted topic, the last few
        Sequence sequence = 0;
    };
    struct Slot {
        RecordPtr record;
        TagsPtr tags;
        TagsPtr former;         // those of the record before it, if they were others and the topic is compacted
        Sequence previous = 0;  // the record before it of the same key, 0 if none
    };

    Log(std::string topic, std::size_t partitions, LogOptions options);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // A tombstone of a key that is not known is kept too: a reader that resumes may know the key. False, and the record
    // only counts as read, if another partition holds a later one of its key: where a topic has grown, keys have moved,
    // and the partitions come in any order.
    bool append(const RecordPtr& record);

    // The topic has been made anew: everything is forgotten, and every cursor begins again.
    void restart();
    [[nodiscard]] std::uint32_t generation() const { return generation_; }
    // Per partition: no record before that offset will be appended, since it was not asked for or is gone.
    void begin_at(const OffsetVector& offsets);
    // Per partition: all before that offset has been read; what no record shows is a gap at the end.
    void read_to(const OffsetVector& offsets);
    // Topics grow, never shrink; what was not there yet counts as read up to 0.
    void ensure_partitions(std::size_t partitions);

    [[nodiscard]] const std::string& topic() const { return topic_; }
    [[nodiscard]] const LogOptions& options() const { return options_; }
    [[nodiscard]] Sequence head() const { return head_; }
    [[nodiscard]] Sequence ring_begin() const { return head_ + 1 - ring_.size(); }
    // `sequence` in [ring_begin(), head()].
    [[nodiscard]] const Slot& slot(Sequence sequence) const { return ring_[sequence - ring_begin()]; }
    // Everything after `position` is still in the ring.
    [[nodiscard]] bool in_ring(Sequence position) const { return position + 1 >= ring_begin(); }

    // The key that changed first after `position`; null if none did.
    [[nodiscard]] const Entry* changed_after(Sequence position) const;
    // The key that changed next after `entry`; null at the end.
    [[nodiscard]] const Entry* next(const Entry& entry) const;
    [[nodiscard]] const Entry* find(std::string_view key) const;
    // Appends the keys of which a record names that player, or a deletion may have; needs index_players.
    void entries_of_player(const std::string& player, std::vector<const Entry*>& out) const;
    [[nodiscard]] std::size_t keys() const { return entries_.size() - tombstone_keys_; }

    // The id of the position at the head; empty before the first record.
    [[nodiscard]] std::string head_id() const { return head_id_; }
    // Where Kafka will go on in each partition.
    [[nodiscard]] const OffsetVector& end() const { return end_; }
    // Per partition, the offset from which every record is in the ring.
    [[nodiscard]] const OffsetVector& ring_offsets() const { return ring_offsets_; }
    // Per partition, the offset from which no record that compaction removed can be missing here.
    [[nodiscard]] const OffsetVector& complete_from() const { return complete_from_; }
    // Per partition, the offset below which tombstones may have been dropped.
    [[nodiscard]] const OffsetVector& tombstone_floor() const { return tombstone_floor_; }
    // A walk from here on would miss deletions.
    [[nodiscard]] Sequence tombstone_floor_sequence() const { return tombstone_floor_sequence_; }
    // The number of the first record in the ring of `partition` at or after `offset`; nothing if there is none.
    [[nodiscard]] std::optional<Sequence> first_at_or_after(std::size_t partition, std::int64_t offset) const;
    // The number of the last record in the ring of `partition` before `offset`; 0 if there is none.
    [[nodiscard]] Sequence last_before(std::size_t partition, std::int64_t offset) const;

    // All that was in the topic at start has been appended.
    [[nodiscard]] bool caught_up() const { return caught_up_; }
    void set_caught_up() {
        caught_up_ = true;
        complete_from_ = end_;
    }

    [[nodiscard]] std::size_t ring_bytes() const { return ring_bytes_; }
    // Of each key's latest record, which may also be in the ring.
    [[nodiscard]] std::size_t latest_bytes() const { return latest_bytes_; }

  private:
    struct BySequence {
        using type = Sequence;
        const type& operator()(const Entry& entry) const { return entry.sequence; }
    };
    using Changed = boost::intrusive::set<Entry, boost::intrusive::key_of_value<BySequence>>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Place {
        std::int64_t offset;
        Sequence sequence;
    };
    using Index = std::unordered_map<std::string, std::vector<Entry*>>;

    // The tags before, if they were others.
    [[nodiscard]] TagsPtr update(Entry& entry, const RecordPtr& record);
    void push(const RecordPtr& record, const TagsPtr& tags, TagsPtr former, Sequence previous);
    void drop_oldest();
    void drop_old_tombstones();
    void erase(Entry& entry);
    void index(Entry& entry);
    void unindex(Entry& entry);

    const std::string topic_;
    const LogOptions options_;
    Sequence head_ = 0;
    std::deque<Slot> ring_;
    std::size_t ring_bytes_ = 0;
    std::size_t latest_bytes_ = 0;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
    Changed changed_;  // after entries_: it must go first
    Index by_player_;
    std::deque<std::pair<Sequence, std::string>> tombstones_;  // oldest first; some have been overwritten since
    std::size_t tombstone_keys_ = 0;
    std::string head_id_;
    OffsetVector end_;
    OffsetVector ring_offsets_;
    OffsetVector complete_from_;
    OffsetVector tombstone_floor_;
    Sequence tombstone_floor_sequence_ = 0;
    std::vector<std::deque<Place>> places_;  // by partition, what is in the ring
    bool caught_up_ = false;
    std::uint32_t generation_ = 0;
};

}  // namespace matchpoint::http
