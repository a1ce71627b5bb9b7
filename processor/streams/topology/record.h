// What flows through a topology: a typed record between nodes, and the raw one at its edges. Keys and values may be
// absent; an absent value is a tombstone. Views point into the consumer's buffers and live as long as the call that
// hands them over: a node that keeps something copies it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams {

template <typename K, typename V>
struct Record {
    std::optional<K> key;
    std::optional<V> value;
    Timestamp timestamp = kNoTimestamp;
    Headers headers;
};

// Where the record being processed came from.
struct RecordMetadata {
    std::string_view topic;
    Partition partition;
    Offset offset;
    bool operator==(const RecordMetadata&) const = default;
};

// A record as Kafka has it.
struct RawRecord {
    std::optional<BytesView> key;
    std::optional<BytesView> value;
    Timestamp timestamp = kNoTimestamp;
    const Headers* headers = nullptr;  // null when there are none
    RecordMetadata metadata;
};

}  // namespace matchpoint::streams
