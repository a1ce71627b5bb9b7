// Where events go. Used by one thread, the one that plays.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "simulator/event_source.h"

namespace matchpoint::simulator {

class Sink {
  public:
    using Millis = std::chrono::milliseconds;

    virtual ~Sink() = default;
    // False if it cannot take the event now: serve(), then offer it again.
    [[nodiscard]] virtual bool publish(const Event& event) = 0;
    // Passes the time, up to `timeout`: moves what is queued along.
    virtual void serve(Millis timeout) = 0;
    // Delivers what is queued; false if time ran out first.
    [[nodiscard]] virtual bool finish(Millis timeout) = 0;
    // Events that are safe where they should be.
    [[nodiscard]] virtual std::uint64_t acknowledged() const = 0;
    // Why the run cannot go on, if it cannot.
    [[nodiscard]] virtual std::optional<std::string> failure() const { return std::nullopt; }
};

}  // namespace matchpoint::simulator
