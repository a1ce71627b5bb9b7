#include "processor/streams/runtime/application_state.h"

#include "processor/streams/changelog/call_listener.h"
#include "processor/streams/runtime/store_provider.h"

namespace matchpoint::streams {
namespace {

using State = ApplicationState;

bool may_change(State from, State to) {
    switch (from) {
        case State::kCreated:
            return to == State::kRebalancing || to == State::kPendingShutdown;
        case State::kRebalancing:
            return to == State::kRunning || to == State::kPendingShutdown || to == State::kPendingError;
        case State::kRunning:
            return to == State::kRebalancing || to == State::kPendingShutdown || to == State::kPendingError;
        case State::kPendingShutdown:
            return to == State::kNotRunning;
        case State::kPendingError:
            return to == State::kError;
        case State::kError:
        case State::kNotRunning:
            return false;
    }
    return false;
}

StoreProvider::Phase phase_of(State state) {
    switch (state) {
        case State::kCreated:
            return StoreProvider::Phase::kNotStarted;
        case State::kRebalancing:
            return StoreProvider::Phase::kRebalancing;
        case State::kRunning:
            return StoreProvider::Phase::kRunning;
        default:
            return StoreProvider::Phase::kStopped;
    }
}

}  // namespace

std::string_view to_text(ApplicationState state) {
    switch (state) {
        case State::kCreated:
            return "CREATED";
        case State::kRebalancing:
            return "REBALANCING";
        case State::kRunning:
            return "RUNNING";
        case State::kPendingShutdown:
            return "PENDING_SHUTDOWN";
        case State::kNotRunning:
            return "NOT_RUNNING";
        case State::kPendingError:
            return "PENDING_ERROR";
        case State::kError:
            return "ERROR";
    }
    return "?";
}

void StateMachine::change(std::unique_lock<std::mutex>& lock, ApplicationState to) {
    const State from = state_;
    if (from == to || !may_change(from, to)) return;
    state_ = to;
    stores_.set_phase(phase_of(to));
    changed_.notify_all();
    logger_.info("state changes from {} to {}", to_text(from), to_text(to));
    if (!listener_) return;
    lock.unlock();
    call_listener(logger_, "state", [&] { listener_(to, from); });
    lock.lock();
}

}  // namespace matchpoint::streams
