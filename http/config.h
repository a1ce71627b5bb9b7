// Everything about the gateway that can be set, with its default. Made once at start; immutable afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "http/log/log.h"
#include "http/trusted_proxies.h"

namespace matchpoint::http {

struct Limits {
    std::size_t connections = 100'000;
    std::size_t connections_per_address = 100'000;
    std::size_t header_bytes = 16U << 10U;
    std::size_t body_bytes = 1U << 20U;
    std::size_t filter_names = 100;
    std::size_t subscriptions = 100;  // of one WebSocket
    std::size_t top = 1'000;
    std::uint64_t memory_bytes = 0;  // 0: three quarters of what there is
    std::int64_t header_timeout_ms = 10'000;
    std::int64_t body_timeout_ms = 30'000;
    std::int64_t write_timeout_ms = 30'000;
    std::int64_t idle_timeout_ms = 60'000;    // between requests on one connection
    std::int64_t stall_timeout_ms = 300'000;  // of a stream whose client takes nothing
};

// Of the routes that write to Kafka.
struct PublishConfig {
    std::string token_file;
    std::string token;                      // from the environment: a command line is seen by all
    std::int64_t timeout_ms = 5'000;        // for Kafka to acknowledge
    std::size_t queue_bytes = 64U << 20U;   // that wait for it
    std::size_t events = 10'000;            // in one request
    std::size_t events_per_second = 1'000;  // of one client, in the long run; 0: as many as it likes
    std::size_t burst = 10'000;             // of one client at once
    std::size_t idempotency_keys = 10'000;  // answers remembered
    std::int64_t idempotency_ms = 24 * 3'600'000;
};

// Of those that read.
struct AccessConfig {
    std::string secret_file;       // HS256
    std::string public_keys_file;  // RS256, ES256
    std::string cookie = "matchpoint_token";
    std::string issuer;
    std::string audience;
};

struct Config {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8080;
    std::uint16_t tls_port = 9090;  // used when there is a certificate
    std::string tls_certificate;    // PEM: the chain
    std::string tls_key;            // PEM
    std::size_t threads = 0;        // 0: one a core, at most 8
    std::int64_t heartbeat_ms = 15'000;
    std::uint32_t retry_ms = 2'000;
    std::size_t replay = 100;  // records of a topic that is not compacted, for a new reader
    bool rejected = true;      // serve scores-rejected
    std::int64_t drain_ms = 2'000;
    std::int64_t tombstones_known_ms = 23 * 3'600'000;
    LogOptions log;
    Limits limits;
    PublishConfig publish;
    AccessConfig access;
    TrustedProxies proxies;
    std::string access_log;  // empty: none; "-": standard output
    bool access_log_json = false;
    std::int64_t final_after_ms = 60'000;   // so old, the final state of a match is not expected to change
    std::vector<std::string> cors_origins;  // "*" is any
    std::string web_dir;                    // serve the pages from here instead of those built in
    std::string version = "unknown";

    // Throws std::invalid_argument naming key, value and what would do.
    void set(const std::string& key, const std::string& value);
    // The keys that set() knows, each with a sentence.
    [[nodiscard]] static std::map<std::string, std::string> help();
};

}  // namespace matchpoint::http
