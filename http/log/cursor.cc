#include "http/log/cursor.h"

#include <algorithm>

namespace matchpoint::http {
namespace {

const FramePtr& reset_frame() {
    // The empty id: a client cut off before the snapshot's first event must not come back with the id it had.
    static const FramePtr frame = std::make_shared<const Frame>("id: \nevent: reset\ndata: {}\n\n");
    return frame;
}

// Few keys can pass, and an index leads to them: a reader of one match does not look at the records of others.
bool indexed(const Log& log, const Filter& filter) {
    return (log.options().match_is_key && !filter.matches.empty()) ||
           (log.options().index_players && !filter.players.empty());
}

// Gathers the keys that an indexed filter can pass, from the more selective of its kinds.
void indexed_entries(const Log& log, const Filter& filter, std::vector<const Log::Entry*>& out) {
    out.clear();
    if (log.options().match_is_key && !filter.matches.empty()) {
        for (const std::string& match : filter.matches) {
            if (const Log::Entry* entry = log.find(match)) out.push_back(entry);
        }
    } else {
        for (const std::string& player : filter.players) log.entries_of_player(player, out);
    }
    std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->sequence < b->sequence; });
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

// Where a reader stands that is to get the last `replay` records of the matches it named, among all others in the ring.
Sequence before_last_of_matches(const Log& log, const Filter& filter, std::size_t replay) {
    std::vector<Sequence> tips;
    for (const std::string& match : filter.matches) {
        if (const Log::Entry* entry = log.find(match)) tips.push_back(entry->sequence);
    }
    Sequence position = log.head();
    for (; replay > 0 && !tips.empty(); --replay) {
        const auto latest = std::max_element(tips.begin(), tips.end());
        if (*latest < log.ring_begin()) break;
        position = *latest - 1;
        *latest = log.slot(*latest).previous;
    }
    return position;
}

}  // namespace

void Gathered::clear() {
    items.clear();
    covered = 0;
    more = false;
}

Cursor Cursor::fresh(const Log& log, std::size_t replay, const Filter& filter) {
    Cursor cursor(log);
    cursor.catch_up_ = std::make_unique<CatchUp>();
    cursor.catch_up_->until = log.head();
    cursor.catch_up_->latest_only = log.options().compacted;
    cursor.catch_up_->live_id = log.head_id();
    if (log.options().compacted) return cursor;
    if (log.options().match_is_key && !filter.matches.empty()) {
        cursor.position_ = before_last_of_matches(log, filter, replay);
    } else {
        const Sequence replayed = std::min<Sequence>(replay, log.head() + 1 - log.ring_begin());
        cursor.position_ = log.head() - replayed;
    }
    return cursor;
}

Cursor Cursor::restarted(const Log& log, std::size_t replay, const Filter& filter) {
    Cursor cursor = fresh(log, replay, filter);
    cursor.catch_up_->reset = true;
    return cursor;
}

std::optional<Cursor> Cursor::resume(const Log& log, const EventId& known, streams::Timestamp oldest,
                                     std::size_t replay, const Filter& filter) {
    const std::size_t partitions = log.end().size();
    if (known.offsets.size() > partitions) return restarted(log, replay, filter);
    OffsetVector offsets = known.offsets;
    offsets.resize(partitions, 0);

    bool in_ring = true;
    bool complete = true;
    bool deletions_known = !(known.made < oldest);
    Sequence first_new = log.head() + 1;
    Sequence last_known = 0;
    for (std::size_t p = 0; p < partitions; ++p) {
        if (offsets[p] > log.end()[p]) return std::nullopt;
        in_ring = in_ring && offsets[p] >= log.ring_offsets()[p];
        complete = complete && offsets[p] >= log.complete_from()[p];
        deletions_known = deletions_known && offsets[p] >= log.tombstone_floor()[p];
        first_new = std::min(first_new, log.first_at_or_after(p, offsets[p]).value_or(first_new));
        last_known = std::max(last_known, log.last_before(p, offsets[p]));
    }
    // A compacted topic has lost records, and in time deletions, before they could be read here.
    const bool whole = in_ring && (complete || !log.options().compacted);
    if (!whole && (!log.options().compacted || !deletions_known)) return restarted(log, replay, filter);

    Cursor cursor(log);
    cursor.position_ = in_ring ? first_new - 1 : 0;
    cursor.catch_up_ = std::make_unique<CatchUp>();
    CatchUp& catch_up = *cursor.catch_up_;
    catch_up.until = log.head();
    catch_up.latest_only = !in_ring;
    catch_up.deletions = true;
    catch_up.floor = log.tombstone_floor_sequence();
    catch_up.live_id = log.head_id();
    if (!in_ring || last_known >= first_new) catch_up.known = std::move(offsets);
    return cursor;
}

void Cursor::fall_behind(const Log& log) {
    if (!log.options().compacted) {
        // Nothing stands for what the ring has lost.
        position_ = log.ring_begin() - 1;
        ++conflations_;
        return;
    }
    auto catch_up = std::make_unique<CatchUp>();
    catch_up->until = log.head();
    catch_up->latest_only = true;
    catch_up->deletions = true;
    if (catch_up_ != nullptr) {
        catch_up->announce = catch_up_->announce;
        catch_up->reset = catch_up_->reset;
        catch_up->known = std::move(catch_up_->known);
        catch_up->live_id = log.head_id();
    } else {
        catch_up->announce = false;
    }
    catch_up_ = std::move(catch_up);
    ++conflations_;
}

// Of a topic that is not compacted the reader gets all that is here: it has been given none of it.
void Cursor::restart(const Log& log, const Filter& filter) {
    const std::uint32_t conflations = conflations_;
    *this = restarted(log, log.head(), filter);
    conflations_ = conflations;
}

void Cursor::collect(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) {
    out.clear();
    if (generation_ != log.generation()) restart(log, filter);
    const bool walking = catch_up_ != nullptr && catch_up_->latest_only;
    const bool by_index = indexed(log, filter);
    // Whoever reads by index finds each key's records by itself, wherever the ring begins.
    if (!walking && !by_index && !log.in_ring(position_)) fall_behind(log);
    if (catch_up_ != nullptr && catch_up_->latest_only && catch_up_->deletions &&
        position_ < log.tombstone_floor_sequence() && catch_up_->floor < log.tombstone_floor_sequence()) {
        // Deletions have been dropped that this reader has not seen.
        restart(log, filter);
    }
    if (catch_up_ != nullptr && catch_up_->reset) {
        out.items.push_back({reset_frame().get(), nullptr, reset_frame(), position_, Item::Kind::kReset});
    }
    if (catch_up_ != nullptr && catch_up_->latest_only) {
        by_index ? collect_indexed_latest(log, filter, limit, out) : collect_latest(log, filter, limit, out);
    } else {
        by_index ? collect_indexed_ring(log, filter, limit, out) : collect_ring(log, filter, limit, out);
    }
    if (out.more || catch_up_ == nullptr) return;
    const FramePtr live = catch_up_->announce ? frame_event("live", "{}", catch_up_->live_id) : nullptr;
    out.items.push_back({live.get(), nullptr, live, catch_up_->until, Item::Kind::kLive});
}

void Cursor::given(const Item& item) {
    position_ = std::max(position_, item.sequence);
    if (catch_up_ == nullptr) return;
    if (item.kind == Item::Kind::kReset) catch_up_->reset = false;
    if (item.kind == Item::Kind::kLive) catch_up_.reset();
}

bool Cursor::knows(const Record& record) const {
    if (catch_up_ == nullptr || catch_up_->known.empty()) return false;
    return record.offset().value() < catch_up_->known[static_cast<std::size_t>(record.partition().value())];
}

Passing Cursor::passing(const Filter& filter, const Log::Slot& slot) {
    if (filter.empty() || filter.passes(*slot.tags)) return Passing::kPasses;
    return slot.former != nullptr && filter.passes(*slot.former) ? Passing::kLeft : Passing::kHidden;
}

Passing Cursor::passing(const Filter& filter, const Log::Entry& entry) const {
    if (filter.empty() || filter.passes(*entry.tags)) return Passing::kPasses;
    if (catch_up_ != nullptr && !catch_up_->deletions && catch_up_->latest_only) return Passing::kHidden;
    const bool left =
        std::any_of(entry.past.begin(), entry.past.end(), [&](const TagsPtr& past) { return filter.passes(*past); });
    return left ? Passing::kLeft : Passing::kHidden;
}

bool Cursor::add(const Log& log, const RecordPtr& record, Passing passing, Sequence sequence, std::size_t limit,
                 Gathered& out) const {
    if (out.items.size() >= limit) {
        out.more = true;
        return false;
    }
    if (knows(*record) || passing == Passing::kHidden) return true;
    const bool left = passing == Passing::kLeft && !record->tombstone();
    Item item{&record->frame(), &record, nullptr, sequence, Item::Kind::kRecord};
    if (left) item.made = frame_left(*record, record->id());
    if (catch_up_ != nullptr && !catch_up_->known.empty()) {
        // Our id would tell less than what the reader knows.
        if (const auto own = decode_event_id(log.topic(), record->id())) {
            const std::string id = encode_event_id(log.topic(), join(catch_up_->known, own->offsets), own->made);
            item.made = left ? frame_left(*record, id) : frame_with_id(*record, id);
        }
    }
    if (item.made != nullptr) {
        item.frame = item.made.get();
        item.record = nullptr;
    }
    out.items.push_back(std::move(item));
    return true;
}

void Cursor::collect_latest(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const {
    const Sequence last = end(log);
    const Log::Entry* entry = log.changed_after(position_);
    for (; entry != nullptr && entry->sequence <= last; entry = log.next(*entry)) {
        if (!catch_up_->deletions && entry->record->tombstone()) continue;
        if (!add(log, entry->record, passing(filter, *entry), entry->sequence, limit, out)) return;
    }
    out.covered = last;
}

void Cursor::collect_indexed_latest(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const {
    const Sequence last = end(log);
    indexed_entries(log, filter, out.entries);
    for (const Log::Entry* entry : out.entries) {
        if (entry->sequence <= position_ || entry->sequence > last) continue;
        if (!catch_up_->deletions && entry->record->tombstone()) continue;
        if (!add(log, entry->record, passing(filter, *entry), entry->sequence, limit, out)) return;
    }
    out.covered = last;
}

void Cursor::collect_ring(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const {
    const Sequence last = end(log);
    for (Sequence sequence = position_ + 1; sequence <= last; ++sequence) {
        const Log::Slot& slot = log.slot(sequence);
        if (!add(log, slot.record, passing(filter, slot), sequence, limit, out)) return;
    }
    out.covered = last;
}

// Each key's records hang together from the latest back. Where the chain leaves the ring before it reaches the reader,
// the reader has fallen behind with this key and gets its latest.
void Cursor::collect_indexed_ring(const Log& log, const Filter& filter, std::size_t limit, Gathered& out) const {
    const Sequence last = end(log);
    indexed_entries(log, filter, out.entries);
    out.candidates.clear();
    for (const Log::Entry* entry : out.entries) {
        const std::size_t before = out.candidates.size();
        Sequence sequence = entry->sequence;
        while (sequence > position_ && sequence >= log.ring_begin()) {
            const Log::Slot& slot = log.slot(sequence);
            if (sequence <= last) out.candidates.push_back({sequence, &slot.record, passing(filter, slot)});
            sequence = slot.previous;
        }
        if (sequence <= position_) continue;
        out.candidates.resize(before);
        if (entry->sequence <= last)
            out.candidates.push_back({entry->sequence, &entry->record, passing(filter, *entry)});
    }
    std::sort(out.candidates.begin(), out.candidates.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    for (const auto& [sequence, record, passing] : out.candidates) {
        if (!add(log, *record, passing, sequence, limit, out)) return;
    }
    out.covered = last;
}

}  // namespace matchpoint::http
