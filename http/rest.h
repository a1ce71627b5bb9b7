// What a request may read is its grant's to say: these throw Forbidden.
//
// Snapshots as JSON: what a page shows before its stream begins. Each answer carries the link by which a stream
// continues exactly there. Called on the shard's thread.
#pragma once

#include <string>

#include "http/request.h"
#include "http/response.h"
#include "http/site.h"

namespace matchpoint::http {

// GET /api/<topic>: the latest value of each key, in the order in which they last changed; with `?limit=`, and
// `?after=` the last key of the page before, a page by key, whose `Link` leads to the next. `?since=`, in that link,
// has every page name the stream that continues from where the first stood.
[[nodiscard]] Response list_latest(const Request& request, Mirror& mirror, const Site& site, const Grant& grant);
// GET /api/<topic>/<key>
[[nodiscard]] Response latest_of_key(const Request& request, const Mirror& mirror, const std::string& key,
                                     const Grant& grant);
// GET /api/leaderboard?sport=&top=
[[nodiscard]] Response list_leaderboard(const Request& request, const Site& site);

// Of the parameters match, sport and player. Throws std::invalid_argument if there are too many names.
[[nodiscard]] Filter filter_of(const Request& request, const Site& site);
// The parameter `sport` of a leaderboard; empty for all. Throws std::invalid_argument if there are several.
[[nodiscard]] std::string leaderboard_sport_of(const Request& request);
// The parameter `top`, 10 by default. Throws std::invalid_argument unless it is 1 to the limit.
[[nodiscard]] std::size_t top_of(const Request& request, const Site& site);

}  // namespace matchpoint::http
