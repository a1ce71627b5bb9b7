#include "processor/streams/state/in_memory_backend.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

class InMemoryBackend::Iterator final : public KeyValueIterator {
  public:
    Iterator(std::shared_ptr<const InMemoryBackend> backend, Scan scan)
        : backend_(std::move(backend)), scan_(std::move(scan)) {
        refill();
    }
    [[nodiscard]] bool valid() const override { return index_ < filled_; }
    [[nodiscard]] BytesView key() const override { return chunk_[index_].first; }
    [[nodiscard]] BytesView value() const override { return chunk_[index_].second; }
    void next() override {
        if (++index_ == filled_) refill();
    }

  private:
    static constexpr std::size_t kFirstChunk = 8;
    static constexpr std::size_t kLargestChunk = 256;

    void refill();
    void copy(const Bytes& key, const Bytes& value);

    std::shared_ptr<const InMemoryBackend> backend_;
    Scan scan_;  // shrinks to what is still to come
    std::vector<std::pair<Bytes, Bytes>> chunk_;
    std::size_t wanted_ = kFirstChunk;
    std::size_t filled_ = 0;
    std::size_t index_ = 0;
    bool finished_ = false;
};

void InMemoryBackend::Iterator::copy(const Bytes& key, const Bytes& value) {
    if (filled_ == chunk_.size()) chunk_.emplace_back();
    chunk_[filled_].first.assign(key);  // into the strings of the chunk before
    chunk_[filled_].second.assign(value);
    ++filled_;
}

void InMemoryBackend::Iterator::refill() {
    filled_ = 0;
    index_ = 0;
    if (finished_ || scan_.empty()) return;
    {
        const std::shared_lock lock(backend_->mutex_);
        const auto& entries = backend_->entries_;
        auto first = entries.lower_bound(BytesView(scan_.lower));
        auto last = scan_.upper ? entries.lower_bound(BytesView(*scan_.upper)) : entries.end();
        while (first != last && filled_ < wanted_) {
            const auto at = scan_.direction == Direction::kForward ? first++ : --last;
            copy(at->first, at->second);
        }
        finished_ = first == last;
    }
    if (finished_) return;
    const Bytes& reached = chunk_[filled_ - 1].first;
    if (scan_.direction == Direction::kForward) {
        scan_.lower.assign(reached).push_back('\0');
    } else {
        scan_.upper = reached;
    }
    wanted_ = std::min(wanted_ * 2, kLargestChunk);
}

bool InMemoryBackend::get(BytesView key, Bytes& out) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    out.assign(found->second);
    return true;
}

KeyValueIteratorPtr InMemoryBackend::scan(const Scan& scan) const {
    return std::make_unique<Iterator>(shared_from_this(), scan);
}

std::uint64_t InMemoryBackend::approximate_num_entries() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
}

void InMemoryBackend::absorb(const WriteBuffer& committed) {
    const std::unique_lock lock(mutex_);
    for (const WriteBuffer::Entry& entry : committed.entries()) {
        const auto found = entries_.lower_bound(entry.key);
        const bool there = found != entries_.end() && found->first == entry.key;
        if (entry.newest.kind == WriteBuffer::Kind::kErase) {
            if (there) entries_.erase(found);
        } else if (there) {
            found->second.assign(entry.newest.value);
        } else {
            entries_.emplace_hint(found, entry.key, entry.newest.value);
        }
    }
}

void InMemoryBackend::clear() {
    const std::unique_lock lock(mutex_);
    entries_.clear();
}

}  // namespace matchpoint::streams::state
