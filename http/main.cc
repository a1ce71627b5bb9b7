// matchpoint-http: serves the state in Kafka to browsers. See http/README.md.
#include <stdexcept>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "http/program.h"
#include "processor/streams/base/error.h"
#include "topics/command_line.h"

namespace {

std::string settings_help() {
    std::string text = "Settings, for --set and --config:\n";
    for (const auto& [key, help] : matchpoint::http::Config::help()) text += fmt::format("  {:30} {}\n", key, help);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace matchpoint;
    CLI::App app("Serves live scores from Kafka as event streams, JSON and pages.", "matchpoint-http");
    app.footer(settings_help());
    const topics::CommonOptions common(app);
    std::string port;
    app.add_option("--port", port, "port for HTTP, default 8080; 0 takes a free one")->type_name("N");
    std::string tls_port;
    app.add_option("--tls-port", tls_port, "port for HTTPS, default 9090, used with --set tls.certificate=FILE")
        ->type_name("N");
    if (const auto status = topics::parse_command_line(app, argc, argv)) return *status;
    const auto logger = spdlog::stderr_color_mt("http");
    try {
        topics::Settings settings = common.settings();
        if (!port.empty()) settings["http.port"] = port;
        if (!tls_port.empty()) settings["tls.port"] = tls_port;
        return http::run(http::ProgramConfig::from(settings), logger);
    } catch (const topics::UsageError& error) {
        return topics::report_usage_error(app.get_name(), error.what());
    } catch (const streams::ConfigError& error) {
        return topics::report_usage_error(app.get_name(), error.what());
    } catch (const std::invalid_argument& error) {
        return topics::report_usage_error(app.get_name(), error.what());
    } catch (const std::exception& error) {
        logger->critical("{}", error.what());
        return 1;
    }
}
