// Plays a source into a sink at its pace: waits until each event is due, offers it until it is taken, shows progress,
// and stops when the source is exhausted, a limit is reached, the sink fails or somebody asks for it. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "processor/streams/base/clock.h"
#include "simulator/event_source.h"
#include "simulator/progress.h"
#include "simulator/sink.h"

namespace matchpoint::simulator {

struct Limits {
    std::optional<std::uint64_t> events;
    std::optional<std::int64_t> duration_us;
};

enum class Pace : std::uint8_t {
    kTimed,   // an event is published when it is due
    kAtOnce,  // as fast as the sink takes them
};

struct Outcome {
    enum class Reason : std::uint8_t { kPlayedOut, kLimit, kStopped, kFailed };
    Reason reason = Reason::kPlayedOut;
    std::uint64_t published = 0;
    std::string failure;  // of kFailed
};

// `stop` is asked at least every 50 ms.
[[nodiscard]] Outcome play(EventSource& source, Sink& sink, Pace pace, const Limits& limits,
                           const streams::Clock& clock, Progress& progress, const std::function<bool()>& stop);

}  // namespace matchpoint::simulator
