// The states of a stream thread.
//
//     kStarting --> kRebalancing <--> kRunning --> kStopping --> kDead
#pragma once

#include <cstdint>
#include <string_view>

namespace matchpoint::streams {

enum class ThreadState : std::uint8_t { kStarting, kRebalancing, kRunning, kStopping, kDead };

// Kafka Streams' words for them.
[[nodiscard]] constexpr std::string_view to_text(ThreadState state) {
    switch (state) {
        case ThreadState::kStarting:
            return "STARTING";
        case ThreadState::kRebalancing:
            return "PARTITIONS_ASSIGNED";
        case ThreadState::kRunning:
            return "RUNNING";
        case ThreadState::kStopping:
            return "PENDING_SHUTDOWN";
        case ThreadState::kDead:
            return "DEAD";
    }
    return "?";
}

}  // namespace matchpoint::streams
