#include "processor/streams/state/manifest_check.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "processor/streams/state/storage_error.h"

// RocksDB's log format: blocks of 32 KiB; records that do not cross them, the rest of a block below 7 bytes unused.
//
//     crc:le32 length:le16 type:u8 payload          type 0: room reserved and not written

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kBlock = 32'768;
constexpr std::size_t kHeader = 7;

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool block_is_whole(const char* block, std::size_t size) {
    std::size_t at = 0;
    while (size - at >= kHeader) {
        const auto low = static_cast<unsigned char>(block[at + 4]);
        const auto high = static_cast<unsigned char>(block[at + 5]);
        const std::size_t length = low + std::size_t{256} * high;
        if (block[at + 6] == 0 && length == 0) return true;
        if (length > size - at - kHeader) return false;
        at += kHeader + length;
    }
    return size == kBlock || at == size;
}

}  // namespace

void check_manifest(const std::filesystem::path& directory) {
    std::string name = contents(directory / "CURRENT");
    name.erase(std::min(name.find('\n'), name.size()));
    if (name.empty()) return;  // new, or for RocksDB to complain about
    const std::string manifest = contents(directory / name);
    for (std::size_t at = 0; at < manifest.size(); at += kBlock) {
        if (block_is_whole(manifest.data() + at, std::min(kBlock, manifest.size() - at))) continue;
        throw StorageError(StorageErrorKind::kCorruption,
                           fmt::format("open the state in {}: {} is damaged", directory.string(), name));
    }
}

}  // namespace matchpoint::streams::state
