#include "processor/streams/state/timestamped_value.h"

namespace matchpoint::streams::state {

void join_timestamped(Timestamp timestamp, BytesView value, Bytes& out) {
    out.clear();
    out.reserve(8 + value.size());
    append_be64(out, static_cast<std::uint64_t>(timestamp.value()));
    out.append(value);
}

std::optional<TimestampedView> split_timestamped(BytesView stored) {
    if (stored.size() < 8) return std::nullopt;
    return TimestampedView{Timestamp{static_cast<std::int64_t>(read_be64(stored.data()))}, stored.substr(8)};
}

}  // namespace matchpoint::streams::state
