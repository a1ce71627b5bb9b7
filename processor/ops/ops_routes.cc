#include "processor/ops/ops_routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace matchpoint::ops {
namespace {

using streams::KafkaStreams;

constexpr const char* kText = "text/plain; charset=utf-8";
constexpr const char* kJson = "application/json";
constexpr const char* kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

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
    return {404, kText, "nothing here; there are /metrics /healthz /readyz /topology /state\n", {}};
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
    for (const auto& task : streams_.tasks().tasks()) {
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
