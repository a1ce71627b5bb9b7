// Keeps all memtables of the process within their share of memory. RocksDB's own manager can only flush the database
// that is being written: with many tasks it flushes the busy ones' small memtables again and again while idle tasks
// keep large ones. This flushes the largest of all instead, and makes writers wait when flushing cannot keep up.
// Thread-safe. Only for this folder's .cc files.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_buffer_manager.h>

#include <memory>
#include <mutex>
#include <vector>

namespace matchpoint::streams::state {

class MemtableArbiter {
  public:
    struct Member {
        rocksdb::DB* db = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> columns;
    };

    MemtableArbiter(std::shared_ptr<rocksdb::WriteBufferManager> manager, std::size_t limit_bytes)
        : manager_(std::move(manager)), limit_bytes_(limit_bytes) {}

    void join(Member member);
    // Before the database closes; waits for a flush that this started and waits for.
    void leave(const rocksdb::DB* db);
    // After a write. Two loads when there is nothing to do.
    void relieve();

  private:
    void flush_largest(bool wait);

    const std::shared_ptr<rocksdb::WriteBufferManager> manager_;
    const std::size_t limit_bytes_;
    std::mutex mutex_;
    std::vector<Member> members_;
};

}  // namespace matchpoint::streams::state
