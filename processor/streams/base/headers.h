// Record headers in their owned form, as they are kept and written. A header's value may be null, which is not the
// same as empty; names may repeat and order counts. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams {

struct Header {
    std::string name;
    std::optional<Bytes> value;
    bool operator==(const Header&) const = default;
};

using Headers = std::vector<Header>;

}  // namespace matchpoint::streams
