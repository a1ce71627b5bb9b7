#include "http/router.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "http/rest.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kEvents = "/events/";
constexpr std::string_view kApi = "/api/";
constexpr std::string_view kReading = "GET, HEAD, OPTIONS";
constexpr std::string_view kWriting = "POST, OPTIONS";

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

Response api(const Request& request, Site& site) {
    const std::string_view rest = std::string_view(request.path).substr(kApi.size());
    if (rest == "leaderboard") return list_leaderboard(request, site);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    Mirror& mirror = *site.find(rest.substr(0, slash));
    if (slash == rest.size()) return list_latest(request, mirror, site);
    return latest_of_key(request, mirror, std::string(rest.substr(slash + 1)));
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

StreamRequest stream(const Request& request, Site& site) {
    StreamRequest stream;
    const std::string_view name = request.path.size() > kEvents.size()
                                      ? std::string_view(request.path).substr(kEvents.size())
                                      : std::string_view();
    if (name == "leaderboard") {
        stream.sport = request.parameter("sport").value_or("");
        stream.top = top_of(request, site.config.limits);
    } else {
        stream.topics = topics_of(name, request, site);
        stream.filter = std::make_shared<const Filter>(filter_of(request, site.config.limits));
        stream.start.last_event_id = last_event_id(request);
        stream.start.replay = site.config.replay;
        stream.start.tombstones_known_ms = site.config.tombstones_known_ms;
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
        Response response = make_problem(status::upgrade_required, "/ws is a WebSocket");
        response.set("Upgrade", "websocket");
        return response;
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
    if (path.starts_with("/events")) return stream(request, site);
    if (path.starts_with(kApi)) return api(request, site);
    return page(request, site);
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
    response.set("Access-Control-Expose-Headers", "ETag, Link, Retry-After, Idempotency-Replayed");
}

Outcome route(const Request& request, Site& site) {
    Outcome outcome = [&]() -> Outcome {
        try {
            return answer(request, site);
        } catch (const std::invalid_argument& wrong) {
            return make_problem(status::bad_request, wrong.what());
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
