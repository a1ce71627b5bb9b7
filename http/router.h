// From a request to its answer, or to the stream it asks for. No I/O. Called on the shard's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "http/ingest/ingest.h"
#include "http/request.h"
#include "http/response.h"
#include "http/site.h"

namespace matchpoint::http {

struct StreamRequest {
    std::vector<Mirror*> topics;  // empty: a leaderboard
    std::shared_ptr<const Filter> filter;
    Start start;
    std::string sport;
    std::size_t top = 0;
    std::optional<std::int64_t> expires_ms;  // since the epoch: the stream ends then
    Response head;
};

using Outcome = std::variant<Response, StreamRequest, Pending>;

// Never throws: what is wrong with a request becomes its answer.
[[nodiscard]] Outcome route(const Request& request, Site& site);
// What to say instead of opening a WebSocket; nothing if it may be opened.
[[nodiscard]] std::optional<Response> refuse_socket(const Request& request, Site& site);
// What every answer carries, also one that was pending, or one to a request that could not be read.
void add_common_headers(Response& response, std::string_view origin, const Config& config);

}  // namespace matchpoint::http
