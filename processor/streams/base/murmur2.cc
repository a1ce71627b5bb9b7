#include "processor/streams/base/murmur2.h"

#include <cstring>

namespace matchpoint::streams {

std::int32_t murmur2(BytesView data) {
    constexpr std::uint32_t kSeed = 0x9747b28cU;
    constexpr std::uint32_t kMultiplier = 0x5bd1e995U;
    const auto length = static_cast<std::uint32_t>(data.size());
    std::uint32_t hash = kSeed ^ length;
    const char* at = data.data();
    std::uint32_t left = length;
    for (; left >= 4; left -= 4, at += 4) {
        std::uint32_t word = 0;
        std::memcpy(&word, at, sizeof word);  // little-endian, as the Java code assembles it
        word *= kMultiplier;
        word ^= word >> 24U;
        word *= kMultiplier;
        hash = (hash * kMultiplier) ^ word;
    }
    const auto byte = [at](unsigned index) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(at[index]));
    };
    if (left == 3) hash ^= byte(2) << 16U;
    if (left >= 2) hash ^= byte(1) << 8U;
    if (left >= 1) hash = (hash ^ byte(0)) * kMultiplier;
    hash ^= hash >> 13U;
    hash *= kMultiplier;
    hash ^= hash >> 15U;
    return static_cast<std::int32_t>(hash);
}

Partition partition_for_key(BytesView key, std::int32_t partitions) {
    return Partition{(murmur2(key) & 0x7fffffff) % partitions};
}

}  // namespace matchpoint::streams
