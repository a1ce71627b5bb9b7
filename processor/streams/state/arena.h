// Bytes that live until the arena is cleared, in chunks that never move. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams::state {

class Arena {
  public:
    static constexpr std::size_t kFirstChunk = 4U << 10U;
    static constexpr std::size_t kLargestChunk = 256U << 10U;

    // Uninitialised, no alignment. Never null, also for 0 bytes.
    [[nodiscard]] char* allocate(std::size_t bytes);
    [[nodiscard]] BytesView copy(BytesView bytes);
    // Bytes of all chunks.
    [[nodiscard]] std::size_t reserved() const { return reserved_; }
    // Every view ends. Keeps chunks up to `kept_bytes` for what comes.
    void clear(std::size_t kept_bytes);

  private:
    struct Chunk {
        std::unique_ptr<char[]> data;
        std::size_t size = 0;
    };
    void next_chunk(std::size_t at_least);

    std::vector<Chunk> chunks_;
    std::size_t active_ = 0;  // index of the chunk that `cursor_` is in
    char* cursor_ = nullptr;
    char* end_ = nullptr;
    std::size_t reserved_ = 0;
};

}  // namespace matchpoint::streams::state
