// Writes each event's JSON as a line to a file descriptor, in large blocks while events come without rest. One thread;
// does not own the descriptor. A reader that has gone (EPIPE) ends the run.
#pragma once

#include <string>

#include "simulator/sink.h"

namespace matchpoint::simulator {

class StdoutSink final : public Sink {
  public:
    explicit StdoutSink(int fd);

    [[nodiscard]] bool publish(const Event& event) override;
    void serve(Millis timeout) override;
    [[nodiscard]] bool finish(Millis timeout) override;
    [[nodiscard]] std::uint64_t acknowledged() const override { return written_; }
    [[nodiscard]] std::optional<std::string> failure() const override { return failure_; }

  private:
    void flush();

    int fd_;
    std::string buffer_;
    std::uint64_t buffered_ = 0;
    std::uint64_t written_ = 0;
    std::optional<std::string> failure_;
};

}  // namespace matchpoint::simulator
