#include "processor/streams/state/record_cache.h"

#include <algorithm>
#include <utility>

#include "processor/streams/state/merging_iterator.h"

namespace matchpoint::streams::state {
namespace {

// The node, its place in the index and in the write buffer.
constexpr std::size_t kEntryOverheadBytes = 256;

}  // namespace

RecordCache::RecordCache(KeyValueStore& store, CacheBudget& budget, CacheListener& listener)
    : store_(store), budget_(budget), listener_(listener) {}

RecordCache::~RecordCache() {
    discard();
}

const WriteBuffer::Entry* RecordCache::held_back(BytesView key) const {
    if (const WriteBuffer::Entry* entry = dirty_->find(key)) return entry;
    return flushing_ ? flushing_->find(key) : nullptr;
}

bool RecordCache::get(BytesView key, Bytes& out) const {
    if (const WriteBuffer::Entry* entry = held_back(key)) {
        if (const auto found = index_.find(key); found != index_.end()) {
            nodes_.splice(nodes_.begin(), nodes_, found->second);
        }
        if (entry->newest.kind == WriteBuffer::Kind::kErase) return false;
        out.assign(entry->newest.value);
        return true;
    }
    if (const auto found = index_.find(key); found != index_.end()) {
        nodes_.splice(nodes_.begin(), nodes_, found->second);
        out.assign(found->second->value);
        return true;
    }
    if (!store_.get(key, out)) return false;
    Node& node = touch(key);
    node.value.assign(out);
    charge(node, out.size());
    // A read never writes: it makes room by dropping old entries that are clean, or else is not kept itself.
    while (budget_.exceeded() && !nodes_.back().dirty && nodes_.size() > 1) drop(std::prev(nodes_.end()));
    if (budget_.exceeded()) drop(nodes_.begin());
    return true;
}

KeyValueIteratorPtr RecordCache::over(KeyValueIteratorPtr store, const Scan& scan) const {
    auto layer = [](const std::shared_ptr<WriteBuffer>& buffer) {
        return buffer && !buffer->empty() ? buffer : nullptr;
    };
    return std::make_unique<MergingIterator>(layer(dirty_), layer(flushing_), std::move(store), scan);
}

KeyValueIteratorPtr RecordCache::range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return over(store_.range(from, to), Scan::inclusive(from, to, Direction::kForward));
}

KeyValueIteratorPtr RecordCache::reverse_range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return over(store_.reverse_range(from, to), Scan::inclusive(from, to, Direction::kReverse));
}

KeyValueIteratorPtr RecordCache::prefix_scan(BytesView prefix) const {
    return over(store_.prefix_scan(prefix), Scan::prefix(prefix));
}

void RecordCache::put(BytesView key, BytesView value) {
    write(key, value);
}

void RecordCache::erase(BytesView key) {
    write(key, std::nullopt);
}

void RecordCache::write(BytesView key, std::optional<BytesView> value) {
    value ? dirty_->put(key, *value) : dirty_->erase(key);
    Node& node = touch(key);
    node.value.clear();
    node.dirty = true;
    listener_.capture(node.context);
    charge(node, value ? value->size() : 0);
    make_room();
}

RecordCache::Node& RecordCache::touch(BytesView key) const {
    if (const auto found = index_.find(key); found != index_.end()) {
        nodes_.splice(nodes_.begin(), nodes_, found->second);
        return *found->second;
    }
    nodes_.emplace_front().key.assign(key);
    index_.emplace(nodes_.front().key, nodes_.begin());
    return nodes_.front();
}

void RecordCache::charge(Node& node, std::size_t value_bytes) const {
    budget_.subtract(node.charged);
    node.charged = kEntryOverheadBytes + node.key.size() + value_bytes;
    for (const Header& header : node.context.headers) {
        node.charged += header.name.size() + (header.value ? header.value->size() : 0);
    }
    budget_.add(node.charged);
}

void RecordCache::drop(Nodes::iterator node) const {
    budget_.subtract(node->charged);
    index_.erase(node->key);
    nodes_.erase(node);
}

void RecordCache::make_room() {
    while (budget_.exceeded() && !nodes_.empty()) {
        const auto eldest = std::prev(nodes_.end());
        if (eldest->dirty) {
            if (flushing_) {
                flush_again_ = true;  // a write from within forward(); the flush under way goes on first
                return;
            }
            flush_from(eldest->key);
        }
        // Flushed, it is clean now, or gone if it was an erase; unless a write from downstream came in between.
        if (nodes_.empty() || nodes_.back().dirty) continue;
        drop(std::prev(nodes_.end()));
    }
}

void RecordCache::flush() {
    if (flushing_) {
        flush_again_ = true;
        return;
    }
    do {
        flush_from(std::nullopt);
    } while (!dirty_->empty());
}

// What is written to this store meanwhile, from downstream, goes to a buffer of its own and is flushed afterwards.
void RecordCache::flush_from(std::optional<Bytes> first) {
    do {
        flush_again_ = false;
        if (dirty_->empty()) return;
        const std::vector<Outgoing> outgoing = collect(first);
        for (const Outgoing& each : outgoing) send(each);
        listener_.assume(nullptr);
        flushing_.reset();
        first.reset();
    } while (flush_again_);
}

// In order: `first`, then by last update. Their nodes are clean from here.
std::vector<RecordCache::Outgoing> RecordCache::collect(const std::optional<Bytes>& first) {
    flushing_ = std::exchange(dirty_, std::make_shared<WriteBuffer>());
    std::vector<Outgoing> outgoing;
    outgoing.reserve(flushing_->size());
    for (const WriteBuffer::Entry& entry : flushing_->entries()) {
        const auto node = index_.at(entry.key);
        outgoing.push_back({&entry, std::move(node->context)});
        if (entry.newest.kind == WriteBuffer::Kind::kErase) {
            drop(node);
        } else {
            node->dirty = false;
            node->value.assign(entry.newest.value);
        }
    }
    std::sort(outgoing.begin(), outgoing.end(), [&first](const Outgoing& left, const Outgoing& right) {
        const bool left_first = first && left.entry->key == *first;
        const bool right_first = first && right.entry->key == *first;
        if (left_first != right_first) return left_first;
        return left.entry->newest.written < right.entry->newest.written;
    });
    return outgoing;
}

void RecordCache::send(const Outgoing& outgoing) {
    const WriteBuffer::Entry& entry = *outgoing.entry;
    const bool erased = entry.newest.kind == WriteBuffer::Kind::kErase;
    std::optional<Bytes> old_value;
    if (erased || listener_.wants_old_values()) old_value = store_.find(entry.key);
    // Came and went between two flushes: nobody downstream has ever heard of it.
    if (erased && !old_value) return;
    listener_.assume(&outgoing.context);
    CachedChange change{entry.key, std::nullopt, std::nullopt};
    if (erased) {
        store_.erase(entry.key);
    } else {
        store_.put(entry.key, entry.newest.value);
        change.value = entry.newest.value;
    }
    if (old_value && listener_.wants_old_values()) change.old_value = *old_value;
    listener_.forward(change);
}

void RecordCache::discard() {
    for (const Node& node : nodes_) budget_.subtract(node.charged);
    index_.clear();
    nodes_.clear();
    dirty_ = std::make_shared<WriteBuffer>();
    flushing_.reset();
    flush_again_ = false;
}

}  // namespace matchpoint::streams::state
