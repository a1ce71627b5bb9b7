// The value of a timestamped store, byte for byte as Kafka Streams writes it: 8 bytes big-endian timestamp, then the
// value. Only in the store; in the changelog the timestamp is the record's. Pure; any thread.
//
//     +----------------------+-----------+
//     | int64 BE, epoch ms   | value ... |
//     +----------------------+-----------+
#pragma once

#include <optional>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams::state {

struct TimestampedView {
    Timestamp timestamp;
    BytesView value;  // into the bytes that were split
};

// Replaces `out`.
void join_timestamped(Timestamp timestamp, BytesView value, Bytes& out);
// nullopt: fewer than 8 bytes.
[[nodiscard]] std::optional<TimestampedView> split_timestamped(BytesView stored);

}  // namespace matchpoint::streams::state
