#include "http/router.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http/rest.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kEvents = "/events/";
constexpr std::string_view kApi = "/api/";
constexpr std::string_view kReading = "GET, HEAD, OPTIONS";
constexpr std::string_view kWriting = "POST, OPTIONS";
constexpr std::string_view kSocketVersion = "13";
constexpr std::string_view kAny = "GET, HEAD, POST, OPTIONS";  // of the server as a whole

bool is_reading(const Request& request) {
    return request.method() == "GET" || request.method() == "HEAD";
}

Response text_answer(std::string text, std::string_view type) {
    Response response = make_response(status::ok, type, std::make_shared<const std::string>(std::move(text)));
    response.set("Cache-Control", "no-store");
    return response;
}

Response not_found(const Request& request) {
    return make_problem(status::not_found, fmt::format("there is nothing at {}", request.path));
}

// The methods of what is at the path; empty if nothing is.
std::string_view allowed(const Request& request, const Site& site) {
    const std::string_view path = request.path;
    if (path == "*") return kAny;
    if (path == "/api/scores" || path == "/api/simulations") return kWriting;
    if (path == "/events" || path == "/ws" || path == "/healthz" || path == "/readyz" || path == "/metrics")
        return kReading;
    if (path.starts_with(kEvents)) {
        const std::string_view name = path.substr(kEvents.size());
        return name == "leaderboard" || site.find(name) != nullptr ? kReading : std::string_view();
    }
    if (path.starts_with(kApi)) {
        std::string_view name = path.substr(kApi.size());
        if (name == "leaderboard") return kReading;
        name = name.substr(0, name.find('/'));
        const Mirror* mirror = site.find(name);
        return mirror != nullptr && mirror->log.options().compacted ? kReading : std::string_view();
    }
    return site.assets.find(path) ? kReading : std::string_view();
}

Response page(const Request& request, const Site& site) {
    const auto asset = site.assets.find(request.path);
    if (!asset) return not_found(request);
    Response response = make_response(status::ok, asset->content_type, asset->body);
    response.set("Cache-Control", "no-cache");
    // The widget is made to be framed: it shows one score and takes nothing. No other page may be.
    const bool framed = request.path == "/widget";
    response.set("Content-Security-Policy",
                 fmt::format("default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {}; "
                             "require-trusted-types-for 'script'",
                             framed ? "*" : "'none'"));
    response.set("Cross-Origin-Opener-Policy", "same-origin");
    if (!framed) response.set("X-Frame-Options", "DENY");
    return with_etag(std::move(response), asset->etag, request.header("If-None-Match"));
}

void require_leaderboard(const Grant& grant) {
    grant.require_topic(topics::kHighScores);
    grant.require_all_matches("a leaderboard");
}

Response latest(const Request& request, Site& site, const Grant& grant) {
    const std::string_view rest = std::string_view(request.path).substr(kApi.size());
    if (rest == "leaderboard") {
        require_leaderboard(grant);
        return list_leaderboard(request, site);
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    Mirror& mirror = *site.find(rest.substr(0, slash));
    grant.require_topic(mirror.log.topic());
    if (slash == rest.size()) return list_latest(request, mirror, site, grant);
    return latest_of_key(request, mirror, std::string(rest.substr(slash + 1)), grant);
}

Response api(const Request& request, Site& site, const Grant& grant) {
    Response response = latest(request, site, grant);
    // While Kafka cannot be reached, what is served may be that old.
    if (const auto seconds = site.away_s()) response.set("Age", std::to_string(*seconds));
    if (grant.restricted) {
        response.header.insert(boost::beast::http::field::vary, "Authorization, Cookie");
        response.set("Cache-Control", "private, no-cache");
    }
    return response;
}

// The header wins: a browser that comes back by itself sends the newer id there.
std::string last_event_id(const Request& request) {
    const std::string_view header = request.header("Last-Event-ID");
    return std::string(header.empty() ? request.parameter("lastEventId").value_or("") : header);
}

// The topic in the path, or those of `?topics=`. Throws std::invalid_argument if one is unknown or none is given.
std::vector<Mirror*> topics_of(std::string_view name, const Request& request, const Site& site) {
    if (!name.empty()) return {site.find(name)};
    std::vector<std::string> names;
    for (const auto& [key, value] : request.query) {
        if (key == "topics") add_names(names, value);
    }
    if (names.empty()) throw std::invalid_argument("topics= must name at least one topic, such as match-state");
    std::vector<Mirror*> topics;
    for (const std::string& topic : names) {
        topics.push_back(site.find(topic));
        if (topics.back() == nullptr) throw std::invalid_argument(fmt::format("there is no topic {}", topic));
    }
    return topics;
}

// RFC 9110, 15.5.22 and 7.8; RFC 6455, 4.4.
Response upgrade_wanted(std::string_view why) {
    Response response = make_problem(status::upgrade_required, why);
    response.set("Upgrade", "websocket");
    response.set("Connection", "Upgrade");
    response.set("Sec-WebSocket-Version", kSocketVersion);
    return response;
}

// RFC 6455: 16 bytes in base64. Beast looks at no more than that there is one.
bool is_socket_key(std::string_view key) {
    constexpr std::size_t kDigits = 22;
    return key.size() == kDigits + 2 && key.ends_with("==") &&
           std::all_of(key.begin(), key.begin() + kDigits,
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

// The client asks for matches only, has the final state of each, and they are old enough to stay so.
bool nothing_to_come(const StreamRequest& stream, const Site& site) {
    if (stream.topics.size() != 1 || stream.topics.front()->log.topic() != topics::kMatchState) return false;
    const Filter& filter = *stream.filter;
    const Log& log = stream.topics.front()->log;
    if (filter.matches.empty() || filter.size() != filter.matches.size() || !log.caught_up()) return false;
    const auto known = decode_event_id(log.topic(), stream.start.last_event_id);
    return known && std::all_of(filter.matches.begin(), filter.matches.end(), [&](const std::string& match) {
               const Log::Entry* entry = log.find(match);
               if (entry == nullptr || entry->record->tombstone()) return false;
               const Record& record = *entry->record;
               const auto partition = static_cast<std::size_t>(record.partition().value());
               if (partition >= known->offsets.size() || known->offsets[partition] <= record.offset().value())
                   return false;
               if (site.clock.now().value() - record.timestamp().value() < site.config.final_after_ms) return false;
               const auto state = nlohmann::json::parse(record.value(), nullptr, false);
               const auto status = state.is_object() ? state.value("status", nlohmann::json()) : nlohmann::json();
               return status == "finished" || status == "abandoned";
           });
}

Outcome stream(const Request& request, Site& site, const Grant& grant) {
    StreamRequest stream;
    stream.expires_ms = grant.expires_ms;
    const std::string_view name = request.path.size() > kEvents.size()
                                      ? std::string_view(request.path).substr(kEvents.size())
                                      : std::string_view();
    if (name == "leaderboard") {
        require_leaderboard(grant);
        stream.sport = leaderboard_sport_of(request);
        stream.top = top_of(request, site);
    } else {
        stream.topics = topics_of(name, request, site);
        for (const Mirror* mirror : stream.topics) grant.require_topic(mirror->log.topic());
        Filter filter = filter_of(request, site);
        grant.restrict(filter);
        stream.filter = filter.empty() ? site.no_filter : std::make_shared<const Filter>(std::move(filter));
        stream.start.last_event_id = last_event_id(request);
        stream.start.replay = site.config.replay;
        stream.start.tombstones_known_ms = site.config.tombstones_known_ms;
        if (nothing_to_come(stream, site)) {
            site.metrics.finals.add();
            return make_response(status::no_content, {}, nullptr);
        }
    }
    stream.head = make_response(status::ok, "text/event-stream", nullptr);
    stream.head.set("Cache-Control", "no-cache, no-transform");
    stream.head.set("X-Accel-Buffering", "no");
    return stream;
}

Outcome answer(const Request& request, Site& site) {
    const std::string_view methods = allowed(request, site);
    if (methods.empty()) return not_found(request);
    if (request.method() == "OPTIONS") {
        Response response = make_response(status::no_content, {}, nullptr);
        response.set("Allow", methods);
        response.set("Access-Control-Allow-Methods", methods);
        response.set("Access-Control-Allow-Headers",
                     "Last-Event-ID, If-None-Match, Authorization, Content-Type, Idempotency-Key");
        response.set("Access-Control-Max-Age", "86400");
        return response;
    }
    if (methods == kReading ? !is_reading(request) : request.method() != "POST") {
        Response response =
            make_problem(status::method_not_allowed, fmt::format("{} answers to {}", request.path, methods));
        response.set("Allow", methods);
        return response;
    }
    const std::string_view path = request.path;
    if (path == "/ws") {
        // An upgrade never comes here: the session takes it.
        return upgrade_wanted("/ws is a WebSocket");
    }
    if (path == "/healthz") return text_answer("ok\n", "text/plain; charset=utf-8");
    if (path == "/readyz") {
        if (site.ready()) return text_answer("ready\n", "text/plain; charset=utf-8");
        return make_problem(status::service_unavailable, "still reading the topics");
    }
    if (path == "/metrics") return text_answer(site.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
    if (methods == kWriting) {
        return std::visit([](auto&& it) -> Outcome { return std::forward<decltype(it)>(it); },
                          site.ingest.handle(request, site.decoder, site.metrics));
    }
    if (!path.starts_with("/events") && !path.starts_with(kApi)) return page(request, site);
    auto granted = site.access.check(request, site.clock.now());
    if (auto* refusal = std::get_if<Response>(&granted)) {
        site.metrics.refused_access.add();
        return std::move(*refusal);
    }
    const Grant& grant = std::get<Grant>(granted);
    if (path.starts_with("/events")) return stream(request, site, grant);
    return api(request, site, grant);
}

}  // namespace

void add_common_headers(Response& response, std::string_view origin, const Config& config) {
    response.set("Server", "matchpoint");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    if (config.cors_origins.empty()) return;
    const auto listed = [&config](std::string_view name) {
        return std::find(config.cors_origins.begin(), config.cors_origins.end(), name) != config.cors_origins.end();
    };
    if (listed("*")) {
        response.set("Access-Control-Allow-Origin", "*");
    } else {
        response.header.insert(boost::beast::http::field::vary, "Origin");
        if (origin.empty() || !listed(origin)) return;
        response.set("Access-Control-Allow-Origin", origin);
        response.set("Access-Control-Allow-Credentials", "true");
    }
    response.set("Access-Control-Expose-Headers", "ETag, Link, Age, Retry-After, Idempotency-Replayed");
}

std::optional<Response> refuse_socket(const Request& request, Site& site) {
    if (request.header("Sec-WebSocket-Version") != kSocketVersion) {
        Response response = upgrade_wanted(fmt::format("Sec-WebSocket-Version must be {}", kSocketVersion));
        add_common_headers(response, request.header("Origin"), site.config);
        return response;
    }
    if (!is_socket_key(request.header("Sec-WebSocket-Key"))) {
        Response response = make_problem(status::bad_request, "Sec-WebSocket-Key must be 16 bytes in base64");
        add_common_headers(response, request.header("Origin"), site.config);
        return response;
    }
    auto granted = site.access.check(request, site.clock.now());
    auto* refusal = std::get_if<Response>(&granted);
    if (refusal == nullptr) return std::nullopt;
    site.metrics.refused_access.add();
    add_common_headers(*refusal, request.header("Origin"), site.config);
    return std::move(*refusal);
}

Outcome route(const Request& request, Site& site) {
    Outcome outcome = [&]() -> Outcome {
        try {
            return answer(request, site);
        } catch (const std::invalid_argument& wrong) {
            return make_problem(status::bad_request, wrong.what());
        } catch (const Forbidden& wrong) {
            site.metrics.refused_access.add();
            return make_problem(status::forbidden, wrong.what());
        }
    }();
    if (std::holds_alternative<Pending>(outcome)) return outcome;
    Response& response =
        std::holds_alternative<Response>(outcome) ? std::get<Response>(outcome) : std::get<StreamRequest>(outcome).head;
    add_common_headers(response, request.header("Origin"), site.config);
    if (request.method() == "GET" || request.method() == "HEAD") {
        site.compressor.encode(response, request.header("Accept-Encoding"));
    }
    return outcome;
}

}  // namespace matchpoint::http
