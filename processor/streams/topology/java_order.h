// The orders that Java's hash sets and maps give strings, on which the text of TopologyDescription depends. Pure; any
// thread. Exact for ASCII.
#pragma once

#include <string>
#include <vector>

namespace matchpoint::streams {

// How the set came to its size: by adding one at a time, or made from a collection at once.
enum class HashSetMade : std::uint8_t { kGrown, kFromCollection };

// `names`, in the order they were added and each once, as a java.util.HashSet<String> iterates over them.
[[nodiscard]] std::vector<std::string> java_hash_order(const std::vector<std::string>& names, HashSetMade made);

}  // namespace matchpoint::streams
