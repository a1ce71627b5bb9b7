// Recorded matches side by side, each from its first event, in the order of their times. One thread; owns the matches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/event_source.h"
#include "simulator/replay/recorded_match.h"

namespace matchpoint::simulator::replay {

// How recorded time becomes event time and publishing time.
struct Timing {
    Timestamp start_at{0};
    double speed = 1;  // recorded seconds that pass in one
};

class ReplaySource final : public EventSource {
  public:
    // `prefix` is put before each match id.
    ReplaySource(std::vector<RecordedMatch> matches, const Timing& timing, const std::string& prefix);

    [[nodiscard]] const Event* next() override;
    [[nodiscard]] std::uint64_t matches_live() const override { return live_; }
    [[nodiscard]] std::uint64_t matches_finished() const override { return finished_; }
    [[nodiscard]] std::optional<std::int64_t> ends_us() const override { return ends_us_; }
    [[nodiscard]] std::optional<double> share_done() const override {
        return events_ == 0 ? 1 : static_cast<double>(told_) / static_cast<double>(events_);
    }

  private:
    [[nodiscard]] std::int64_t due_us(std::int64_t offset_ms) const;

    struct Due {
        std::int64_t offset_ms;
        std::size_t match;
        // Reversed, for a heap with the earliest on top, of equal ones the first match.
        friend bool operator<(const Due& a, const Due& b) {
            return a.offset_ms != b.offset_ms ? a.offset_ms > b.offset_ms : a.match > b.match;
        }
    };

    std::vector<RecordedMatch> matches_;
    std::vector<std::string> ids_;
    std::vector<std::size_t> positions_;
    std::vector<Due> due_;  // a heap
    Timing timing_;
    std::int64_t ends_us_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t told_ = 0;
    std::uint64_t live_ = 0;
    std::uint64_t finished_ = 0;
    std::string json_;
    Event event_;
};

}  // namespace matchpoint::simulator::replay
