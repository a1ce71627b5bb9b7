// A record of `scores-rejected` as the JSON that clients get. What was received may be any bytes, so key and value are
// texts where they are UTF-8 and base64 where they are not; an absent one is null. Pure.
//
//   {"key":"m-1","value":"{\"match\":…","reason":"invalid","detail":"seq: …",
//    "source":{"topic":"scores","partition":3,"offset":17},"at":1795235906251}
//   {"key_base64":"/w==","value_base64":"…", …}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"

namespace matchpoint::http {

struct ReceivedRecord {
    std::optional<std::string_view> key;
    std::optional<std::string_view> value;
    streams::Timestamp at;
    const streams::Headers* headers = nullptr;
};

// Headers that are missing or make no sense become null.
[[nodiscard]] std::string rejected_event_json(const ReceivedRecord& record);

}  // namespace matchpoint::http
