#include "processor/streams/state/rocksdb_restore_writer.h"

#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "processor/streams/state/store_memory_impl.h"

namespace matchpoint::streams::state {
namespace {

// A run is sorted in memory, so this is what a restore takes beside the stores' memory; it is also about what a restore
// that was killed may have to read again.
constexpr std::size_t kLargestRunBytes = 32U << 20U;
// Below this, the log and a memtable cost less than a file of its own.
constexpr std::size_t kLoggedBytes = 1U << 20U;

rocksdb::Slice slice(BytesView bytes) {
    return {bytes.data(), bytes.size()};
}

// Eight bytes from where the keys begin to differ decide nearly every comparison without a visit to the key.
struct SortKey {
    std::uint64_t head;
    const WriteBuffer::Entry* entry;
    bool operator<(const SortKey& other) const {
        return head != other.head ? head < other.head : entry->key < other.entry->key;
    }
};

std::size_t common_prefix(const std::vector<WriteBuffer::Entry>& entries) {
    BytesView common = entries.front().key;
    for (const WriteBuffer::Entry& entry : entries) {
        const auto [differs, ignored] = std::mismatch(common.begin(), common.end(), entry.key.begin(), entry.key.end());
        common = common.substr(0, static_cast<std::size_t>(differs - common.begin()));
    }
    return common.size();
}

std::uint64_t head_of(BytesView key) {
    char padded[8] = {};
    std::copy_n(key.data(), std::min<std::size_t>(key.size(), 8), padded);
    return read_be64(padded);
}

// Of a buffer that is not empty.
std::vector<SortKey> sorted(const WriteBuffer& buffer) {
    const std::size_t prefix = common_prefix(buffer.entries());
    std::vector<SortKey> keys;
    keys.reserve(buffer.size());
    for (const WriteBuffer::Entry& entry : buffer.entries()) {
        keys.push_back({head_of(entry.key.substr(prefix)), &entry});
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

}  // namespace

RocksDbRestoreWriter::RocksDbRestoreWriter(std::string store, std::shared_ptr<RocksDatabase> database,
                                           std::shared_ptr<RocksDbBackend> backend, ChangelogOffsets& offsets)
    : store_(std::move(store)), database_(std::move(database)), backend_(std::move(backend)), offsets_(offsets) {
    ++database_->memory().impl().restores;
}

RocksDbRestoreWriter::~RocksDbRestoreWriter() {
    --database_->memory().impl().restores;
}

bool RocksDbRestoreWriter::full() const {
    const StoreMemory& memory = database_->memory();
    const std::size_t share = memory.options().restore_buffer_bytes / memory.impl().restores;
    return buffer_.size_bytes() >= std::clamp(share, kLoggedBytes, kLargestRunBytes);
}

void RocksDbRestoreWriter::put(BytesView key, BytesView value) {
    if (full()) checkpoint();  // between two positions: the data then leads
    buffer_.put(key, value);
}

void RocksDbRestoreWriter::erase(BytesView key) {
    if (full()) checkpoint();
    buffer_.erase(key);
}

void RocksDbRestoreWriter::reached(const TopicPartition& changelog, Offset position) {
    reached_.insert_or_assign(changelog, position);
    if (full()) checkpoint();
}

void RocksDbRestoreWriter::finish() {
    if (!buffer_.empty() || !reached_.empty()) checkpoint();
}

void RocksDbRestoreWriter::checkpoint() {
    rocksdb::WriteBatch batch;
    if (buffer_.size_bytes() < kLoggedBytes) {
        backend_->append(buffer_, batch);
    } else {
        ingest();
    }
    std::vector<ChangelogOffset> reached;
    for (const auto& [changelog, position] : reached_) {
        reached.push_back({store_, changelog, position});
        offsets_.append(reached.back(), batch);
    }
    if (batch.Count() > 0) database_->write(batch);
    offsets_.remember(reached);
    reached_.clear();
    buffer_.clear();
}

void RocksDbRestoreWriter::ingest() {
    const std::string file = database_->new_ingest_file();
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), database_->file_options(), &backend_->column());
    check(writer.Open(file), "open a restore file");
    for (const SortKey& each : sorted(buffer_)) {
        const WriteBuffer::Entry& entry = *each.entry;
        const bool erased = entry.newest.kind == WriteBuffer::Kind::kErase;
        check(erased ? writer.Delete(slice(entry.key)) : writer.Put(slice(entry.key), slice(entry.newest.value)),
              "write a restore file");
    }
    check(writer.Finish(), "finish a restore file");
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    options.write_global_seqno = false;
    check(database_->db().IngestExternalFile(&backend_->column(), {file}, options), "take over a restore file");
}

}  // namespace matchpoint::streams::state
