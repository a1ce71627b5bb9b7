// Whether RocksDB's MANIFEST is whole. RocksDB takes a last record that is longer than the file for a write that was
// cut short and leaves it out silently, column families and data files with it, while the offsets beside them come back
// from the log: a store that is empty and says it is not. One damaged length has that effect. So what RocksDB would
// leave out is corruption here. Only for this folder's .cc files.
#pragma once

#include <filesystem>

namespace matchpoint::streams::state {

// Throws StorageError(kCorruption). A directory without a database is fine; checksums are RocksDB's to verify.
void check_manifest(const std::filesystem::path& directory);

}  // namespace matchpoint::streams::state
