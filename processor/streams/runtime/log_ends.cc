#include "processor/streams/runtime/log_ends.h"

namespace matchpoint::streams {

bool ConsumedLogEnds::reached(const TopicPartition& partition, Offset next) const {
    if (const auto end = ends_.find(partition); end != ends_.end() && end->second >= next) return true;
    // A position means that something has come since the assignment: the watermark is not an older one's.
    const auto position = consumer_.position(partition);
    if (!position) return false;
    const auto marks = consumer_.cached_watermarks(partition);
    return marks && *position >= marks->high;
}

}  // namespace matchpoint::streams
