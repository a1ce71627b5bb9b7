// Serdes: bytes to values and back, compatible with Java's built-in ones (big-endian numbers, UTF-8 strings). A serde
// is immutable and shared by all tasks: any thread.
//
// A serde for views (`BytesView`, std::string_view) copies nothing: what it yields lives as long as the input.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams {

template <typename T>
class Serde {
  public:
    virtual ~Serde() = default;
    // Appends nothing else: `out` is cleared by the caller.
    virtual void serialize(const T& value, Bytes& out) const = 0;
    // Empty if `data` is not what serialize writes; to throw says the same, and why.
    [[nodiscard]] virtual std::optional<T> deserialize(BytesView data) const = 0;
};

template <typename T>
using SerdePtr = std::shared_ptr<const Serde<T>>;

namespace serdes {

[[nodiscard]] SerdePtr<Bytes> bytes();           // owned; also Java's StringSerde for UTF-8 text
[[nodiscard]] SerdePtr<Bytes> string();          // the same bytes; rejects what is not UTF-8
[[nodiscard]] SerdePtr<BytesView> bytes_view();  // not owned
[[nodiscard]] SerdePtr<std::int32_t> int32();    // IntegerSerde: 4 bytes
[[nodiscard]] SerdePtr<std::int64_t> int64();    // LongSerde: 8 bytes
[[nodiscard]] SerdePtr<double> float64();        // DoubleSerde: IEEE 754, 8 bytes

}  // namespace serdes

// A key serde and a value serde, as Consumed, Produced, Grouped and Materialized carry them.
template <typename K, typename V>
struct SerdePair {
    SerdePtr<K> key;
    SerdePtr<V> value;
};

}  // namespace matchpoint::streams
