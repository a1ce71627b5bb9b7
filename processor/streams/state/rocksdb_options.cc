#include "processor/streams/state/rocksdb_options.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "processor/streams/state/store_memory_impl.h"

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kMiB = 1U << 20U;
constexpr std::size_t kMemtableBytes = 16 * kMiB;  // at most; the shared bound usually flushes sooner
constexpr std::size_t kArenaBlockBytes = 64U << 10U;
constexpr std::size_t kMostWalBytes = 32 * kMiB;
constexpr std::size_t kSyncBytes = kMiB;
constexpr int kOpenFiles = 64;
constexpr int kBloomBitsPerKey = 10;

rocksdb::BlockBasedTableOptions table_options(const StoreMemory& memory) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = memory.impl().cache;
    table.cache_index_and_filter_blocks = true;  // else their memory is outside the bound
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.format_version = 5;
    return table;
}

}  // namespace

rocksdb::DBOptions database_options(const StoreMemory& memory) {
    rocksdb::DBOptions db;
    db.create_if_missing = true;
    db.create_missing_column_families = true;
    db.env = memory.impl().env;
    db.write_buffer_manager = memory.impl().write_buffers;
    db.max_background_jobs = memory.options().flush_threads + memory.options().compaction_threads;
    db.allow_concurrent_memtable_write = false;  // one writer

    // The log is the commit: never synced (a killed process loses nothing), and what a power cut tears off its end is
    // dropped. RocksDB syncs the older logs before it flushes one of several column families, so no file can hold data
    // whose neighbours in the same write are lost.
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    db.manual_wal_flush = false;
    // What opening reads again. The stores' memtables are flushed sooner, for want of memory; it is the few rows of
    // the column families beside that would keep old logs for ever.
    db.max_total_wal_size = std::min(kMostWalBytes, memory.options().write_buffer_bytes / 4);
    db.avoid_flush_during_recovery = true;
    db.wal_bytes_per_sync = kSyncBytes;
    db.bytes_per_sync = kSyncBytes;

    // Opening dozens of these must be quick and leave few files and threads.
    db.max_open_files = kOpenFiles;
    db.max_file_opening_threads = 1;
    db.skip_stats_update_on_db_open = true;
    db.skip_checking_sst_file_sizes_on_db_open = false;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    db.max_manifest_file_size = 4 * kMiB;
    return db;
}

rocksdb::ColumnFamilyOptions store_options(const StoreMemory& memory) {
    rocksdb::ColumnFamilyOptions store;
    store.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(memory)));
    store.write_buffer_size = std::min(kMemtableBytes, memory.options().write_buffer_bytes);
    store.max_write_buffer_number = 3;
    store.arena_block_size = kArenaBlockBytes;
    store.level_compaction_dynamic_level_bytes = true;
    store.max_bytes_for_level_base = 4 * kMemtableBytes;
    store.target_file_size_base = kMemtableBytes;
    // A restore fills level 0 faster than one thread compacts it; slow down late, since reads come only afterwards.
    store.level0_slowdown_writes_trigger = 40;
    store.level0_stop_writes_trigger = 60;
    // What is hot is in the upper levels, which stay uncompressed; the last level holds most of the bytes.
    store.compression = rocksdb::kNoCompression;
    store.bottommost_compression = rocksdb::kLZ4Compression;
    return store;
}

rocksdb::ColumnFamilyOptions offsets_options(const StoreMemory& memory) {
    rocksdb::ColumnFamilyOptions offsets;
    offsets.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(memory)));
    offsets.write_buffer_size = kMiB;
    offsets.arena_block_size = kArenaBlockBytes;
    offsets.compression = rocksdb::kNoCompression;
    return offsets;
}

}  // namespace matchpoint::streams::state
