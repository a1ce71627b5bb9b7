// matchpoint-simulator: plays matches into Kafka. See simulator/README.md.
#include <csignal>
#include <cstdio>
#include <exception>
#include <random>

#include <fmt/format.h>

#include "processor/streams/base/error.h"
#include "simulator/options.h"
#include "simulator/program.h"
#include "topics/command_line.h"

constexpr const char* kProgram = "matchpoint-simulator";

int main(int argc, char** argv) {
    using namespace matchpoint;
    try {
        const simulator::Defaults defaults{.seed = std::random_device{}(), .now = streams::SystemClock{}.now()};
        const simulator::Options options = simulator::parse_options(argc, argv, defaults);
        if (options.text) {
            fmt::print("{}", *options.text);
            return 0;
        }
        std::signal(SIGPIPE, SIG_IGN);
        simulator::StopSignal signal;
        return simulator::run(options, signal);
    } catch (const topics::UsageError& error) {
        return topics::report_usage_error(kProgram, error.what());
    } catch (const streams::ConfigError& error) {
        return topics::report_usage_error(kProgram, error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", kProgram, error.what());
        return 1;
    }
}
