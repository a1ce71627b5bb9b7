// Our own recordings: one event of `scores` a line, published byte for byte as it stands, at the pace of its `at`. A
// byte order mark is skipped. Read as it goes, so that a file may be of any size. What is no event is reported and
// skipped. One thread; a file that cannot be read throws std::runtime_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <set>
#include <string>

#include "simulator/event_source.h"
#include "simulator/replay/report.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::replay {

class JsonLinesSource final : public EventSource {
  public:
    JsonLinesSource(const std::string& path, double speed, Report report);

    [[nodiscard]] const Event* next() override;
    // Matches seen; when one is over only the rules could tell.
    [[nodiscard]] std::uint64_t matches_live() const override { return matches_.size(); }
    [[nodiscard]] std::uint64_t matches_finished() const override { return 0; }
    [[nodiscard]] std::optional<double> share_done() const override {
        return bytes_ == 0 ? 1 : static_cast<double>(read_bytes_) / static_cast<double>(bytes_);
    }

  private:
    std::string path_;
    std::ifstream in_;
    double speed_;
    Report report_;
    topics::ScoreEventDecoder decoder_;
    std::uintmax_t bytes_ = 0;
    std::uintmax_t read_bytes_ = 0;
    std::size_t line_ = 0;
    std::string text_;
    std::string match_;
    std::set<std::string, std::less<>> matches_;
    std::optional<Timestamp> first_at_;
    Event event_;
};

}  // namespace matchpoint::simulator::replay
