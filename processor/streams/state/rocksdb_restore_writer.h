// Restores a persistent store. Records gather in a write buffer, which drops all but the last of each key; what is
// large is sorted into a file that RocksDB takes over whole, past log and memtables, what is small goes through the
// log. The offset is written with or after the data, so on disk it may lag behind the data, never lead it. Only for
// this folder's .cc files.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/state/changelog_offsets.h"
#include "processor/streams/state/restore_writer.h"
#include "processor/streams/state/rocksdb_backend.h"
#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

class RocksDbRestoreWriter final : public RestoreWriter {
  public:
    RocksDbRestoreWriter(std::string store, std::shared_ptr<RocksDatabase> database,
                         std::shared_ptr<RocksDbBackend> backend, ChangelogOffsets& offsets);
    ~RocksDbRestoreWriter() override;

    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;
    void reached(const TopicPartition& changelog, Offset position) override;
    void finish() override;

  private:
    [[nodiscard]] bool full() const;
    // Ends with an empty buffer, and all that was reached on disk.
    void checkpoint();
    void ingest();

    const std::string store_;
    std::shared_ptr<RocksDatabase> database_;
    std::shared_ptr<RocksDbBackend> backend_;
    ChangelogOffsets& offsets_;
    WriteBuffer buffer_;
    std::map<TopicPartition, Offset> reached_;  // since the last checkpoint
};

}  // namespace matchpoint::streams::state
