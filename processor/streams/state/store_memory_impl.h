// RocksDB's side of StoreMemory. Only for this folder's .cc files.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/write_buffer_manager.h>

#include <atomic>
#include <memory>

#include "processor/streams/state/memtable_arbiter.h"
#include "processor/streams/state/store_memory.h"

namespace matchpoint::streams::state {

struct StoreMemory::Impl {
    std::shared_ptr<rocksdb::Cache> cache;
    std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
    std::unique_ptr<MemtableArbiter> arbiter;
    mutable std::atomic<std::size_t> restores = 0;  // under way, which share the restore buffer
    rocksdb::Env* env = nullptr;                    // RocksDB's process-wide one
};

}  // namespace matchpoint::streams::state
