#include "processor/streams/state/arena.h"

#include <algorithm>
#include <cstring>

namespace matchpoint::streams::state {

char* Arena::allocate(std::size_t bytes) {
    if (cursor_ == nullptr || static_cast<std::size_t>(end_ - cursor_) < bytes) next_chunk(bytes);
    char* place = cursor_;
    cursor_ += bytes;
    return place;
}

BytesView Arena::copy(BytesView bytes) {
    char* place = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    return {place, bytes.size()};
}

void Arena::next_chunk(std::size_t at_least) {
    // Kept chunks first; one too small for this request is passed over until the next clear().
    std::size_t next = cursor_ == nullptr ? 0 : active_ + 1;
    while (next < chunks_.size() && chunks_[next].size < at_least) ++next;
    if (next >= chunks_.size()) {
        const std::size_t doubled = chunks_.empty() ? kFirstChunk : chunks_.back().size * 2;
        const std::size_t size = std::max(std::min(doubled, kLargestChunk), at_least);
        chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
        reserved_ += size;
        next = chunks_.size() - 1;
    }
    active_ = next;
    cursor_ = chunks_[next].data.get();
    end_ = cursor_ + chunks_[next].size;
}

void Arena::clear(std::size_t kept_bytes) {
    while (reserved_ > kept_bytes) {
        reserved_ -= chunks_.back().size;
        chunks_.pop_back();
    }
    cursor_ = nullptr;
    end_ = nullptr;
    active_ = 0;
}

}  // namespace matchpoint::streams::state
