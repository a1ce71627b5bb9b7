// What the DSL's operations may be told: names, serdes, stores, partitions. As Kafka Streams' classes of the same
// names, as aggregates with designated initialisers:
//
//     builder.stream<std::string, std::string>("lines", {.key = serdes::string(), .name = "lines-in"});
//     grouped.count({.store = "counts", .caching = false});
//
// A serde that is left out is inherited from upstream, or the default of its type. Values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {

// The name of an operation's node; generated if empty.
struct Named {
    std::string name{};
};

template <typename K, typename V>
struct Consumed {
    SerdePtr<K> key{};
    SerdePtr<V> value{};
    std::string name{};
    TimestampExtractor timestamp_extractor{};
    OffsetReset offset_reset = OffsetReset::kDefault;
};

template <typename K, typename V>
struct Produced {
    SerdePtr<K> key{};
    SerdePtr<V> value{};
    std::string name{};
    StreamPartitioner<K, V> partitioner{};
};

// The name is that of the repartition topic, if one is needed: `<application.id>-<name>-repartition`.
template <typename K, typename V>
struct Grouped {
    SerdePtr<K> key{};
    SerdePtr<V> value{};
    std::string name{};
};

template <typename K, typename V>
struct Joined {
    SerdePtr<K> key{};
    SerdePtr<V> value{};  // of the stream, should it be repartitioned
    std::string name{};
};

template <typename K, typename V>
struct Repartitioned {
    SerdePtr<K> key{};
    SerdePtr<V> value{};
    std::string name{};
    std::optional<std::int32_t> partitions{};
    StreamPartitioner<K, V> partitioner{};
};

// The store behind a table. A name makes it queryable.
template <typename K, typename V>
struct Materialized {
    std::string store{};
    SerdePtr<K> key{};
    SerdePtr<V> value{};
    StoreSpec::Kind kind = StoreSpec::Kind::kPersistent;
    bool logging = true;
    std::map<std::string, std::string> changelog_configs{};
    bool caching = true;  // if statestore.cache.max.bytes is not 0, which by default it is
};

namespace dsl {

// The serde of a type that has one by itself; null if it has none.
template <typename T>
SerdePtr<T> default_serde() {
    if constexpr (std::is_same_v<T, Bytes>) return serdes::bytes();
    if constexpr (std::is_same_v<T, BytesView>) return serdes::bytes_view();
    if constexpr (std::is_same_v<T, std::int32_t>) return serdes::int32();
    if constexpr (std::is_same_v<T, std::int64_t>) return serdes::int64();
    if constexpr (std::is_same_v<T, double>) return serdes::float64();
    return nullptr;
}

template <typename T>
SerdePtr<T> or_else(const SerdePtr<T>& serde, const SerdePtr<T>& otherwise) {
    return serde ? serde : otherwise;
}

// For where bytes are written or read.
template <typename K, typename V>
SerdePair<K, V> required(const SerdePtr<K>& key, const SerdePtr<V>& value, const std::string& what) {
    SerdePair<K, V> pair{or_else(key, default_serde<K>()), or_else(value, default_serde<V>())};
    if (!pair.key || !pair.value) {
        throw TopologyError(
            fmt::format("{} needs a serde for its {}: name one in Consumed, Produced, Grouped, Joined, "
                        "Repartitioned or Materialized",
                        what, pair.key ? "value" : "key"));
    }
    return pair;
}

}  // namespace dsl
}  // namespace matchpoint::streams
