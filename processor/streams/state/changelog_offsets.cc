#include "processor/streams/state/changelog_offsets.h"

#include <utility>

namespace matchpoint::streams::state {
namespace {

constexpr char kVersionRow = 'v';
constexpr char kOffsetRow = 'o';
constexpr char kMetadataRow = 'm';
constexpr char kLayoutVersion = 1;

[[noreturn]] void corrupt(const char* what) {
    throw StorageError(StorageErrorKind::kCorruption, std::string("the state's offsets: ") + what);
}

}  // namespace

ChangelogOffsets::ChangelogOffsets(std::shared_ptr<RocksDatabase> database) : database_(std::move(database)) {
    if (!database_) return;
    const rocksdb::ReadOptions options;
    const std::unique_ptr<rocksdb::Iterator> row(database_->db().NewIterator(options, &database_->offsets()));
    bool any = false;
    bool versioned = false;
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
        any = true;
        const BytesView key(row->key().data(), row->key().size());
        const BytesView value(row->value().data(), row->value().size());
        if (key == BytesView(&kVersionRow, 1)) {
            if (value != BytesView(&kLayoutVersion, 1)) corrupt("written by another version");
            versioned = true;
        } else {
            load(key, value);
        }
    }
    check(row->status(), "read the state's offsets");
    if (any && !versioned) corrupt("no version");
    if (any) return;
    rocksdb::WriteBatch batch;
    check(batch.Put({&kVersionRow, 1}, {&kLayoutVersion, 1}), "batch the version");
    database_->write(batch);
}

void ChangelogOffsets::load(BytesView key, BytesView value) {
    if (!key.empty() && key.front() == kMetadataRow) {
        metadata_.insert_or_assign(Bytes(key.substr(1)), Bytes(value));
        return;
    }
    if (key.empty() || key.front() != kOffsetRow || value.size() != 8) corrupt("unknown row");
    ByteReader reader(key.substr(1));
    Id id;
    id.store = reader.string();
    id.changelog.topic = reader.string();
    id.changelog.partition = Partition{static_cast<std::int32_t>(reader.be32())};
    if (!reader.ok() || !reader.at_end()) corrupt("malformed key");
    offsets_.insert_or_assign(std::move(id), Offset{static_cast<std::int64_t>(read_be64(value.data()))});
}

Bytes ChangelogOffsets::row_key(std::string_view store, const TopicPartition& changelog) {
    Bytes key(1, kOffsetRow);
    append_string(key, store);
    append_string(key, changelog.topic);
    append_be32(key, static_cast<std::uint32_t>(changelog.partition.value()));
    return key;
}

std::optional<Offset> ChangelogOffsets::find(std::string_view store, const TopicPartition& changelog) const {
    const std::lock_guard lock(mutex_);
    const auto found = offsets_.find(Id{std::string(store), changelog});
    return found == offsets_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ChangelogOffset> ChangelogOffsets::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<ChangelogOffset> result;
    for (const auto& [id, offset] : offsets_) result.push_back({id.store, id.changelog, offset});
    return result;
}

std::optional<Bytes> ChangelogOffsets::metadata(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = metadata_.find(name);
    return found == metadata_.end() ? std::nullopt : std::optional(found->second);
}

void ChangelogOffsets::set_metadata(std::string_view name, BytesView value) {
    if (database_) {
        rocksdb::WriteBatch batch;
        check(batch.Put(Bytes(1, kMetadataRow).append(name), rocksdb::Slice(value.data(), value.size())),
              "batch metadata");
        database_->write(batch);
    }
    const std::lock_guard lock(mutex_);
    metadata_.insert_or_assign(std::string(name), Bytes(value));
}

void ChangelogOffsets::append(const ChangelogOffset& reached, rocksdb::WriteBatch& batch) const {
    Bytes value;
    append_be64(value, static_cast<std::uint64_t>(reached.offset.value()));
    check(batch.Put(row_key(reached.store, reached.changelog), value), "batch an offset");
}

void ChangelogOffsets::append_forget(std::string_view store, rocksdb::WriteBatch& batch) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, offset] : offsets_) {
        if (id.store == store) check(batch.Delete(row_key(id.store, id.changelog)), "batch an offset's removal");
    }
}

void ChangelogOffsets::remember(std::span<const ChangelogOffset> reached) {
    const std::lock_guard lock(mutex_);
    for (const ChangelogOffset& each : reached) {
        offsets_.insert_or_assign(Id{each.store, each.changelog}, each.offset);
    }
}

void ChangelogOffsets::forget(std::string_view store) {
    const std::lock_guard lock(mutex_);
    std::erase_if(offsets_, [store](const auto& each) { return each.first.store == store; });
}

}  // namespace matchpoint::streams::state
