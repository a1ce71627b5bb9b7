#include "http/rest.h"

#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

namespace matchpoint::http {
namespace {

constexpr std::string_view kJson = "application/json";

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
    for (const std::string& name : names) url += fmt::format("{}={}&", kind, percent_encode(name));
}

void set_monitor(Response& response, const Log& log, const Filter& filter) {
    std::string url = fmt::format("/events/{}?", log.topic());
    append_names(url, "match", filter.matches);
    append_names(url, "player", filter.players);
    append_names(url, "sport", filter.sports);
    response.set("Link", fmt::format("<{}lastEventId={}>; rel=\"monitor\"", url, log.head_id()));
}

std::string values_of(const Log& log, const Filter& filter) {
    std::string json = "[";
    for (const Log::Entry* entry = log.changed_after(0); entry != nullptr; entry = log.next(*entry)) {
        if (entry->record->tombstone() || (!filter.empty() && !filter.passes(*entry->tags))) continue;
        if (json.size() > 1) json.append(",\n");
        json += entry->record->value();
    }
    json.push_back(']');
    return json;
}

}  // namespace

Filter filter_of(const Request& request, const Limits& limits) {
    Filter filter;
    for (const auto& [name, value] : request.query) {
        if (name == "match") add_names(filter.matches, value);
        if (name == "player") add_names(filter.players, value);
        if (name == "sport") add_names(filter.sports, value);
        if (filter.size() > limits.filter_names) {
            throw std::invalid_argument(fmt::format("a filter has at most {} names", limits.filter_names));
        }
    }
    return filter;
}

std::size_t top_of(const Request& request, const Limits& limits) {
    const std::string_view text = request.parameter("top").value_or("10");
    std::size_t top = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), top);
    if (error != std::errc{} || end != text.data() + text.size() || top == 0 || top > limits.top) {
        throw std::invalid_argument(fmt::format("top must be a number from 1 to {}", limits.top));
    }
    return top;
}

Response list_latest(const Request& request, Mirror& mirror, const Site& site) {
    const Log& log = mirror.log;
    if (!log.caught_up()) return not_ready();
    const Filter filter = filter_of(request, site.config.limits);
    Body body;
    if (!filter.empty()) {
        body = std::make_shared<const std::string>(values_of(log, filter));
    } else {
        if (mirror.all == nullptr || mirror.all_at != log.head()) {
            mirror.all = std::make_shared<const std::string>(values_of(log, filter));
            mirror.all_at = log.head();
        }
        body = mirror.all;
    }
    Response response = json_answer(request, std::move(body), fmt::format("\"{}\"", log.head_id()));
    set_monitor(response, log, filter);
    return response;
}

Response latest_of_key(const Request& request, const Mirror& mirror, const std::string& key) {
    const Log& log = mirror.log;
    if (!log.caught_up()) return not_ready();
    const Log::Entry* entry = log.find(key);
    if (entry == nullptr || entry->record->tombstone()) {
        return make_problem(status::not_found, fmt::format("{} knows no {}", log.topic(), key));
    }
    const Record& record = *entry->record;
    Response response = json_answer(request, std::make_shared<const std::string>(record.value()),
                                    fmt::format("\"{}-{}\"", record.partition(), record.offset()));
    Filter filter;
    if (log.options().match_is_key) filter.matches.push_back(key);
    if (!log.options().match_is_key) filter.players = entry->tags->players;
    if (!log.options().match_is_key) filter.sports = {entry->tags->sport};
    set_monitor(response, log, filter);
    return response;
}

Response list_leaderboard(const Request& request, const Site& site) {
    if (!site.leaderboards.caught_up()) return not_ready();
    const std::string sport(request.parameter("sport").value_or(""));
    const std::size_t top = top_of(request, site.config.limits);
    auto body = std::make_shared<const std::string>(site.leaderboards.json(sport, 0, top));
    const std::string etag = fmt::format("\"{:016x}\"", std::hash<std::string>{}(*body));
    Response response = json_answer(request, std::move(body), etag);
    response.set("Link",
                 fmt::format("</events/leaderboard?sport={}&top={}>; rel=\"monitor\"", percent_encode(sport), top));
    return response;
}

}  // namespace matchpoint::http
