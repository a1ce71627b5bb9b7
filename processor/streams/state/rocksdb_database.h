// One open RocksDB with a column family for each store and the default one for offsets and metadata. Shared by the
// storage, its backends and their iterators; closes with the last of them. Thread-safe. Only for this folder's .cc
// files.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/state/rocksdb_status.h"
#include "processor/streams/state/store_memory.h"

namespace matchpoint::streams::state {

enum class Wal { kOn, kOff };

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

    void write(rocksdb::WriteBatch& batch, Wal wal);
    void flush(rocksdb::ColumnFamilyHandle& column);
    [[nodiscard]] std::uint64_t sum_property(const std::string& property) const;

    // Stores that are on disk but were not asked for: readable names, to be dropped by drop_extra().
    [[nodiscard]] std::vector<std::string> extra_stores() const;
    void drop_extra();

  private:
    using HandlePtr = std::unique_ptr<rocksdb::ColumnFamilyHandle>;

    std::shared_ptr<StoreMemory> memory_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<HandlePtr> handles_;  // destroyed before db_
    std::map<std::string, rocksdb::ColumnFamilyHandle*> stores_;
    std::map<std::string, rocksdb::ColumnFamilyHandle*> extra_;
};

}  // namespace matchpoint::streams::state
