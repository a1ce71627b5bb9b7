// matchpoint-simulator: plays matches into Kafka. See simulator/README.md.
#include <csignal>
#include <cstdio>
#include <exception>
#include <random>

#include <fmt/format.h>

#include "processor/streams/base/error.h"
#include "simulator/options.h"
#include "simulator/program.h"

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
    } catch (const simulator::UsageError& error) {
        fmt::print(stderr, "matchpoint-simulator: {}\nmatchpoint-simulator --help shows the options.\n", error.what());
        return 2;
    } catch (const streams::ConfigError& error) {
        fmt::print(stderr, "matchpoint-simulator: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "matchpoint-simulator: {}\n", error.what());
        return 1;
    }
}
