// The program between its command line and its end: builds the gateway, runs it until a signal says stop.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "http/gateway.h"
#include "http/kafka_tail.h"

namespace matchpoint::http {

struct ProgramConfig {
    Config http;
    TailConfig tail;

    // From key=value settings; `kafka.<name>` and `bootstrap.servers` go to librdkafka. Throws std::invalid_argument,
    // and streams::ConfigError for a setting of librdkafka that is the gateway's to decide.
    [[nodiscard]] static ProgramConfig from(const std::map<std::string, std::string>& settings);
};

// match-state, high-scores, scores and, if it is to be served, scores-rejected, as the catalog has them.
[[nodiscard]] std::vector<TopicSpec> mirrored_topics(const Config& config);

// Until SIGTERM or SIGINT. Returns the exit status.
int run(ProgramConfig config, const std::shared_ptr<spdlog::logger>& logger);

}  // namespace matchpoint::http
