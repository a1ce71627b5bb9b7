// The command line of matchpoint-simulator. What cannot be understood throws topics::UsageError, whose text names the
// flag, the value and what to give instead. Pure but for the file that --config names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/kafka/config.h"
#include "simulator/player_loop.h"
#include "simulator/replay/recordings.h"
#include "simulator/serve/service.h"
#include "simulator/tennis/tournament.h"
#include "topics/command_line.h"

namespace matchpoint::simulator {

struct Options {
    tennis::Settings tennis;
    std::optional<replay::Request> replay;      // `replay FILE…`: played instead of simulated matches
    std::optional<serve::ServeOptions> serve;   // `serve`: plays what others ask for
    std::vector<const scoring::Sport*> sports;  // empty: tennis, as `tennis` says
    Pace pace = Pace::kTimed;
    Limits limits;
    bool to_stdout = false;
    bool quiet = false;
    std::string topic;
    streams::kafka::KafkaConfig kafka;
    // To print and end with status 0: --help, --version.
    std::optional<std::string> text;
};

// What an option that is not given becomes.
struct Defaults {
    std::uint64_t seed = 0;
    Timestamp now{0};
};

[[nodiscard]] Options parse_options(int argc, const char* const* argv, const Defaults& defaults);

// "90", "90s", "5m", "2h": microseconds; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_duration_us(std::string_view text);

}  // namespace matchpoint::simulator
