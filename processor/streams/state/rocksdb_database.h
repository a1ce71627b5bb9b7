// One open RocksDB with a column family for each store and the default one for offsets and metadata. Shared by the
// storage, its backends and their iterators; closes with the last of them. Thread-safe. Only for this folder's .cc
// files.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/state/rocksdb_status.h"
#include "processor/streams/state/store_memory.h"

namespace matchpoint::streams::state {

class RocksDatabase {
  public:
    RocksDatabase(const std::filesystem::path& directory, const std::vector<std::string>& stores,
                  std::shared_ptr<StoreMemory> memory);
    ~RocksDatabase();
    RocksDatabase(const RocksDatabase&) = delete;
    RocksDatabase& operator=(const RocksDatabase&) = delete;

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle& store(const std::string& name) const { return *stores_.at(name); }
    [[nodiscard]] rocksdb::ColumnFamilyHandle& offsets() const { return *db_->DefaultColumnFamily(); }

    // Atomic, through the log.
    void write(rocksdb::WriteBatch& batch);
    // A path that no other file has; left behind by a crash, the file is deleted at the next opening.
    [[nodiscard]] std::string new_ingest_file();
    [[nodiscard]] const StoreMemory& memory() const { return *memory_; }
    // How a store's files are written.
    [[nodiscard]] rocksdb::Options file_options() const;
    [[nodiscard]] std::uint64_t sum_property(const std::string& property) const;

    // Stores that are on disk but were not asked for: readable names, to be dropped by drop_extra().
    [[nodiscard]] std::vector<std::string> extra_stores() const;
    void drop_extra();
    // From here on its memtables are flushed when memory is short. After drop_extra().
    void share_memory();

  private:
    using HandlePtr = std::unique_ptr<rocksdb::ColumnFamilyHandle>;

    const std::filesystem::path directory_;
    std::shared_ptr<StoreMemory> memory_;
    std::atomic<std::uint64_t> ingest_files_ = 0;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<HandlePtr> handles_;  // destroyed before db_
    std::map<std::string, rocksdb::ColumnFamilyHandle*> stores_;
    std::map<std::string, rocksdb::ColumnFamilyHandle*> extra_;
};

}  // namespace matchpoint::streams::state
