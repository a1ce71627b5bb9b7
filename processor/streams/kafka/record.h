// What consumer, producer and admin exchange besides messages: positions in partitions and offsets that have a meaning
// of their own. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams::kafka {

using streams::Header;
using streams::HeaderView;
using streams::Headers;

// Start positions for assign() and seek(); librdkafka's own numbers.
inline constexpr Offset kBeginning{-2};
inline constexpr Offset kEnd{-1};
inline constexpr Offset kStored{-1000};  // the group's committed offset, else auto.offset.reset

// Lets the client choose the partition: by murmur2 of the key, at random without one.
inline constexpr Partition kByKey{-1};

// A partition and a position in it: the next record to read. `metadata` is stored with a committed offset.
struct PartitionOffset {
    TopicPartition partition;
    Offset offset = kStored;
    std::string metadata;
    bool operator==(const PartitionOffset&) const = default;
};

struct Watermarks {
    Offset low;   // the first offset still there
    Offset high;  // that of the next record (read_uncommitted) or the last stable offset (read_committed)
};

}  // namespace matchpoint::streams::kafka
