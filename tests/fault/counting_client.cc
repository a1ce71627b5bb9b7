// streams_counting_client IN OUT key=value …: the counting topology as a program of its own, to be frozen, killed and
// told to stop. Arguments are settings of the engine. Logs to standard error; exits with 0 once it has closed in order,
// with 1 if that took longer than it may or the application failed.
#include <cstdio>
#include <cstring>

#include <spdlog/sinks/stdout_color_sinks.h>

#include "processor/streams/runtime/kafka_streams.h"
#include "tests/processor/streams/runtime/counting_topology.h"
#include "tests/support/termination.h"

using namespace matchpoint::streams;
using matchpoint::testing::Termination;

namespace {

int run(const std::string& in, const std::string& out, const StreamsConfig::Map& settings,
        const Termination& termination) {
    KafkaStreams streams(counting(in, out), settings, spdlog::stderr_color_mt("client"));
    streams.start();
    while (!termination.asked(std::chrono::milliseconds(100))) {
        if (streams.state() != KafkaStreams::State::kError) continue;
        std::fprintf(stderr, "failed: %s\n", streams.error().c_str());
        return 1;
    }
    return streams.close() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Termination termination;
    StreamsConfig::Map settings;
    for (int i = 3; i < argc; ++i) {
        const char* equals = std::strchr(argv[i], '=');
        if (equals != nullptr) settings[std::string(argv[i], static_cast<std::size_t>(equals - argv[i]))] = equals + 1;
    }
    try {
        return run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "", settings, termination);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "streams_counting_client: %s\n", error.what());
        return 1;
    }
}
