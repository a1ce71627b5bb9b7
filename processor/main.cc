// matchpoint-processor: consumes scores, keeps every match, writes match-state, high-scores and scores-rejected.

#include <csignal>
#include <optional>
#include <string>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "processor/ops/ops_routes.h"
#include "processor/processor_config.h"
#include "processor/standings.h"
#include "processor/streams/runtime/kafka_streams.h"
#include "topics/command_line.h"

// Read by jemalloc, where the program is linked with it: most of the threads hardly allocate, and what is freed after a
// burst goes back soon.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:4,dirty_decay_ms:2000,muzzy_decay_ms:0";

namespace {

using matchpoint::streams::KafkaStreams;

// Blocks the signals that end the program in all threads, so that wait() alone receives them.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGINT);
        sigaddset(&set_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    // True once one has come; false after a while.
    [[nodiscard]] bool wait() const {
        const timespec patience{0, 200'000'000};
        return sigtimedwait(&set_, nullptr, &patience) > 0;
    }

  private:
    sigset_t set_{};
};

int run(const matchpoint::ProcessorConfig& config, const std::shared_ptr<spdlog::logger>& logger) {
    const StopSignals signals;
    KafkaStreams streams(matchpoint::standings_topology(config.rules, config.streams.at("application.id")),
                         config.streams, logger, {.handlers = matchpoint::standings_error_handlers(logger)});
    const auto ops = matchpoint::ops::serve(streams, config.ops, MATCHPOINT_VERSION, logger);
    streams.start();
    while (!signals.wait() && streams.state() != KafkaStreams::State::kError) {
    }
    if (!streams.error().empty()) {
        logger->critical("stopped: {}", streams.error());
        return 1;
    }
    logger->info("stopping: committing and leaving the group");
    if (!streams.close()) logger->warn("not closed in time");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Computes live standings from the events in Kafka's topic scores.", "matchpoint-processor");
    const matchpoint::topics::CommonOptions common(app);
    std::optional<std::string> ops_port;
    app.add_option("--ops-port", ops_port, "port for metrics, health and state; 0 takes a free one, off (default) none")
        ->type_name("N");
    if (const auto status = matchpoint::topics::parse_command_line(app, argc, argv)) return *status;
    const auto logger = spdlog::stderr_color_mt("processor");
    try {
        matchpoint::topics::Settings settings = common.settings();
        if (ops_port) settings["ops.port"] = *ops_port;
        return run(matchpoint::parse_processor_config(settings), logger);
    } catch (const matchpoint::topics::UsageError& error) {
        return matchpoint::topics::report_usage_error(app.get_name(), error.what());
    } catch (const matchpoint::streams::ConfigError& error) {
        return matchpoint::topics::report_usage_error(app.get_name(), error.what());
    } catch (const std::exception& error) {
        logger->critical("{}", error.what());
        return 1;
    }
}
