// RocksDB's statuses as StorageErrors. Only for this folder's .cc files.
#pragma once

#include <rocksdb/status.h>

#include <string_view>

#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams::state {

[[noreturn]] void throw_status(const rocksdb::Status& status, std::string_view doing);

inline void check(const rocksdb::Status& status, std::string_view doing) {
    if (!status.ok()) [[unlikely]] {
        throw_status(status, doing);
    }
}

// Opening is stricter: files that are missing, or that RocksDB cannot make sense of, are corruption.
void check_open(const rocksdb::Status& status, std::string_view directory);

}  // namespace matchpoint::streams::state
