#include "http/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>

#include "http/log/filter.h"

namespace matchpoint::http {
namespace {

// Ten years: a timer that is set further overflows, and is over at once.
constexpr std::int64_t kMostMs = 315'360'000'000;
constexpr std::size_t kMostHeaderBytes = 1U << 30U;
constexpr std::size_t kMostThreads = 1'024;

template <typename Number>
Number number(const std::string& key, const std::string& value, Number least, Number most) {
    Number parsed{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size() || parsed < least || parsed > most) {
        throw std::invalid_argument(
            fmt::format("{}={}: must be a whole number from {} to {}", key, value, least, most));
    }
    return parsed;
}

// What a browser writes in Origin; anything else would never be met.
bool is_origin(std::string_view text) {
    if (text == "*" || text == "null") return true;
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || scheme == 0) return false;
    const std::string_view host = text.substr(scheme + 3);
    return !host.empty() && host.find_first_of("/?#@ *") == std::string_view::npos &&
           std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// RFC 6265, 4.1.1: a token as in RFC 9110.
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
bool is_cookie_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c < 0x80 && std::isalnum(c) != 0) || kTokenMarks.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

struct Setting {
    std::string help;
    std::function<void(Config&, const std::string& key, const std::string& value)> apply;
};

// `most` is that of the type unless told; durations, which are std::int64_t, end at kMostMs.
template <typename Member>
Setting number_setting(std::string help, Member member, std::int64_t least = 0, std::size_t most = 0) {
    return {std::move(help), [member, least, most](Config& config, const std::string& key, const std::string& value) {
                auto& target = std::invoke(member, config);
                using Number = std::remove_reference_t<decltype(target)>;
                auto end = most > 0 ? static_cast<Number>(most) : std::numeric_limits<Number>::max();
                if constexpr (std::is_same_v<Number, std::int64_t>) end = kMostMs;
                target = number<Number>(key, value, static_cast<Number>(least), end);
            }};
}

template <typename Member>
auto text_setting(Member member) {
    return
        [member](Config& config, const std::string&, const std::string& value) { std::invoke(member, config) = value; };
}

using Settings = std::map<std::string, Setting>;

Settings make_settings() {
    Settings settings;
    settings["http.address"] = {
        "address to listen on", [](Config& c, const std::string& k, const std::string& v) {
            boost::system::error_code error;
            (void)boost::asio::ip::make_address(v, error);
            if (error) {
                throw std::invalid_argument(fmt::format("{}={}: must be an IP address, such as 0.0.0.0 or ::1", k, v));
            }
            c.address = v;
        }};
    settings["http.port"] =
        number_setting("port for HTTP; 0 takes a free one", [](Config& c) -> auto& { return c.port; });
    settings["tls.port"] = number_setting("port for HTTPS, used when there is a certificate; 0 takes a free one",
                                          [](Config& c) -> auto& { return c.tls_port; });
    settings["tls.certificate"] = {"file with the certificate chain, PEM; SIGHUP reads it again",
                                   [](Config& c, const std::string&, const std::string& v) { c.tls_certificate = v; }};
    settings["tls.key"] = {"file with its private key, PEM",
                           [](Config& c, const std::string&, const std::string& v) { c.tls_key = v; }};
    settings["http.threads"] = number_setting(
        "shards, each a thread; 0 is one a core, at most 8", [](Config& c) -> auto& { return c.threads; }, 0,
        kMostThreads);
    settings["sse.heartbeat.ms"] = number_setting(
        "a comment is sent on a stream silent for so long", [](Config& c) -> auto& { return c.heartbeat_ms; }, 10);
    settings["sse.retry.ms"] = number_setting("when a client should come back after its stream ended",
                                              [](Config& c) -> auto& { return c.retry_ms; });
    settings["sse.replay.records"] =
        number_setting("records of scores a new reader gets first", [](Config& c) -> auto& { return c.replay; });
    settings["serve.rejected"] = {
        "true or false: serve scores-rejected, whatever its producers sent, to everybody who may read",
        [](Config& c, const std::string& k, const std::string& v) {
            if (v != "true" && v != "false")
                throw std::invalid_argument(fmt::format("{}={}: must be true or false", k, v));
            c.rejected = v == "true";
        }};
    settings["drain.ms"] =
        number_setting("time for streams to end at SIGTERM", [](Config& c) -> auto& { return c.drain_ms; });
    settings["log.ring.records"] = number_setting(
        "newest records of a topic kept one by one", [](Config& c) -> auto& { return c.log.ring_records; }, 1);
    settings["log.ring.bytes"] = number_setting(
        "bytes of them, at most", [](Config& c) -> auto& { return c.log.ring_bytes; }, 1);
    settings["log.tombstones"] =
        number_setting("deletions kept for readers that resume", [](Config& c) -> auto& { return c.log.tombstones; });
    settings["tombstones.known.ms"] =
        number_setting("an event id older than this gets a fresh snapshot; less than delete.retention.ms of the topics",
                       [](Config& c) -> auto& { return c.tombstones_known_ms; });
    settings["limits.connections"] = number_setting(
        "open connections", [](Config& c) -> auto& { return c.limits.connections; }, 1);
    settings["limits.connections.per.address"] = number_setting(
        "open connections from one address", [](Config& c) -> auto& { return c.limits.connections_per_address; }, 1);
    settings["limits.header.bytes"] = number_setting(
        "of a request", [](Config& c) -> auto& { return c.limits.header_bytes; }, 256, kMostHeaderBytes);
    settings["limits.body.bytes"] =
        number_setting("of a request", [](Config& c) -> auto& { return c.limits.body_bytes; });
    settings["limits.filter.names"] = number_setting(
        "names in the filter of one stream", [](Config& c) -> auto& { return c.limits.filter_names; }, 1);
    settings["limits.subscriptions"] = number_setting(
        "streams on one WebSocket", [](Config& c) -> auto& { return c.limits.subscriptions; }, 1);
    settings["limits.top"] = number_setting(
        "entries of a leaderboard", [](Config& c) -> auto& { return c.limits.top; }, 1);
    settings["limits.header.timeout.ms"] = number_setting(
        "for a request's header to arrive", [](Config& c) -> auto& { return c.limits.header_timeout_ms; }, 1);
    settings["limits.body.timeout.ms"] = number_setting(
        "for a request's body to arrive", [](Config& c) -> auto& { return c.limits.body_timeout_ms; }, 1);
    settings["limits.write.timeout.ms"] = number_setting(
        "for a client to take an answer", [](Config& c) -> auto& { return c.limits.write_timeout_ms; }, 1);
    settings["limits.idle.timeout.ms"] = number_setting(
        "between two requests of a connection", [](Config& c) -> auto& { return c.limits.idle_timeout_ms; }, 1);
    settings["limits.stall.timeout.ms"] = number_setting(
        "of a stream whose client takes nothing", [](Config& c) -> auto& { return c.limits.stall_timeout_ms; }, 1);
    settings["access.secret.file"] = {
        "file with the secret of JSON Web Tokens signed by HS256; with this or the next, reading needs a token; SIGHUP "
        "reads both again",
        text_setting([](Config& c) -> auto& { return c.access.secret_file; })};
    settings["access.public.keys.file"] = {"PEM file with the public keys of tokens signed by RS256 or ES256",
                                           text_setting([](Config& c) -> auto& { return c.access.public_keys_file; })};
    settings["access.cookie"] = {
        "cookie that holds a token, for browsers' event streams",
        [](Config& c, const std::string& k, const std::string& v) {
            if (!is_cookie_name(v)) {
                throw std::invalid_argument(
                    fmt::format("{}={}: must be a cookie's name: letters, digits and any of {}", k, v, kTokenMarks));
            }
            c.access.cookie = v;
        }};
    settings["access.issuer"] = {"what a token's claim iss must be",
                                 text_setting([](Config& c) -> auto& { return c.access.issuer; })};
    settings["access.audience"] = {"what a token's claim aud must name",
                                   text_setting([](Config& c) -> auto& { return c.access.audience; })};
    settings["access.log"] = {"file for a line a request, - is standard output; SIGHUP and SIGUSR1 open it again",
                              text_setting([](Config& c) -> auto& { return c.access_log; })};
    settings["access.log.format"] = {
        "combined or json", [](Config& c, const std::string& k, const std::string& v) {
            if (v != "combined" && v != "json") {
                throw std::invalid_argument(fmt::format("{}={}: must be combined or json", k, v));
            }
            c.access_log_json = v == "json";
        }};
    settings["sse.final.after.ms"] =
        number_setting("a stream of finished matches only is answered 204 once their final states are so old and known",
                       [](Config& c) -> auto& { return c.final_after_ms; });
    settings["limits.memory.bytes"] =
        number_setting("resident; above it new connections are refused; 0 is three quarters of what there is",
                       [](Config& c) -> auto& { return c.limits.memory_bytes; });
    settings["publish.token.file"] = {
        "file with the tokens that may publish, one a line; without it, or MATCHPOINT_PUBLISH_TOKEN in the "
        "environment, "
        "nobody may; SIGHUP reads it again",
        [](Config& c, const std::string&, const std::string& v) { c.publish.token_file = v; }};
    settings["publish.timeout.ms"] = number_setting(
        "for Kafka to acknowledge what was published", [](Config& c) -> auto& { return c.publish.timeout_ms; }, 100);
    settings["publish.idempotency.keys"] =
        number_setting("answers remembered for requests sent again with their Idempotency-Key",
                       [](Config& c) -> auto& { return c.publish.idempotency_keys; });
    settings["publish.idempotency.ms"] =
        number_setting("for so long", [](Config& c) -> auto& { return c.publish.idempotency_ms; });
    settings["limits.publish.queue.bytes"] = number_setting(
        "of events that wait for Kafka", [](Config& c) -> auto& { return c.publish.queue_bytes; }, 1);
    settings["limits.publish.events"] = number_setting(
        "in one request", [](Config& c) -> auto& { return c.publish.events; }, 1);
    settings["limits.publish.events.per.second"] =
        number_setting("from one client, in the long run; 0 is no limit",
                       [](Config& c) -> auto& { return c.publish.events_per_second; });
    settings["limits.publish.burst"] = number_setting(
        "events from one client at once", [](Config& c) -> auto& { return c.publish.burst; }, 1);
    settings["cors.origins"] = {"origins whose pages may read, separated by commas; * is any",
                                [](Config& c, const std::string& k, const std::string& v) {
                                    c.cors_origins.clear();
                                    add_names(c.cors_origins, v);
                                    for (const std::string& origin : c.cors_origins) {
                                        if (is_origin(origin)) continue;
                                        throw std::invalid_argument(fmt::format(
                                            "{}={}: {} is no origin; one is written as browsers do, such as "
                                            "https://example.org or http://localhost:3000",
                                            k, v, origin));
                                    }
                                }};
    settings["proxies.trusted"] = {
        "addresses and networks of proxies, separated by commas, whose word on a client's address counts: for limits, "
        "for publishing and in the access log; none unless told",
        [](Config& c, const std::string& k, const std::string& v) {
            try {
                c.proxies.trust(v);
            } catch (const std::invalid_argument& wrong) {
                throw std::invalid_argument(fmt::format("{}={}", k, wrong.what()));
            }
        }};
    settings["proxies.header"] = {
        "the header in which they give it: X-Forwarded-For, as they do unless told, or Forwarded; the other is not "
        "looked at",
        [](Config& c, const std::string& k, const std::string& v) {
            if (!boost::algorithm::iequals(v, "X-Forwarded-For") && !boost::algorithm::iequals(v, "Forwarded")) {
                throw std::invalid_argument(fmt::format("{}={}: must be X-Forwarded-For or Forwarded", k, v));
            }
            using Header = TrustedProxies::Header;
            c.proxies.read(boost::algorithm::iequals(v, "Forwarded") ? Header::kForwarded : Header::kXForwardedFor);
        }};
    settings["web.dir"] = {"serve the pages from this folder instead of those built in",
                           [](Config& c, const std::string&, const std::string& v) { c.web_dir = v; }};
    return settings;
}

}  // namespace

void Config::set(const std::string& key, const std::string& value) {
    const Settings settings = make_settings();
    const auto found = settings.find(key);
    if (found == settings.end())
        throw std::invalid_argument(fmt::format("{}: no such setting; --help lists them", key));
    found->second.apply(*this, key, value);
}

std::map<std::string, std::string> Config::help() {
    std::map<std::string, std::string> lines;
    for (const auto& [key, setting] : make_settings()) lines[key] = setting.help;
    return lines;
}

}  // namespace matchpoint::http
