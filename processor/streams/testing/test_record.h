// Records as a test gives them to a topology and reads them back: raw, and decoded with serdes. Values.
#pragma once

#include <optional>
#include <string>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams {

template <typename K, typename V>
struct TestRecord {
    std::optional<K> key;
    std::optional<V> value;
    Timestamp timestamp{0};
    Headers headers;
    bool operator==(const TestRecord&) const = default;
};

using RawTestRecord = TestRecord<Bytes, Bytes>;

// A record that the topology wrote: to an output topic, a repartition topic or a changelog.
struct ProducedRecord {
    std::string topic;
    Partition partition;
    Offset offset;
    std::optional<Bytes> key;
    std::optional<Bytes> value;
    Timestamp timestamp;
    Headers headers;
    bool operator==(const ProducedRecord&) const = default;

    // The first header of that name; nullopt if there is none or its value is null.
    [[nodiscard]] std::optional<Bytes> header(std::string_view name) const {
        for (const Header& header : headers) {
            if (header.name == name) return header.value;
        }
        return std::nullopt;
    }
};

}  // namespace matchpoint::streams
