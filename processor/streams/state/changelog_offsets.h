// How far each store reaches into its changelog, and small facts beside it: rows of the default column family, and a
// copy in memory. Thread-safe. Only for this folder's .cc files.
//
//     'v'                                        -> u8   version of this layout
//     'o' store:str topic:str partition:be32     -> be64 position of the next record to read
//     'm' name                                   -> bytes
//     (str: length as LEB128, then the bytes)
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "processor/streams/state/rocksdb_database.h"
#include "processor/streams/state/task_storage.h"

namespace matchpoint::streams::state {

class ChangelogOffsets {
  public:
    // Reads all rows; `database` may be null, then nothing outlives this object. Rows that make no sense: kCorruption.
    explicit ChangelogOffsets(std::shared_ptr<RocksDatabase> database);

    [[nodiscard]] std::optional<Offset> find(std::string_view store, const TopicPartition& changelog) const;
    [[nodiscard]] std::vector<ChangelogOffset> all() const;
    [[nodiscard]] std::optional<Bytes> metadata(std::string_view name) const;
    void set_metadata(std::string_view name, BytesView value);

    // A change of rows goes into the caller's batch, and into memory once that is written.
    void append(const ChangelogOffset& reached, rocksdb::WriteBatch& batch) const;
    void append_forget(std::string_view store, rocksdb::WriteBatch& batch) const;
    void remember(std::span<const ChangelogOffset> reached);
    void forget(std::string_view store);

  private:
    struct Id {
        std::string store;
        TopicPartition changelog;
        auto operator<=>(const Id&) const = default;
    };
    void load(BytesView key, BytesView value);
    [[nodiscard]] static Bytes row_key(std::string_view store, const TopicPartition& changelog);

    std::shared_ptr<RocksDatabase> database_;
    mutable std::mutex mutex_;
    std::map<Id, Offset> offsets_;
    std::map<std::string, Bytes, std::less<>> metadata_;
};

}  // namespace matchpoint::streams::state
