#include "processor/streams/state/task_storage.h"

#include <rocksdb/write_batch.h>

#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "processor/streams/state/changelog_offsets.h"
#include "processor/streams/state/in_memory_backend.h"
#include "processor/streams/state/in_memory_restore_writer.h"
#include "processor/streams/state/rocksdb_backend.h"
#include "processor/streams/state/rocksdb_restore_writer.h"

namespace matchpoint::streams::state {
namespace {

std::vector<std::string> persistent_names(std::span<const StoreSpec> stores) {
    std::vector<std::string> names;
    for (const StoreSpec& spec : stores) {
        if (spec.kind == StoreKind::kRocksDb) names.push_back(spec.name);
    }
    return names;
}

std::shared_ptr<RocksDatabase> open_database(const std::filesystem::path& directory, std::span<const StoreSpec> stores,
                                             std::shared_ptr<StoreMemory> memory) {
    const std::vector<std::string> names = persistent_names(stores);
    if (names.empty()) return nullptr;
    if (!memory) throw std::invalid_argument("persistent stores need a StoreMemory");
    return std::make_shared<RocksDatabase>(directory, names, std::move(memory));
}

}  // namespace

struct TaskStorage::Impl {
    // A store and its backend by its true type; exactly one of the two is set.
    struct Slot {
        TransactionalStore* store = nullptr;
        std::shared_ptr<RocksDbBackend> rocksdb;
        std::shared_ptr<InMemoryBackend> in_memory;
    };

    Impl(const std::filesystem::path& directory, std::span<const StoreSpec> specs, std::shared_ptr<StoreMemory> memory)
        : database(open_database(directory, specs, std::move(memory))), offsets(database) {
        for (const StoreSpec& spec : specs) add(spec);
        if (database) settle_database();
    }

    void add(const StoreSpec& spec) {
        Slot slot;
        std::shared_ptr<StoreBackend> backend;
        if (spec.kind == StoreKind::kRocksDb) {
            backend = slot.rocksdb = std::make_shared<RocksDbBackend>(database, spec.name);
        } else {
            backend = slot.in_memory = std::make_shared<InMemoryBackend>();
        }
        stores.push_back(std::make_unique<TransactionalStore>(spec.name, std::move(backend)));
        slot.store = stores.back().get();
        if (!slots.emplace(spec.name, std::move(slot)).second) {
            throw std::invalid_argument(fmt::format("two stores are named {}", spec.name));
        }
    }

    // The offsets first: a store without an offset is restored from the beginning, the other way round would be wrong.
    void settle_database() {
        for (const std::string& name : database->extra_stores()) {
            rocksdb::WriteBatch batch;
            offsets.append_forget(name, batch);
            database->write(batch);
            offsets.forget(name);
        }
        database->drop_extra();
        database->share_memory();
    }

    [[nodiscard]] const Slot& slot(std::string_view name) const {
        const auto found = slots.find(name);
        if (found == slots.end()) throw std::out_of_range(fmt::format("no store is named {}", name));
        return found->second;
    }

    std::shared_ptr<RocksDatabase> database;
    ChangelogOffsets offsets;
    std::vector<std::unique_ptr<TransactionalStore>> stores;
    std::map<std::string, Slot, std::less<>> slots;
    bool sealed = false;
};

TaskStorage::TaskStorage(std::filesystem::path directory, std::span<const StoreSpec> stores,
                         std::shared_ptr<StoreMemory> memory)
    : impl_(std::make_unique<Impl>(directory, stores, std::move(memory))) {}

TaskStorage::~TaskStorage() {
    close();
}

TransactionalStore& TaskStorage::store(std::string_view name) {
    return *impl_->slot(name).store;
}

const std::vector<std::unique_ptr<TransactionalStore>>& TaskStorage::stores() const {
    return impl_->stores;
}

bool TaskStorage::has_uncommitted_writes() const {
    for (const auto& store : impl_->stores) {
        if (store->has_uncommitted_writes()) return true;
    }
    return false;
}

bool TaskStorage::has_sealed() const {
    return impl_->sealed;
}

std::size_t TaskStorage::uncommitted_bytes() const {
    std::size_t bytes = 0;
    for (const auto& store : impl_->stores) bytes += store->uncommitted_bytes();
    return bytes;
}

void TaskStorage::seal() {
    if (impl_->sealed) throw std::logic_error("a transaction is sealed already");
    for (const auto& store : impl_->stores) store->seal();
    impl_->sealed = true;
}

void TaskStorage::apply(std::span<const ChangelogOffset> reached) {
    if (impl_->database) {
        rocksdb::WriteBatch batch;
        for (const auto& [name, slot] : impl_->slots) {
            if (slot.rocksdb && slot.store->sealed() != nullptr) slot.rocksdb->append(*slot.store->sealed(), batch);
        }
        for (const ChangelogOffset& each : reached) {
            if (impl_->slot(each.store).rocksdb) impl_->offsets.append(each, batch);
        }
        if (batch.Count() > 0) impl_->database->write(batch);
    }
    impl_->offsets.remember(reached);
}

void TaskStorage::release() {
    for (const auto& store : impl_->stores) store->release();
    impl_->sealed = false;
}

void TaskStorage::discard() {
    for (const auto& store : impl_->stores) store->discard();
    impl_->sealed = false;
}

void TaskStorage::commit(std::span<const ChangelogOffset> reached) {
    seal();
    apply(reached);
    release();
}

std::optional<Offset> TaskStorage::changelog_offset(std::string_view store, const TopicPartition& changelog) const {
    return impl_->offsets.find(store, changelog);
}

std::vector<ChangelogOffset> TaskStorage::changelog_offsets() const {
    return impl_->offsets.all();
}

std::unique_ptr<RestoreWriter> TaskStorage::restore_writer(std::string_view store) {
    const Impl::Slot& slot = impl_->slot(store);
    if (slot.rocksdb) {
        return std::make_unique<RocksDbRestoreWriter>(std::string(store), impl_->database, slot.rocksdb,
                                                      impl_->offsets);
    }
    return std::make_unique<InMemoryRestoreWriter>(std::string(store), slot.in_memory, impl_->offsets);
}

void TaskStorage::clear_store(std::string_view store) {
    const Impl::Slot& slot = impl_->slot(store);
    if (slot.rocksdb) {
        rocksdb::WriteBatch batch;
        impl_->offsets.append_forget(store, batch);
        slot.rocksdb->append_clear(batch);
        if (batch.Count() > 0) impl_->database->write(batch);
        slot.rocksdb->reclaim();
    } else {
        slot.in_memory->clear();
    }
    impl_->offsets.forget(store);
}

std::optional<Bytes> TaskStorage::metadata(std::string_view name) const {
    return impl_->offsets.metadata(name);
}

void TaskStorage::set_metadata(std::string_view name, BytesView value) {
    impl_->offsets.set_metadata(name, value);
}

TaskStorageStats TaskStorage::stats() const {
    TaskStorageStats stats;
    stats.uncommitted_bytes = uncommitted_bytes();
    if (!impl_->database) return stats;
    using Properties = rocksdb::DB::Properties;
    stats.disk_bytes = impl_->database->sum_property(Properties::kLiveSstFilesSize);
    stats.memtable_bytes = impl_->database->sum_property(Properties::kCurSizeAllMemTables);
    stats.pending_compaction_bytes = impl_->database->sum_property(Properties::kEstimatePendingCompactionBytes);
    impl_->database->db().GetIntProperty(Properties::kBackgroundErrors, &stats.background_errors);
    return stats;
}

void TaskStorage::close() {
    if (!impl_) return;
    for (const auto& store : impl_->stores) store->close();
    impl_.reset();
}

void TaskStorage::destroy(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error) {
        throw StorageError(StorageErrorKind::kIo, fmt::format("delete {}: {}", directory.string(), error.message()));
    }
}

}  // namespace matchpoint::streams::state
