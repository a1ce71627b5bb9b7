// How a task's RocksDB is tuned; the README says why. Only for this folder's .cc files.
#pragma once

#include <rocksdb/options.h>

#include "processor/streams/state/store_memory.h"

namespace matchpoint::streams::state {

[[nodiscard]] rocksdb::DBOptions database_options(const StoreMemory& memory);
// Of a store's column family.
[[nodiscard]] rocksdb::ColumnFamilyOptions store_options(const StoreMemory& memory);
// Of the default column family, which holds offsets and metadata.
[[nodiscard]] rocksdb::ColumnFamilyOptions offsets_options(const StoreMemory& memory);

}  // namespace matchpoint::streams::state
