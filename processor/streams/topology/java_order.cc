#include "processor/streams/topology/java_order.h"

#include <algorithm>
#include <cstdint>

namespace matchpoint::streams {
namespace {

// java.lang.String.hashCode, spread as java.util.HashMap does.
std::uint32_t spread_hash(const std::string& text) {
    std::uint32_t hash = 0;
    for (const char c : text) hash = hash * 31U + static_cast<unsigned char>(c);
    return hash ^ (hash >> 16U);
}

std::uint32_t buckets_for(std::size_t size, HashSetMade made) {
    std::uint32_t buckets = 16;
    if (made == HashSetMade::kGrown) {
        while (size * 4 > buckets * 3ULL) buckets *= 2;
    } else {
        const auto wanted = static_cast<std::uint32_t>(static_cast<float>(size) / 0.75F) + 1;
        while (buckets < wanted) buckets *= 2;
    }
    return buckets;
}

}  // namespace

std::vector<std::string> java_hash_order(const std::vector<std::string>& names, HashSetMade made) {
    const std::uint32_t mask = buckets_for(names.size(), made) - 1;
    std::vector<std::string> ordered = names;
    std::stable_sort(ordered.begin(), ordered.end(), [mask](const std::string& a, const std::string& b) {
        return (spread_hash(a) & mask) < (spread_hash(b) & mask);
    });
    return ordered;
}

}  // namespace matchpoint::streams
