#include "processor/streams/state/scan.h"

namespace matchpoint::streams::state {

Scan Scan::inclusive(std::optional<BytesView> from, std::optional<BytesView> to, Direction direction) {
    Scan scan;
    scan.direction = direction;
    if (from) scan.lower.assign(*from);
    if (to) {
        // The smallest key greater than `to`.
        scan.upper.emplace(*to).push_back('\0');
    }
    return scan;
}

Scan Scan::prefix(BytesView prefix) {
    Scan scan;
    scan.lower.assign(prefix);
    scan.upper = prefix_end(prefix);
    return scan;
}

}  // namespace matchpoint::streams::state
