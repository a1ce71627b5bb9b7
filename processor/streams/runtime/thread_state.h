// The states of a stream thread, as Kafka Streams has them. It runs only once the group has given it its share, were
// that nothing, and all tasks of it are restored.
//
//     kStarting --> kPartitionsAssigned <--> kRunning
//                      ^         |              |
//                      |         v              |
//                      +-- kPartitionsRevoked <-+        from each of them: --> kStopping --> kDead
#pragma once

#include <cstdint>
#include <string_view>

namespace matchpoint::streams {

enum class ThreadState : std::uint8_t {
    kStarting,
    kPartitionsRevoked,
    kPartitionsAssigned,
    kRunning,
    kStopping,
    kDead
};

// Kafka Streams' words for them.
[[nodiscard]] constexpr std::string_view to_text(ThreadState state) {
    switch (state) {
        case ThreadState::kStarting:
            return "STARTING";
        case ThreadState::kPartitionsRevoked:
            return "PARTITIONS_REVOKED";
        case ThreadState::kPartitionsAssigned:
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
