#include "processor/streams/state/memtable_arbiter.h"

#include <cstdint>
#include <utility>

namespace matchpoint::streams::state {

void MemtableArbiter::join(Member member) {
    const std::lock_guard lock(mutex_);
    members_.push_back(std::move(member));
}

void MemtableArbiter::leave(const rocksdb::DB* db) {
    const std::lock_guard lock(mutex_);
    std::erase_if(members_, [db](const Member& member) { return member.db == db; });
}

void MemtableArbiter::relieve() {
    const bool crowded = manager_->mutable_memtable_memory_usage() > limit_bytes_ / 2;
    const bool full = manager_->memory_usage() > limit_bytes_;
    if (crowded || full) flush_largest(full);
}

void MemtableArbiter::flush_largest(bool wait) {
    const std::lock_guard lock(mutex_);
    const Member* owner = nullptr;
    rocksdb::ColumnFamilyHandle* largest = nullptr;
    // Many small memtables are better left to RocksDB than flushed into as many tiny files.
    std::uint64_t most = limit_bytes_ / 64;
    for (const Member& member : members_) {
        for (rocksdb::ColumnFamilyHandle* column : member.columns) {
            std::uint64_t bytes = 0;
            member.db->GetIntProperty(column, rocksdb::DB::Properties::kCurSizeActiveMemTable, &bytes);
            if (bytes <= most) continue;
            most = bytes;
            owner = &member;
            largest = column;
        }
    }
    if (owner == nullptr) return;
    rocksdb::FlushOptions options;
    options.wait = wait;
    options.allow_write_stall = true;
    // Another task's failed disk is its own next write's business, not this one's.
    owner->db->Flush(options, largest).PermitUncheckedError();
}

}  // namespace matchpoint::streams::state
