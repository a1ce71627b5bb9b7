// Event ids: where in a topic a reader stands, as Kafka offsets, so that any gateway resumes what another began.
//
//   id    = part *( "." part )              one part a topic of the stream
//   part  = base64url( version checksum hours offset... )
//   version   1 byte, 1
//   checksum  2 bytes big-endian, over the topic's name and all that follows: tells the topics apart, and garbage
//   hours     varint, hours since the epoch when the id was made: says whether tombstones since then can still be known
//   offset    varint for each partition from 0: the next offset to read
//
// 12 partitions at offsets below 2^28 take 71 characters, 4 more of a second topic 28 and the dot. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/types.h"

namespace matchpoint::http {

// The next offset to read of each partition, by partition number.
using OffsetVector = std::vector<std::int64_t>;

struct EventId {
    OffsetVector offsets;
    streams::Timestamp made;  // rounded down to the hour
};

// A client can hold an id of any length; what is longer than this was not made here.
inline constexpr std::size_t kLongestEventId = 4096;

[[nodiscard]] std::string encode_event_id(std::string_view topic, const OffsetVector& offsets, streams::Timestamp made);
// The part of `id` that belongs to `topic`; nothing if there is none or it is damaged.
[[nodiscard]] std::optional<EventId> decode_event_id(std::string_view topic, std::string_view id);

// The text of that part; empty if there is none.
[[nodiscard]] std::string_view event_id_part(std::string_view topic, std::string_view id);

// For each partition the further of the two: what a reader knows that was at `a` and has read all up to `b`.
[[nodiscard]] OffsetVector join(OffsetVector a, const OffsetVector& b);

}  // namespace matchpoint::http
