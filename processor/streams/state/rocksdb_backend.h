// Committed data of a persistent store: one column family. Only for this folder's .cc files.
#pragma once

#include <memory>
#include <string>

#include "processor/streams/state/rocksdb_database.h"
#include "processor/streams/state/store_backend.h"

namespace matchpoint::streams::state {

class RocksDbBackend final : public StoreBackend {
  public:
    RocksDbBackend(std::shared_ptr<RocksDatabase> database, const std::string& store)
        : database_(std::move(database)), column_(database_->store(store)) {}

    [[nodiscard]] bool persistent() const override { return true; }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    [[nodiscard]] KeyValueIteratorPtr scan(const Scan& scan) const override;
    [[nodiscard]] std::uint64_t approximate_num_entries() const override;
    [[nodiscard]] std::optional<std::uint64_t> property(const std::string& name) const override;
    void absorb(const WriteBuffer& /*committed*/) override {}

    // Adds the buffer's writes to a batch.
    void append(const WriteBuffer& committed, rocksdb::WriteBatch& batch) const;
    // Adds the removal of every key to a batch.
    void append_clear(rocksdb::WriteBatch& batch) const;
    // After that batch was written: gives the files back whose keys it removed.
    void reclaim();
    [[nodiscard]] rocksdb::ColumnFamilyHandle& column() const { return column_; }

  private:
    std::shared_ptr<RocksDatabase> database_;
    rocksdb::ColumnFamilyHandle& column_;
};

}  // namespace matchpoint::streams::state
