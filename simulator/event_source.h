// Where events come from: a simulation or a recording. Pulled by one thread, in the order in which they are published;
// bounded memory, however long the run.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "processor/streams/base/types.h"

namespace matchpoint::simulator {

using streams::Timestamp;

struct Event {
    std::string_view match;   // the record's key
    std::string_view json;    // the record's value
    Timestamp at;             // the record's timestamp, the same as in the value
    std::int64_t due_us = 0;  // when to publish it, from the start of the run; never falls
};

class EventSource {
  public:
    virtual ~EventSource() = default;
    // The next event, good until the next call; null when all has been played.
    [[nodiscard]] virtual const Event* next() = 0;
    // For progress.
    [[nodiscard]] virtual std::uint64_t matches_live() const = 0;
    [[nodiscard]] virtual std::uint64_t matches_finished() const = 0;
    // Where there is an end to come to: when the last event is due, and the share of all that has been given out.
    [[nodiscard]] virtual std::optional<std::int64_t> ends_us() const { return std::nullopt; }
    [[nodiscard]] virtual std::optional<double> share_done() const { return std::nullopt; }
};

}  // namespace matchpoint::simulator
