// The memory of every RocksDB store of the process under one bound: one block cache, into which the write buffers are
// charged, and the few background threads. Make one, pass it to each TaskStorage. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>

namespace matchpoint::streams::state {

struct StoreMemoryOptions {
    std::size_t total_bytes = 256U << 20U;        // blocks, indexes, filters and write buffers together
    std::size_t write_buffer_bytes = 64U << 20U;  // the part of it that write buffers may take before they are flushed
    // Outside of total_bytes: what all restores under way may gather before they sort it into files.
    std::size_t restore_buffer_bytes = 64U << 20U;
    int flush_threads = 1;
    int compaction_threads = 1;
};

struct StoreMemoryUsage {
    std::size_t total_bytes = 0;         // all that is charged to the cache, write buffers included
    std::size_t pinned_bytes = 0;        // of that, what cannot be evicted now
    std::size_t write_buffer_bytes = 0;  // memtables, of that
};

class StoreMemory {
  public:
    explicit StoreMemory(StoreMemoryOptions options = {});
    ~StoreMemory();
    StoreMemory(const StoreMemory&) = delete;
    StoreMemory& operator=(const StoreMemory&) = delete;

    [[nodiscard]] const StoreMemoryOptions& options() const { return options_; }
    [[nodiscard]] StoreMemoryUsage usage() const;

    struct Impl;  // RocksDB's objects; for this folder
    [[nodiscard]] const Impl& impl() const { return *impl_; }

  private:
    StoreMemoryOptions options_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams::state
