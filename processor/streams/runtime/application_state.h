// The states of an application, as Kafka Streams has them, and who may follow whom:
//
//     CREATED --> REBALANCING <--> RUNNING --> PENDING_SHUTDOWN --> NOT_RUNNING
//                      |              |
//                      +------> PENDING_ERROR --> ERROR
//
//     from              to
//     CREATED           REBALANCING, PENDING_SHUTDOWN
//     REBALANCING       RUNNING, PENDING_SHUTDOWN, PENDING_ERROR
//     RUNNING           REBALANCING, PENDING_SHUTDOWN, PENDING_ERROR
//     PENDING_SHUTDOWN  NOT_RUNNING
//     PENDING_ERROR     ERROR
//     NOT_RUNNING and ERROR are final.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

#include <spdlog/logger.h>

namespace matchpoint::streams {

class StoreProvider;

enum class ApplicationState : std::uint8_t {
    kCreated,
    kRebalancing,
    kRunning,
    kPendingShutdown,
    kNotRunning,
    kPendingError,
    kError
};

[[nodiscard]] std::string_view to_text(ApplicationState state);

// The state of one application, guarded by a mutex of its owner's.
class StateMachine {
  public:
    using Listener = std::function<void(ApplicationState now, ApplicationState before)>;

    // All outlive it. `changed` is notified of each step, `stores` learn what can be asked of them; the listener may be
    // empty.
    StateMachine(std::condition_variable& changed, StoreProvider& stores, const Listener& listener,
                 spdlog::logger& logger)
        : changed_(changed), stores_(stores), listener_(listener), logger_(logger) {}

    [[nodiscard]] ApplicationState now() const { return state_; }
    // Does nothing if the table has no such step. The listener is called with `lock` let go; what it throws is logged.
    void change(std::unique_lock<std::mutex>& lock, ApplicationState to);

  private:
    ApplicationState state_ = ApplicationState::kCreated;
    std::condition_variable& changed_;
    StoreProvider& stores_;
    const Listener& listener_;
    spdlog::logger& logger_;
};

}  // namespace matchpoint::streams
