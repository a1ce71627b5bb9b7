// SIGTERM and SIGINT as something to ask for. Made in main before any thread, so that all threads inherit the blocked
// signals and only this object sees them. A second signal while the first is being honoured kills as usual.
#pragma once

namespace matchpoint::simulator {

class StopSignal {
  public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    // A system call until it is true, then true for good.
    [[nodiscard]] bool requested();

  private:
    int fd_;
    bool requested_ = false;
};

}  // namespace matchpoint::simulator
