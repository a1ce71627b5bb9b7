#include "http/log/log.h"

#include <algorithm>

namespace matchpoint::http {
namespace {

const TagsPtr& no_tags() {
    static const TagsPtr tags = std::make_shared<const Tags>();
    return tags;
}

// Only their own time tells records of two partitions apart.
bool superseded(const Record& record, const Record& latest) {
    return record.partition() != latest.partition() && record.timestamp() < latest.timestamp();
}

}  // namespace

Log::Log(std::string topic, std::size_t partitions, LogOptions options) : topic_(std::move(topic)), options_(options) {
    ensure_partitions(partitions);
}

void Log::ensure_partitions(std::size_t partitions) {
    if (partitions <= end_.size()) return;
    end_.resize(partitions, 0);
    ring_offsets_.resize(partitions, 0);
    tombstone_floor_.resize(partitions, 0);
    places_.resize(partitions);
}

void Log::restart() {
    ++generation_;
    changed_.clear();
    entries_.clear();
    by_player_.clear();
    tombstones_.clear();
    tombstone_keys_ = 0;
    ring_.clear();
    ring_bytes_ = 0;
    latest_bytes_ = 0;
    head_id_.clear();
    for (OffsetVector* offsets : {&end_, &ring_offsets_, &tombstone_floor_}) {
        std::fill(offsets->begin(), offsets->end(), 0);
    }
    for (auto& places : places_) places.clear();
}

bool Log::append(const RecordPtr& record) {
    auto found = entries_.find(std::string_view(record->key()));
    const bool known = found != entries_.end();
    if (known && options_.compacted && superseded(*record, *found->second.record)) {
        const auto partition = static_cast<std::size_t>(record->partition().value());
        ensure_partitions(partition + 1);
        end_[partition] = record->offset().value() + 1;
        head_id_ = record->id();
        return false;
    }
    ++head_;
    if (!known) found = entries_.try_emplace(record->key()).first;
    Entry& entry = found->second;
    const Sequence previous = entry.sequence;
    if (known) {
        changed_.erase(changed_.iterator_to(entry));
        if (entry.record->tombstone()) --tombstone_keys_;
    }
    update(entry, record);
    push(record, entry.tags, previous);
    if (record->tombstone()) {
        ++tombstone_keys_;
        tombstones_.emplace_back(head_, record->key());
        drop_old_tombstones();
    }
    return true;
}

// A tombstone says nothing of its record but the key: what the record before it said goes on.
void Log::update(Entry& entry, const RecordPtr& record) {
    const bool keep = record->tombstone() && entry.tags != nullptr;
    const TagsPtr& tags = keep ? entry.tags : (record->tags() ? record->tags() : no_tags());
    if (entry.record != nullptr) latest_bytes_ -= entry.record->memory();
    latest_bytes_ += record->memory();
    entry.record = record;
    entry.sequence = head_;
    changed_.push_back(entry);
    if (entry.tags == tags) return;
    if (entry.tags != nullptr && *entry.tags == *tags) return;
    if (entry.tags != nullptr) unindex(entry);
    entry.tags = tags;
    index(entry);
}

void Log::push(const RecordPtr& record, const TagsPtr& tags, Sequence previous) {
    const auto partition = static_cast<std::size_t>(record->partition().value());
    const std::int64_t offset = record->offset().value();
    ensure_partitions(partition + 1);
    end_[partition] = offset + 1;
    head_id_ = record->id();
    places_[partition].push_back({offset, head_});
    ring_.push_back({record, tags, previous});
    ring_bytes_ += record->memory();
    while (ring_.size() > options_.ring_records || (ring_bytes_ > options_.ring_bytes && ring_.size() > 1))
        drop_oldest();
}

void Log::drop_oldest() {
    const Sequence oldest = ring_begin();
    const Record& record = *ring_.front().record;
    const auto partition = static_cast<std::size_t>(record.partition().value());
    ring_offsets_[partition] = record.offset().value() + 1;
    places_[partition].pop_front();
    ring_bytes_ -= record.memory();
    if (!options_.compacted) {
        const auto found = entries_.find(std::string_view(record.key()));
        if (found != entries_.end() && found->second.sequence == oldest) erase(found->second);
    }
    ring_.pop_front();
}

void Log::drop_old_tombstones() {
    // One that is still in the ring stays, so that the chain of a key's records in the ring is never cut.
    while (tombstones_.size() > options_.tombstones && tombstones_.front().first < ring_begin()) {
        const auto [sequence, key] = std::move(tombstones_.front());
        tombstones_.pop_front();
        const auto found = entries_.find(std::string_view(key));
        if (found == entries_.end() || found->second.sequence != sequence) continue;
        const Record& record = *found->second.record;
        tombstone_floor_[static_cast<std::size_t>(record.partition().value())] = record.offset().value() + 1;
        tombstone_floor_sequence_ = sequence;
        erase(found->second);
    }
}

void Log::erase(Entry& entry) {
    const RecordPtr record = entry.record;
    latest_bytes_ -= record->memory();
    if (record->tombstone()) --tombstone_keys_;
    changed_.erase(changed_.iterator_to(entry));
    unindex(entry);
    entries_.erase(entries_.find(std::string_view(record->key())));
}

void Log::index(Entry& entry) {
    if (!options_.index_players) return;
    for (const std::string& player : entry.tags->players) by_player_[player].push_back(&entry);
}

void Log::unindex(Entry& entry) {
    if (!options_.index_players) return;
    for (const std::string& player : entry.tags->players) {
        const auto found = by_player_.find(player);
        if (found == by_player_.end()) continue;
        std::erase(found->second, &entry);
        if (found->second.empty()) by_player_.erase(found);
    }
}

const Log::Entry* Log::changed_after(Sequence position) const {
    const auto found = changed_.upper_bound(position);
    return found == changed_.end() ? nullptr : &*found;
}

const Log::Entry* Log::next(const Entry& entry) const {
    const auto found = std::next(changed_.iterator_to(entry));
    return found == changed_.end() ? nullptr : &*found;
}

const Log::Entry* Log::find(std::string_view key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
}

void Log::entries_of_player(const std::string& player, std::vector<const Entry*>& out) const {
    const auto found = by_player_.find(player);
    if (found != by_player_.end()) out.insert(out.end(), found->second.begin(), found->second.end());
}

std::optional<Sequence> Log::first_at_or_after(std::size_t partition, std::int64_t offset) const {
    const auto& places = places_[partition];
    const auto found = std::partition_point(places.begin(), places.end(),
                                            [offset](const Place& place) { return place.offset < offset; });
    if (found == places.end()) return std::nullopt;
    return found->sequence;
}

Sequence Log::last_before(std::size_t partition, std::int64_t offset) const {
    const auto& places = places_[partition];
    const auto found = std::partition_point(places.begin(), places.end(),
                                            [offset](const Place& place) { return place.offset < offset; });
    return found == places.begin() ? 0 : std::prev(found)->sequence;
}

}  // namespace matchpoint::http
