#include "processor/streams/state/rocksdb_status.h"

#include <fmt/format.h>

namespace matchpoint::streams::state {
namespace {

StorageErrorKind kind_of(const rocksdb::Status& status) {
    if (status.IsCorruption()) return StorageErrorKind::kCorruption;
    if (status.IsNoSpace()) return StorageErrorKind::kNoSpace;
    if (status.IsShutdownInProgress()) return StorageErrorKind::kClosed;
    return StorageErrorKind::kIo;
}

// RocksDB has no code of its own for it, only these two texts.
bool is_lock_failure(const rocksdb::Status& status) {
    const std::string text = status.ToString();
    return status.IsIOError() &&
           (text.find("lock hold by") != std::string::npos || text.find("hile lock file") != std::string::npos);
}

}  // namespace

void throw_status(const rocksdb::Status& status, std::string_view doing) {
    throw StorageError(kind_of(status), fmt::format("{}: {}", doing, status.ToString()));
}

void check_open(const rocksdb::Status& status, std::string_view directory) {
    if (status.ok()) return;
    const std::string what = fmt::format("open the state in {}: {}", directory, status.ToString());
    if (is_lock_failure(status)) throw StorageError(StorageErrorKind::kLocked, what);
    const bool senseless = status.IsInvalidArgument() || status.IsNotFound() || status.IsPathNotFound() ||
                           status.IsNotSupported() || status.IsIncomplete();
    throw StorageError(senseless ? StorageErrorKind::kCorruption : kind_of(status), what);
}

}  // namespace matchpoint::streams::state
