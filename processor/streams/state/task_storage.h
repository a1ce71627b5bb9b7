// The local state of one task: its stores and how far into their changelogs they reach, moved from one transaction to
// the next together. Persistent stores share one RocksDB in the task's directory, a column family each; the others live
// in memory. Owned by the stream thread, except apply(), which the committer thread may call while the stream thread
// goes on reading and writing the stores. Errors throw StorageError; after one from apply() or restoring, close the
// task.
//
//     stream thread                      committer thread
//     put, erase, get ...
//     seal()             --------->      commit the Kafka transaction
//     put, erase, get ...                apply(offsets)      one atomic write
//     release()          <---------      done
//
// An aborted transaction: discard(), once no apply() runs. A process killed at any point finds the stores exactly as
// some apply() left them, with that apply's offsets; so does a machine after a power cut, though perhaps an earlier
// apply's.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"
#include "processor/streams/state/restore_writer.h"
#include "processor/streams/state/storage_error.h"
#include "processor/streams/state/store_memory.h"
#include "processor/streams/state/transactional_store.h"

namespace matchpoint::streams::state {

enum class StoreKind { kRocksDb, kInMemory };

struct StoreSpec {
    std::string name;
    StoreKind kind = StoreKind::kRocksDb;
};

// A store and the changelog partition that it mirrors, up to the position `offset`: that of the next record to read.
struct ChangelogOffset {
    std::string store;
    TopicPartition changelog;
    Offset offset;
    bool operator==(const ChangelogOffset&) const = default;
};

struct TaskStorageStats {
    std::uint64_t disk_bytes = 0;      // live SST files
    std::uint64_t memtable_bytes = 0;  // of this task alone
    std::uint64_t pending_compaction_bytes = 0;
    std::uint64_t uncommitted_bytes = 0;  // write buffers
    std::uint64_t background_errors = 0;
};

class TaskStorage {
  public:
    // Opens or creates. A store that is new begins empty and without an offset; one that is on disk but no longer in
    // `stores` is dropped with its offsets. Touches no file if all stores are in memory (`memory` may then be null).
    TaskStorage(std::filesystem::path directory, std::span<const StoreSpec> stores,
                std::shared_ptr<StoreMemory> memory);
    ~TaskStorage();  // closes; what was not applied is dropped
    TaskStorage(const TaskStorage&) = delete;
    TaskStorage& operator=(const TaskStorage&) = delete;

    // Throws std::out_of_range for a name that is not in the specs. The reference holds as long as the storage.
    [[nodiscard]] TransactionalStore& store(std::string_view name);
    [[nodiscard]] const std::vector<std::unique_ptr<TransactionalStore>>& stores() const;

    // Transactions, see above. Between seal() and release() or discard() there is a sealed transaction, and only one.
    [[nodiscard]] bool has_uncommitted_writes() const;
    [[nodiscard]] bool has_sealed() const;
    [[nodiscard]] std::size_t uncommitted_bytes() const;
    void seal();
    void apply(std::span<const ChangelogOffset> reached);
    void release();
    void discard();
    // All three, for who needs no overlap.
    void commit(std::span<const ChangelogOffset> reached);

    // nullopt: nothing is known to be in the store; clear_store() it, then restore from the beginning. Those of stores
    // in memory are remembered until the storage closes.
    [[nodiscard]] std::optional<Offset> changelog_offset(std::string_view store, const TopicPartition& changelog) const;
    [[nodiscard]] std::vector<ChangelogOffset> changelog_offsets() const;

    // Restoring: any thread, one at a time for a store, while no transaction touches that store.
    [[nodiscard]] std::unique_ptr<RestoreWriter> restore_writer(std::string_view store);
    // Empties the store and forgets its offsets, in one atomic write.
    void clear_store(std::string_view store);

    // Small facts kept beside the data, e.g. the id of the changelog topic. Lost on close if no store is persistent.
    [[nodiscard]] std::optional<Bytes> metadata(std::string_view name) const;
    void set_metadata(std::string_view name, BytesView value);

    [[nodiscard]] TaskStorageStats stats() const;
    // Waits for queries in flight; idempotent. The stores must not be used afterwards.
    void close();

    // Deletes the directory and all in it; nothing may have it open. Missing is fine.
    static void destroy(const std::filesystem::path& directory);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams::state
