#include "processor/streams/state/store_memory.h"

#include "processor/streams/state/store_memory_impl.h"

namespace matchpoint::streams::state {
namespace {

// Each shard is bounded on its own; few of them, so that a small cache is not cut into useless pieces.
constexpr int kCacheShardBits = 2;
// Share of the cache in which indexes and filters outlive data blocks.
constexpr double kHighPriorityShare = 0.3;

}  // namespace

StoreMemory::StoreMemory(StoreMemoryOptions options) : options_(options), impl_(std::make_unique<Impl>()) {
    rocksdb::LRUCacheOptions cache;
    cache.capacity = options_.total_bytes;
    cache.num_shard_bits = kCacheShardBits;
    cache.high_pri_pool_ratio = kHighPriorityShare;
    cache.strict_capacity_limit = false;  // a read never fails for want of cache; pinned blocks may exceed it briefly
    impl_->cache = rocksdb::NewLRUCache(cache);
    impl_->write_buffers =
        std::make_shared<rocksdb::WriteBufferManager>(options_.write_buffer_bytes, impl_->cache, /*allow_stall=*/false);
    impl_->arbiter = std::make_unique<MemtableArbiter>(impl_->write_buffers, options_.write_buffer_bytes);
    impl_->env = rocksdb::Env::Default();
    impl_->env->SetBackgroundThreads(options_.flush_threads, rocksdb::Env::Priority::HIGH);
    impl_->env->SetBackgroundThreads(options_.compaction_threads, rocksdb::Env::Priority::LOW);
}

StoreMemory::~StoreMemory() = default;

StoreMemoryUsage StoreMemory::usage() const {
    return {.total_bytes = impl_->cache->GetUsage(),
            .pinned_bytes = impl_->cache->GetPinnedUsage(),
            .write_buffer_bytes = impl_->write_buffers->memory_usage()};
}

}  // namespace matchpoint::streams::state
