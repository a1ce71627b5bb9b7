// `matchpoint-simulator serve`: plays what arrives on `simulations`, each match at its speed until it is over. A
// request is committed once its match and all before it have been played and acknowledged; what was not is read again
// after a restart and goes on after what `scores` holds of it (played_so_far.h). Several instances form a group: one a
// partition plays, the others stand by. One thread, which makes all calls; librdkafka has its own.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "processor/streams/base/clock.h"
#include "processor/streams/kafka/config.h"
#include "simulator/progress.h"
#include "simulator/sink.h"

namespace matchpoint::simulator::serve {

struct ServeOptions {
    std::size_t max_matches = 100;
    std::string requests_topic;
};

inline constexpr std::string_view kDefaultGroup = "matchpoint-simulator";

struct Served {
    std::uint64_t published = 0;
    std::uint64_t finished = 0;
    std::size_t playing = 0;
    std::string failure;  // empty: was told to stop
};

// Plays until `stop`; delivers what is queued and commits before it returns. `config` may hold group.id.
[[nodiscard]] Served serve(const ServeOptions& options, const streams::kafka::KafkaConfig& config,
                           const std::string& scores_topic, Sink& sink, const streams::Clock& clock, Progress& progress,
                           const std::function<bool()>& stop);

}  // namespace matchpoint::simulator::serve
