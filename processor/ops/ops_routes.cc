#include "processor/ops/ops_routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace matchpoint::ops {
namespace {

using streams::KafkaStreams;

constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kJson = "application/json";
constexpr const char* kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

constexpr std::string_view kStores = "/stores/";

int hex(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// nullopt if an escape is broken.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
        decoded.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
        i += 2;
    }
    return decoded;
}

std::string line(std::string_view text) {
    return std::string(text) + '\n';
}

}  // namespace

OpsRoutes::OpsRoutes(streams::KafkaStreams& streams, std::string version)
    : streams_(streams), metrics_(streams, version), version_(std::move(version)) {}

Response OpsRoutes::answer(const std::string& target) {
    const std::string path = target.substr(0, target.find('?'));
    if (path == "/metrics") return {200, kPrometheus, metrics_.text(), {}};
    if (path == "/healthz") return health();
    if (path == "/readyz") return readiness();
    if (path == "/topology") return {200, kText, streams_.topology().describe().to_string(), {}};
    if (path == "/state") return state();
    if (path == "/stores") return stores();
    if (path.starts_with(kStores)) return lookup(path);
    return {404, kText, "nothing here; there are /metrics /healthz /readyz /topology /state /stores\n", {}};
}

Response OpsRoutes::health() const {
    const KafkaStreams::State state = streams_.state();
    const bool failed = state == KafkaStreams::State::kError || state == KafkaStreams::State::kPendingError;
    if (!failed) return {200, kText, line(to_text(state)), {}};
    return {503, kText, fmt::format("{}: {}\n", to_text(state), streams_.error()), {}};
}

Response OpsRoutes::readiness() const {
    const KafkaStreams::State state = streams_.state();
    return {state == KafkaStreams::State::kRunning ? 200U : 503U, kText, line(to_text(state)), {}};
}

Response OpsRoutes::state() const {
    nlohmann::ordered_json json{{"application_id", streams_.config().application_id},
                                {"version", version_},
                                {"state", to_text(streams_.state())}};
    if (const std::string error = streams_.error(); !error.empty()) json["error"] = error;
    json["threads"] = nlohmann::ordered_json::array();
    for (const auto& thread : streams_.thread_metrics()) {
        json["threads"].push_back({{"thread_id", thread.thread}, {"state", to_text(thread.state)}});
    }
    json["tasks"] = nlohmann::ordered_json::array();
    const auto tasks = streams_.tasks().tasks();
    for (const auto& task : *tasks) {
        json["tasks"].push_back(
            {{"task_id", task.id.to_string()}, {"thread_id", task.thread}, {"state", to_text(task.phase)}});
    }
    json["restores"] = nlohmann::ordered_json::array();
    for (const auto& store : streams_.restore_progress().stores()) {
        json["restores"].push_back({{"task_id", store.task.to_string()},
                                    {"store", store.store},
                                    {"changelog", fmt::format("{}", store.changelog)},
                                    {"from", store.from.value()},
                                    {"reached", store.reached.value()},
                                    {"end", store.end.value()},
                                    {"records", store.records},
                                    {"remaining", store.remaining()},
                                    {"done", store.done}});
    }
    // What is not UTF-8 must not keep an operator from seeing the rest.
    return {200, kJson, line(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)), {}};
}

Response OpsRoutes::stores() const {
    auto json = nlohmann::ordered_json::array();
    for (const std::string& name : streams_.store_provider()->store_names()) {
        nlohmann::ordered_json store{{"store", name}, {"instances", nlohmann::ordered_json::array()}};
        for (const auto& instance : streams_.streams_metadata_for_store(name)) {
            store["instances"].push_back(instance.host.to_string());
        }
        json.push_back(std::move(store));
    }
    return {200, kJson, line(json.dump(2)), {}};
}

// What is here is answered whatever the partitioner of the store; only what is not asks who might have it.
Response OpsRoutes::lookup(const std::string& path) const {
    const std::size_t slash = path.find('/', kStores.size());
    if (slash == std::string::npos) return {404, kText, "a key is expected: /stores/{store}/{key}\n", {}};
    const auto store = percent_decoded(std::string_view(path).substr(kStores.size(), slash - kStores.size()));
    const auto key = percent_decoded(std::string_view(path).substr(slash + 1));
    if (!store || !key) return {400, kText, "the path has a broken percent escape\n", {}};
    std::string why;
    try {
        std::string value;
        const streams::CompositeStore here(streams_.store_provider(), {*store, std::nullopt, false});
        if (here.get(*key, value)) return {200, "application/octet-stream", std::move(value), {}};
    } catch (const streams::InvalidStateStore& error) {
        why = fmt::format("{}: {}\n", to_text(error.reason()), error.what());
        if (!error.retriable()) {
            const bool unknown = error.reason() == streams::InvalidStateStore::Reason::kUnknownStore;
            return {unknown ? 404U : 503U, kText, why, {}};
        }
    }
    const auto owner = streams_.metadata_for_key(*store, streams::BytesView(*key));
    if (owner && owner->active_host.to_string() != streams_.config().application_server) {
        return {307, kText, {}, fmt::format("http://{}{}", owner->active_host.to_string(), path)};
    }
    if (!why.empty()) return {503, kText, why, {}};
    return {404, kText, "no such key\n", {}};
}

std::unique_ptr<OpsServer> serve(KafkaStreams& streams, const OpsConfig& config, std::string version,
                                 std::shared_ptr<spdlog::logger> logger) {
    if (!config.port) return nullptr;
    auto routes = std::make_shared<OpsRoutes>(streams, std::move(version));
    auto server = std::make_unique<OpsServer>(
        config.address, *config.port, [routes](const std::string& target) { return routes->answer(target); }, logger);
    logger->info("ops: metrics, health and state on {}:{}", config.address, server->port());
    return server;
}

}  // namespace matchpoint::ops
