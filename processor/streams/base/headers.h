// Record headers: owned, as they are kept, and as views, as they are read and written. A header's value may be null, which
// is not the same as empty; names may repeat and order counts. Values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams {

struct Header {
    std::string name;
    std::optional<Bytes> value;
    bool operator==(const Header&) const = default;
};

using Headers = std::vector<Header>;

struct HeaderView {
    std::string_view name;
    std::optional<BytesView> value;
};

}  // namespace matchpoint::streams
