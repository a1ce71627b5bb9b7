#include "processor/streams/state/rocksdb_backend.h"

#include <rocksdb/convenience.h>
#include <rocksdb/write_batch.h>

#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {
namespace {

rocksdb::Slice slice(BytesView bytes) {
    return {bytes.data(), bytes.size()};
}
BytesView view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

class RocksDbIterator final : public KeyValueIterator {
  public:
    RocksDbIterator(std::shared_ptr<RocksDatabase> database, rocksdb::ColumnFamilyHandle& column, const Scan& scan)
        : database_(std::move(database)), scan_(scan), lower_(slice(scan_.lower)) {
        rocksdb::ReadOptions options;
        options.iterate_lower_bound = &lower_;
        if (scan_.upper) {
            upper_ = slice(*scan_.upper);
            options.iterate_upper_bound = &upper_;
        }
        options.background_purge_on_iterator_cleanup = true;  // no file is deleted on the stream thread
        iterator_.reset(database_->db().NewIterator(options, &column));
        scan_.direction == Direction::kForward ? iterator_->Seek(lower_) : iterator_->SeekToLast();
        check_end();
    }
    [[nodiscard]] bool valid() const override { return iterator_->Valid(); }
    [[nodiscard]] BytesView key() const override { return view(iterator_->key()); }
    [[nodiscard]] BytesView value() const override { return view(iterator_->value()); }
    void next() override {
        scan_.direction == Direction::kForward ? iterator_->Next() : iterator_->Prev();
        check_end();
    }

  private:
    void check_end() const {
        // The end of the data and a failed read look alike otherwise.
        if (!iterator_->Valid()) check(iterator_->status(), "scan the state");
    }

    std::shared_ptr<RocksDatabase> database_;
    const Scan scan_;  // the bounds point into it
    rocksdb::Slice lower_;
    rocksdb::Slice upper_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

class EmptyIterator final : public KeyValueIterator {
  public:
    [[nodiscard]] bool valid() const override { return false; }
    [[nodiscard]] BytesView key() const override { return {}; }
    [[nodiscard]] BytesView value() const override { return {}; }
    void next() override {}
};

}  // namespace

bool RocksDbBackend::get(BytesView key, Bytes& out) const {
    rocksdb::PinnableSlice value(&out);
    const rocksdb::Status status = database_->db().Get(rocksdb::ReadOptions(), &column_, slice(key), &value);
    if (status.IsNotFound()) return false;
    check(status, "read the state");
    if (value.IsPinned()) out.assign(value.data(), value.size());
    return true;
}

KeyValueIteratorPtr RocksDbBackend::scan(const Scan& scan) const {
    if (scan.empty()) return std::make_unique<EmptyIterator>();  // RocksDB takes no crossed bounds
    return std::make_unique<RocksDbIterator>(database_, column_, scan);
}

std::uint64_t RocksDbBackend::approximate_num_entries() const {
    std::uint64_t entries = 0;
    database_->db().GetIntProperty(&column_, rocksdb::DB::Properties::kEstimateNumKeys, &entries);
    return entries;
}

std::optional<std::uint64_t> RocksDbBackend::property(const std::string& name) const {
    std::uint64_t value = 0;
    if (!database_->db().GetIntProperty(&column_, name, &value)) return std::nullopt;
    return value;
}

void RocksDbBackend::append(const WriteBuffer& committed, rocksdb::WriteBatch& batch) const {
    for (const WriteBuffer::Entry& entry : committed.entries()) {
        if (entry.newest.kind == WriteBuffer::Kind::kErase) {
            check(batch.Delete(&column_, slice(entry.key)), "batch an erase");
        } else {
            check(batch.Put(&column_, slice(entry.key), slice(entry.newest.value)), "batch a put");
        }
    }
}

void RocksDbBackend::append_clear(rocksdb::WriteBatch& batch) const {
    const KeyValueIteratorPtr last = scan(Scan::inclusive(std::nullopt, std::nullopt, Direction::kReverse));
    if (!last->valid()) return;
    const Bytes end = Bytes(last->key()) + '\0';
    check(batch.DeleteRange(&column_, rocksdb::Slice(), slice(end)), "batch a clear");
}

void RocksDbBackend::reclaim() {
    check(rocksdb::DeleteFilesInRange(&database_->db(), &column_, nullptr, nullptr), "delete a store's files");
}

}  // namespace matchpoint::streams::state
