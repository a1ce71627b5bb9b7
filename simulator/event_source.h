// Where events come from: a simulation or a recording. Pulled by one thread, in the order in which they are published;
// bounded memory, however long the run.
#pragma once

#include <cstdint>
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
};

}  // namespace matchpoint::simulator
