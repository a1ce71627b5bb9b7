#include "processor/streams/state/rocksdb_database.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "processor/streams/state/database_log.h"
#include "processor/streams/state/manifest_check.h"
#include "processor/streams/state/rocksdb_options.h"
#include "processor/streams/state/store_memory_impl.h"

namespace matchpoint::streams::state {
namespace {

// Store names are anything, "default" included.
constexpr std::string_view kColumnPrefix = "store:";

// Not a name that RocksDB gives to its own files.
constexpr std::string_view kIngestPrefix = "restore-";

std::string column_of(const std::string& store) {
    return std::string(kColumnPrefix) + store;
}

void make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw StorageError(StorageErrorKind::kIo, fmt::format("create {}: {}", directory.string(), error.message()));
    }
}

void delete_ingest_files(const std::filesystem::path& directory) {
    std::error_code ignored;  // what stays only takes up room
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        if (!entry.path().filename().string().starts_with(kIngestPrefix)) continue;
        std::filesystem::remove(entry.path(), ignored);
    }
}

std::set<std::string> columns_on_disk(const rocksdb::DBOptions& options, const std::filesystem::path& directory) {
    if (!std::filesystem::exists(directory / "CURRENT")) return {};
    std::vector<std::string> found;
    check_open(rocksdb::DB::ListColumnFamilies(options, directory.string(), &found), directory.string());
    return {found.begin(), found.end()};
}

}  // namespace

RocksDatabase::RocksDatabase(const std::filesystem::path& directory, const std::vector<std::string>& stores,
                             std::shared_ptr<StoreMemory> memory)
    : directory_(directory), memory_(std::move(memory)) {
    make_directory(directory);
    check_manifest(directory);
    rocksdb::DBOptions options = database_options(*memory_);
    options.info_log = std::make_shared<DatabaseLog>(directory);
    // RocksDB opens only with every column family that exists.
    std::set<std::string> names = columns_on_disk(options, directory);
    for (const std::string& store : stores) names.insert(column_of(store));
    names.erase(rocksdb::kDefaultColumnFamilyName);

    std::vector<rocksdb::ColumnFamilyDescriptor> columns{
        {rocksdb::kDefaultColumnFamilyName, offsets_options(*memory_)}};
    const rocksdb::ColumnFamilyOptions of_store = store_options(*memory_);
    for (const std::string& name : names) columns.emplace_back(name, of_store);

    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    check_open(rocksdb::DB::Open(options, directory.string(), columns, &handles, &db), directory.string());
    db_.reset(db);
    delete_ingest_files(directory);  // now that the lock is held
    for (std::size_t i = 0; i < handles.size(); ++i) {
        handles_.emplace_back(handles[i]);
        if (i == 0) continue;
        const std::string name = columns[i].name.substr(std::min(kColumnPrefix.size(), columns[i].name.size()));
        const bool wanted = std::find(stores.begin(), stores.end(), name) != stores.end();
        (wanted ? stores_ : extra_).emplace(name, handles[i]);
    }
}

RocksDatabase::~RocksDatabase() {
    memory_->impl().arbiter->leave(db_.get());
    handles_.clear();
    // Nothing to be done about a failure here: what is not in the log was not committed.
    db_->Close().PermitUncheckedError();
}

void RocksDatabase::write(rocksdb::WriteBatch& batch) {
    check(db_->Write(rocksdb::WriteOptions(), &batch), "write to the state");
    memory_->impl().arbiter->relieve();
}

std::string RocksDatabase::new_ingest_file() {
    return (directory_ / fmt::format("{}{}.sst", kIngestPrefix, ingest_files_++)).string();
}

rocksdb::Options RocksDatabase::file_options() const {
    return {database_options(*memory_), store_options(*memory_)};
}

std::uint64_t RocksDatabase::sum_property(const std::string& property) const {
    std::uint64_t sum = 0;
    for (const HandlePtr& handle : handles_) {
        std::uint64_t value = 0;
        if (db_->GetIntProperty(handle.get(), property, &value)) sum += value;
    }
    return sum;
}

std::vector<std::string> RocksDatabase::extra_stores() const {
    std::vector<std::string> names;
    for (const auto& [name, handle] : extra_) names.push_back(name);
    return names;
}

void RocksDatabase::drop_extra() {
    for (const auto& [name, handle] : extra_) {
        check(db_->DropColumnFamily(handle), "drop the store " + name);
        const auto owned = std::find_if(handles_.begin(), handles_.end(),
                                        [handle = handle](const HandlePtr& each) { return each.get() == handle; });
        handles_.erase(owned);
    }
    extra_.clear();
}

void RocksDatabase::share_memory() {
    MemtableArbiter::Member member{db_.get(), {}};
    for (const HandlePtr& handle : handles_) member.columns.push_back(handle.get());
    memory_->impl().arbiter->join(std::move(member));
}

}  // namespace matchpoint::streams::state
