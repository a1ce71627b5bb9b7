#include "http/log/log.h"

#include <algorithm>
#include <utility>

namespace matchpoint::http {
namespace {

const TagsPtr& no_tags() {
    static const TagsPtr tags = std::make_shared<const Tags>();
    return tags;
}

// Only their own time tells records of two partitions apart, and where it is the same, what they say themselves.
bool superseded(const Record& record, const Record& latest) {
    if (record.partition() == latest.partition()) return false;
    if (record.timestamp() != latest.timestamp()) return record.timestamp() < latest.timestamp();
    return record.version() < latest.version();
}

constexpr std::size_t kMostPast = 8;  // tags that a key had

// Under which names a reader of players finds the entry: of all that it was, and of nobody where that is not known.
std::vector<std::string_view> names_of(const Log::Entry& entry) {
    std::vector<std::string_view> names;
    const auto add = [&names](const Tags& tags) {
        if (tags.key_only && tags.players.empty()) names.emplace_back();
        names.insert(names.end(), tags.players.begin(), tags.players.end());
    };
    add(*entry.tags);
    for (const TagsPtr& past : entry.past) add(*past);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

Log::Log(std::string topic, std::size_t partitions, LogOptions options) : topic_(std::move(topic)), options_(options) {
    ensure_partitions(partitions);
}

void Log::ensure_partitions(std::size_t partitions) {
    if (partitions <= end_.size()) return;
    end_.resize(partitions, 0);
    ring_offsets_.resize(partitions, 0);
    complete_from_.resize(partitions, 0);
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
    for (OffsetVector* offsets : {&end_, &ring_offsets_, &complete_from_, &tombstone_floor_}) {
        std::fill(offsets->begin(), offsets->end(), 0);
    }
    for (auto& places : places_) places.clear();
}

void Log::begin_at(const OffsetVector& offsets) {
    ensure_partitions(offsets.size());
    for (std::size_t p = 0; p < offsets.size(); ++p) ring_offsets_[p] = std::max(ring_offsets_[p], offsets[p]);
    read_to(offsets);
}

void Log::read_to(const OffsetVector& offsets) {
    ensure_partitions(offsets.size());
    for (std::size_t p = 0; p < offsets.size(); ++p) end_[p] = std::max(end_[p], offsets[p]);
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
    TagsPtr former = update(entry, record);
    push(record, entry.tags, std::move(former), previous);
    if (record->tombstone()) {
        ++tombstone_keys_;
        tombstones_.emplace_back(head_, record->key());
        drop_old_tombstones();
    }
    return true;
}

// A tombstone says nothing of its record but the key: what the record before it said goes on.
TagsPtr Log::update(Entry& entry, const RecordPtr& record) {
    const bool keep = record->tombstone() && entry.tags != nullptr;
    const TagsPtr& tags = keep ? entry.tags : (record->tags() ? record->tags() : no_tags());
    if (entry.record != nullptr) latest_bytes_ -= entry.record->memory();
    latest_bytes_ += record->memory();
    entry.record = record;
    entry.sequence = head_;
    changed_.push_back(entry);
    if (entry.tags == tags) return nullptr;
    if (entry.tags != nullptr && *entry.tags == *tags) return nullptr;
    if (entry.tags != nullptr) unindex(entry);
    TagsPtr former = std::exchange(entry.tags, tags);
    if (!options_.compacted || (former != nullptr && former->key_only)) former = nullptr;
    if (former != nullptr) {
        std::erase_if(entry.past, [&](const TagsPtr& past) { return *past == *former || *past == *tags; });
        if (entry.past.size() == kMostPast) entry.past.erase(entry.past.begin());
        entry.past.push_back(former);
    }
    index(entry);
    return former;
}

void Log::push(const RecordPtr& record, const TagsPtr& tags, TagsPtr former, Sequence previous) {
    const auto partition = static_cast<std::size_t>(record->partition().value());
    const std::int64_t offset = record->offset().value();
    ensure_partitions(partition + 1);
    end_[partition] = offset + 1;
    head_id_ = record->id();
    places_[partition].push_back({offset, head_});
    ring_.push_back({record, tags, std::move(former), previous});
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
    for (const std::string_view name : names_of(entry)) by_player_[std::string(name)].push_back(&entry);
}

void Log::unindex(Entry& entry) {
    if (!options_.index_players) return;
    for (const std::string_view name : names_of(entry)) {
        const auto found = by_player_.find(std::string(name));
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
    for (const std::string& name : {player, std::string()}) {
        const auto found = by_player_.find(name);
        if (found != by_player_.end()) out.insert(out.end(), found->second.begin(), found->second.end());
    }
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
