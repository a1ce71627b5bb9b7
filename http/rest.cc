#include "http/rest.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace matchpoint::http {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kMostOnAPage = 10'000;
constexpr std::size_t kMostDigits = 19;  // of a number of 64 bits

Response not_ready() {
    Response response = make_problem(status::service_unavailable, "still reading the topics; try again in a moment");
    response.set("Retry-After", "1");
    return response;
}

Response json_answer(const Request& request, Body body, std::string_view etag) {
    Response response = make_response(status::ok, kJson, std::move(body));
    response.set("Cache-Control", "no-cache");
    return with_etag(std::move(response), etag, request.header("If-None-Match"));
}

Response json_answer(const Request& request, std::string json) {
    const std::string etag = etag_of(json);
    return json_answer(request, std::make_shared<const std::string>(std::move(json)), etag);
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const unsigned char c : text) {
        if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
            encoded.push_back(static_cast<char>(c));
        } else {
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", c);
        }
    }
    return encoded;
}

void append_names(std::string& url, std::string_view kind, const std::vector<std::string>& names) {
    for (const std::string& name : names) url += fmt::format("{}={}&", kind, percent_encode(list_name(name)));
}

void append_filter(std::string& url, const Filter& filter) {
    append_names(url, "match", filter.matches);
    append_names(url, "player", filter.players);
    append_names(url, "sport", filter.sports);
}

// Throws std::invalid_argument unless it is 1 to `most`.
std::size_t number_of(std::string_view name, std::string_view text, std::size_t most) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number == 0 || number > most) {
        throw std::invalid_argument(fmt::format("{} must be a number from 1 to {}", name, most));
    }
    return number;
}

// `since` is the id of the log as it was answered from.
void set_monitor(Response& response, const Log& log, const Filter& filter, std::string_view since) {
    std::string url = fmt::format("/events/{}?", log.topic());
    append_filter(url, filter);
    response.set("Link", fmt::format("<{}lastEventId={}>; rel=\"monitor\"", url, since));
}
void set_monitor(Response& response, const Log& log, const Filter& filter) {
    set_monitor(response, log, filter, log.head_id());
}

std::string values_of(const Log& log, const Filter& filter) {
    std::string json = "[";
    for (const Log::Entry* entry = log.changed_after(0); entry != nullptr; entry = log.next(*entry)) {
        if (entry->record->tombstone() || (!filter.empty() && !filter.passes(*entry->tags))) continue;
        if (json.size() > 1) json.append(",\n");
        entry->record->append_json(json);
    }
    json.push_back(']');
    return json;
}

// One page, ordered by key.
struct Page {
    std::string json = "[";
    std::string last_key;
    bool more = false;
};

Page page_of(const Log& log, const Filter& filter, std::string_view after, std::size_t limit) {
    std::vector<const Log::Entry*> entries;
    for (const Log::Entry* entry = log.changed_after(0); entry != nullptr; entry = log.next(*entry)) {
        if (entry->record->tombstone() || entry->record->key() <= after) continue;
        if (filter.empty() || filter.passes(*entry->tags)) entries.push_back(entry);
    }
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(std::min(limit, entries.size()));
    std::partial_sort(entries.begin(), end, entries.end(),
                      [](const auto* a, const auto* b) { return a->record->key() < b->record->key(); });
    Page page;
    for (auto it = entries.begin(); it != end; ++it) {
        if (it != entries.begin()) page.json.append(",\n");
        (*it)->record->append_json(page.json);
        page.last_key = (*it)->record->key();
    }
    page.json.push_back(']');
    page.more = entries.size() > limit;
    return page;
}

// Where the stream begins that continues the whole list: what its first page was answered from, since an entry may
// change once its page has gone. What is no id begins with a fresh snapshot, as on a stream.
std::string since_of(const Request& request, const Log& log) {
    const auto since = request.parameter("since");
    if (!since) return log.head_id();
    return decode_event_id(log.topic(), *since) ? std::string(*since) : std::string();
}

Response list_page(const Request& request, const Log& log, const Filter& filter, std::size_t limit) {
    const std::string since = since_of(request, log);
    Page page = page_of(log, filter, request.parameter("after").value_or(""), limit);
    Response response = json_answer(request, std::move(page.json));
    set_monitor(response, log, filter, since);
    if (page.more) {
        std::string url = fmt::format("/api/{}?", log.topic());
        append_filter(url, filter);
        url += fmt::format("limit={}&after={}&since={}", limit, percent_encode(page.last_key), since);
        const auto monitor = response.header["Link"];
        response.set("Link",
                     fmt::format("{}, <{}>; rel=\"next\"", std::string_view(monitor.data(), monitor.size()), url));
    }
    return response;
}

}  // namespace

Filter filter_of(const Request& request, const Site& site) {
    const Limits& limits = site.config.limits;
    Filter filter;
    for (const auto& [name, value] : request.query) {
        if (name == "match") add_names(filter.matches, value);
        if (name == "player") add_names(filter.players, value);
        if (name == "sport") add_names(filter.sports, value);
        if (filter.size() > limits.filter_names) {
            site.metrics.refused_filter.add();
            throw std::invalid_argument(fmt::format("a filter has at most {} names", limits.filter_names));
        }
    }
    return filter;
}

std::string leaderboard_sport_of(const Request& request) {
    std::vector<std::string> sports;
    for (const auto& [name, value] : request.query) {
        if (name == "sport") add_names(sports, value);
    }
    if (sports.size() > 1) throw std::invalid_argument("a leaderboard is of one sport, or of all without sport=");
    return sports.empty() ? std::string() : std::move(sports.front());
}

std::size_t top_of(const Request& request, const Site& site) {
    constexpr std::size_t kUsual = 10;
    const std::size_t most = site.config.limits.top;
    const auto text = request.parameter("top");
    if (!text) return std::min(kUsual, most);
    const bool too_long = text->size() > kMostDigits || std::strtoull(std::string(*text).c_str(), nullptr, 10) > most;
    if (too_long) site.metrics.refused_top.add();
    return number_of("top", *text, most);
}

Response list_latest(const Request& request, Mirror& mirror, const Site& site, const Grant& grant) {
    const Log& log = mirror.log;
    if (!log.caught_up()) return not_ready();
    Filter filter = filter_of(request, site);
    grant.restrict(filter);
    if (const auto limit = request.parameter("limit")) {
        return list_page(request, log, filter, number_of("limit", *limit, kMostOnAPage));
    }
    if (request.parameter("after")) return list_page(request, log, filter, kMostOnAPage);
    if (filter.empty() && (mirror.all == nullptr || mirror.all_at != log.head())) {
        mirror.all = std::make_shared<const std::string>(values_of(log, filter));
        mirror.all_at = log.head();
        mirror.all_etag = etag_of(*mirror.all);
    }
    Response response = filter.empty() ? json_answer(request, mirror.all, mirror.all_etag)
                                       : json_answer(request, values_of(log, filter));
    set_monitor(response, log, filter);
    return response;
}

Response latest_of_key(const Request& request, const Mirror& mirror, const std::string& key, const Grant& grant) {
    const Log& log = mirror.log;
    if (!log.caught_up()) return not_ready();
    // Before it is known whether there is one: what a token is not good for must look the same either way.
    Filter granted;
    if (log.options().match_is_key) granted.matches.push_back(key);
    grant.restrict(granted);
    const Log::Entry* entry = log.find(key);
    if (entry == nullptr || entry->record->tombstone() || (!granted.empty() && !granted.passes(*entry->tags))) {
        return make_problem(status::not_found, fmt::format("{} knows no {}", log.topic(), key));
    }
    const Record& record = *entry->record;
    std::string json;
    record.append_json(json);
    Response response = json_answer(request, std::move(json));
    Filter filter;
    if (log.options().match_is_key) filter.matches.push_back(key);
    if (!log.options().match_is_key) filter.players = entry->tags->players;
    if (!log.options().match_is_key) filter.sports = {entry->tags->sport};
    set_monitor(response, log, filter);
    return response;
}

Response list_leaderboard(const Request& request, const Site& site) {
    if (!site.leaderboards.caught_up()) return not_ready();
    const std::string sport = leaderboard_sport_of(request);
    const std::size_t top = top_of(request, site);
    Response response = json_answer(request, site.leaderboards.json(sport, 0, top));
    response.set("Link",
                 fmt::format("</events/leaderboard?sport={}&top={}>; rel=\"monitor\"", percent_encode(sport), top));
    return response;
}

}  // namespace matchpoint::http
