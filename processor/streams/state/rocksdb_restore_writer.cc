#include "processor/streams/state/rocksdb_restore_writer.h"

#include <utility>
#include <vector>

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kBatchBytes = 512U << 10U;
// What a restore that was killed may have to read again.
constexpr std::size_t kCheckpointBytes = 64U << 20U;

rocksdb::Slice slice(BytesView bytes) {
    return {bytes.data(), bytes.size()};
}

}  // namespace

RocksDbRestoreWriter::RocksDbRestoreWriter(std::string store, std::shared_ptr<RocksDatabase> database,
                                           std::shared_ptr<RocksDbBackend> backend, ChangelogOffsets& offsets)
    : store_(std::move(store)),
      database_(std::move(database)),
      backend_(std::move(backend)),
      offsets_(offsets),
      batch_(kBatchBytes) {}

void RocksDbRestoreWriter::put(BytesView key, BytesView value) {
    check(batch_.Put(&backend_->column(), slice(key), slice(value)), "batch a restored record");
    write_batch_if_full();
}

void RocksDbRestoreWriter::erase(BytesView key) {
    check(batch_.Delete(&backend_->column(), slice(key)), "batch a restored tombstone");
    write_batch_if_full();
}

void RocksDbRestoreWriter::reached(const TopicPartition& changelog, Offset position) {
    reached_.insert_or_assign(changelog, position);
    if (unflushed_bytes_ + batch_.GetDataSize() >= kCheckpointBytes) checkpoint();
}

void RocksDbRestoreWriter::finish() {
    if (batch_.Count() > 0 || unflushed_bytes_ > 0 || !reached_.empty()) checkpoint();
}

void RocksDbRestoreWriter::write_batch_if_full() {
    if (batch_.GetDataSize() >= kBatchBytes) write_batch();
}

void RocksDbRestoreWriter::write_batch() {
    if (batch_.Count() == 0) return;
    unflushed_bytes_ += batch_.GetDataSize();
    database_->write(batch_, Wal::kOff);
    batch_.Clear();
}

void RocksDbRestoreWriter::checkpoint() {
    write_batch();
    if (unflushed_bytes_ > 0) database_->flush(backend_->column());
    unflushed_bytes_ = 0;
    std::vector<ChangelogOffset> reached;
    rocksdb::WriteBatch offsets;
    for (const auto& [changelog, position] : reached_) {
        reached.push_back({store_, changelog, position});
        offsets_.append(reached.back(), offsets);
    }
    database_->write(offsets, Wal::kOn);
    offsets_.remember(reached);
    reached_.clear();
}

}  // namespace matchpoint::streams::state
