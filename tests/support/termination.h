// SIGTERM for a small program: blocked from the start, so that no thread is interrupted by it, and waited for in
// main().
#pragma once

#include <signal.h>
#include <time.h>

#include <chrono>

namespace matchpoint::testing {

class Termination {
  public:
    // Before any other thread is started: they inherit the mask.
    Termination() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }
    // Whether it was asked for, within this time.
    [[nodiscard]] bool asked(std::chrono::milliseconds patience) const {
        const timespec time{patience.count() / 1'000, patience.count() % 1'000 * 1'000'000};
        return sigtimedwait(&signals_, nullptr, &time) == SIGTERM;
    }

  private:
    sigset_t signals_{};
};

}  // namespace matchpoint::testing
