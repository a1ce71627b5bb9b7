// The hash and partition choice of Kafka's Java producer (org.apache.kafka.common.utils.Utils.murmur2 and
// BuiltInPartitioner): a key lands in the same partition whoever writes it. Pure; any thread.
#pragma once

#include <cstdint>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams {

[[nodiscard]] std::int32_t murmur2(BytesView data);

// Partition of a non-null key among `partitions` (> 0).
[[nodiscard]] Partition partition_for_key(BytesView key, std::int32_t partitions);

}  // namespace matchpoint::streams
