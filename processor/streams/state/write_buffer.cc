#include "processor/streams/state/write_buffer.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint32_t hash_of(BytesView key) {
    const std::size_t hash = std::hash<BytesView>{}(key);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

std::uint32_t entry_of(std::uint64_t slot) {
    return static_cast<std::uint32_t>(slot) - 1;
}

}  // namespace

bool WriteBuffer::ByKey::operator()(std::uint32_t left, std::uint32_t right) const {
    return buffer->entries_[left].key < buffer->entries_[right].key;
}
bool WriteBuffer::ByKey::operator()(std::uint32_t left, BytesView right) const {
    return buffer->entries_[left].key < right;
}
bool WriteBuffer::ByKey::operator()(BytesView left, std::uint32_t right) const {
    return left < buffer->entries_[right].key;
}

WriteBuffer::WriteBuffer() : slots_(kFirstSlots), ordered_(ByKey{this}) {}

std::size_t WriteBuffer::slot_for(BytesView key, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != 0) {
        const bool same_hash = static_cast<std::uint32_t>(slots_[slot] >> 32U) == hash;
        if (same_hash && entries_[entry_of(slots_[slot])].key == key) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

const WriteBuffer::Entry* WriteBuffer::find(BytesView key) const {
    if (entries_.empty()) return nullptr;
    const std::uint64_t slot = slots_[slot_for(key, hash_of(key))];
    return slot == 0 ? nullptr : &entries_[entry_of(slot)];
}

void WriteBuffer::write(BytesView key, BytesView value, Kind kind) {
    const std::uint32_t hash = hash_of(key);
    const std::size_t slot = slot_for(key, hash);
    if (slots_[slot] != 0) {
        overwrite(entries_[entry_of(slots_[slot])].newest, value, kind);
        return;
    }
    Entry entry;
    entry.key = arena_.copy(key);
    entry.hash = hash;
    entry.newest.value = arena_.copy(value);
    entry.newest.capacity = static_cast<std::uint32_t>(value.size());
    entry.newest.written = ++writes_;
    entry.newest.kind = kind;
    entries_.push_back(entry);
    slots_[slot] = (static_cast<std::uint64_t>(hash) << 32U) | entries_.size();
    if (entries_.size() * 3 > slots_.size() * 2) grow_table();
}

void WriteBuffer::overwrite(Version& newest, BytesView value, Kind kind) {
    if (live_cursors_ > 0) {
        // A cursor may stand on this version or come to it: leave it as it is, out of line.
        history_.push_back(newest);
        newest.older = static_cast<std::uint32_t>(history_.size());
        newest.capacity = 0;
    }
    newest.written = ++writes_;
    newest.kind = kind;
    if (value.size() <= newest.capacity) {
        char* place = const_cast<char*>(newest.value.data());
        if (!value.empty()) std::memmove(place, value.data(), value.size());  // it may lie in this very place
        newest.value = {place, value.size()};
        return;
    }
    const std::size_t capacity = std::max<std::size_t>(value.size(), newest.capacity + newest.capacity / 2);
    char* place = arena_.allocate(capacity);
    if (!value.empty()) std::memcpy(place, value.data(), value.size());
    newest.value = {place, value.size()};
    newest.capacity = static_cast<std::uint32_t>(capacity);
}

void WriteBuffer::grow_table() {
    std::vector<std::uint64_t> larger(slots_.size() * 2);
    const std::size_t mask = larger.size() - 1;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        std::size_t slot = entries_[i].hash & mask;
        while (larger[slot] != 0) slot = (slot + 1) & mask;
        larger[slot] = (static_cast<std::uint64_t>(entries_[i].hash) << 32U) | (i + 1);
    }
    slots_ = std::move(larger);
}

std::size_t WriteBuffer::size_bytes() const {
    return arena_.reserved() + entries_.capacity() * sizeof(Entry) + slots_.size() * sizeof(std::uint64_t) +
           history_.capacity() * sizeof(Version) + ordered_.size() * 48;  // about what a node takes
}

void WriteBuffer::clear() {
    ordered_.clear();
    entries_.clear();
    if (entries_.capacity() * sizeof(Entry) > kKeptBytes) entries_.shrink_to_fit();
    history_ = {};
    if (slots_.size() * sizeof(std::uint64_t) <= kKeptBytes) {
        std::fill(slots_.begin(), slots_.end(), 0);
    } else {
        slots_ = std::vector<std::uint64_t>(kFirstSlots);
    }
    arena_.clear(kKeptBytes);
    writes_ = 0;
}

const WriteBuffer::OrderedIndex& WriteBuffer::ordered() {
    for (std::size_t i = ordered_.size(); i < entries_.size(); ++i) ordered_.insert(static_cast<std::uint32_t>(i));
    return ordered_;
}

WriteBuffer::Cursor::Cursor(WriteBuffer& buffer, const Scan& scan)
    : buffer_(buffer), as_of_(buffer.writes_), direction_(scan.direction) {
    ++buffer_.live_cursors_;
    const OrderedIndex& index = buffer.ordered();
    const auto first = index.lower_bound(BytesView(scan.lower));
    const auto last = scan.upper ? index.lower_bound(BytesView(*scan.upper)) : index.end();
    valid_ = !scan.empty() && first != last;
    if (!valid_) return;
    position_ = direction_ == Direction::kForward ? first : std::prev(last);
    stop_ = direction_ == Direction::kForward ? std::prev(last) : first;
    settle();
}

WriteBuffer::Cursor::~Cursor() {
    --buffer_.live_cursors_;
}

bool WriteBuffer::Cursor::step() {
    if (position_ == stop_) return false;
    direction_ == Direction::kForward ? ++position_ : --position_;
    return true;
}

void WriteBuffer::Cursor::next() {
    valid_ = step();
    if (valid_) settle();
}

void WriteBuffer::Cursor::settle() {
    do {
        const Entry& entry = buffer_.entries_[*position_];
        const Version* version = &entry.newest;
        while (version != nullptr && version->written > as_of_) {
            version = version->older == 0 ? nullptr : &buffer_.history_[version->older - 1];
        }
        if (version != nullptr) {
            key_ = entry.key;
            value_ = version->value;
            kind_ = version->kind;
            return;
        }
        valid_ = step();  // a key that was first written after this cursor was made
    } while (valid_);
}

}  // namespace matchpoint::streams::state
