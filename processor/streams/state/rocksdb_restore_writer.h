// Restores a persistent store. Records go to the memtables without the log, which is most of a write's cost; the offset
// goes through the log, but only after the records before it have been flushed to files. So the offset on disk may lag
// behind the data, never lead it. Replaying from a lagging offset gives the right state at the changelog's end.
// Only for this folder's .cc files.
#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <memory>
#include <string>

#include "processor/streams/state/changelog_offsets.h"
#include "processor/streams/state/restore_writer.h"
#include "processor/streams/state/rocksdb_backend.h"

namespace matchpoint::streams::state {

class RocksDbRestoreWriter final : public RestoreWriter {
  public:
    RocksDbRestoreWriter(std::string store, std::shared_ptr<RocksDatabase> database,
                         std::shared_ptr<RocksDbBackend> backend, ChangelogOffsets& offsets);

    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;
    void reached(const TopicPartition& changelog, Offset position) override;
    void finish() override;

  private:
    void write_batch();
    void write_batch_if_full();
    void checkpoint();

    const std::string store_;
    std::shared_ptr<RocksDatabase> database_;
    std::shared_ptr<RocksDbBackend> backend_;
    ChangelogOffsets& offsets_;
    rocksdb::WriteBatch batch_;
    std::map<TopicPartition, Offset> reached_;  // since the last checkpoint
    std::size_t unflushed_bytes_ = 0;
};

}  // namespace matchpoint::streams::state
