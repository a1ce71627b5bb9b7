// A copy of a text with the padding that simdjson reads past its end, in a buffer that is used again and only grows.
// The view is good until the next call with the same buffer. Any thread, a buffer each.
#pragma once

#include <bit>
#include <cstring>
#include <string>

#include <simdjson.h>

#include "processor/streams/base/bytes.h"

namespace matchpoint::topics {

[[nodiscard]] inline simdjson::padded_string_view padded_copy(streams::BytesView text, std::string& buffer) {
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (buffer.size() < needed) buffer.resize(std::bit_ceil(needed));
    if (!text.empty()) std::memcpy(buffer.data(), text.data(), text.size());
    std::memset(buffer.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(buffer.data(), text.size(), needed);
}

}  // namespace matchpoint::topics
