// Matches of one or of several sports side by side, for as long as one pulls: the events of all of them in the order of
// their times. When a match ends, another of the same court's next sport begins between other clubs. Everything follows
// from the settings: same settings, same bytes. Tennis alone is tennis/tournament.h's. One thread; memory grows with
// the matches at once, not with time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/sport.h"
#include "simulator/event_source.h"
#include "simulator/random.h"
#include "simulator/replay/recorded_match.h"

namespace matchpoint::simulator {

struct SeasonSettings {
    std::uint64_t seed = 0;
    Timestamp start_at{0};  // of the first event, about; part of the match ids
    std::uint32_t matches = 8;
    std::int64_t gap_us = 1'000'000;            // mean time from one event of a match to its next
    std::vector<const scoring::Sport*> sports;  // in turn
    std::optional<std::uint64_t> total_matches;
};

class Season final : public EventSource {
  public:
    explicit Season(SeasonSettings settings);

    [[nodiscard]] const Event* next() override;
    [[nodiscard]] std::uint64_t matches_live() const override { return live_; }
    [[nodiscard]] std::uint64_t matches_finished() const override { return finished_; }

  private:
    struct Court {
        std::optional<replay::RecordedMatch> match;  // empty before the first
        std::size_t position = 0;
        std::array<std::size_t, 2> clubs{};
        double us_per_ms = 0;  // of the match's own time
    };
    struct Due {
        std::int64_t at_us;
        std::uint32_t court;
        // Reversed: the heap's top is the earliest, of equal ones the lowest court.
        friend bool operator<(const Due& a, const Due& b) {
            return a.at_us != b.at_us ? a.at_us > b.at_us : a.court > b.court;
        }
    };

    // Writes the court's next event; the time until the one after it, nullopt where none follows.
    [[nodiscard]] std::optional<std::int64_t> advance(Court& court, Timestamp at);
    void begin_match(Court& court);
    [[nodiscard]] std::size_t draw_club();

    SeasonSettings settings_;
    Random random_;
    std::string id_suffix_;
    std::vector<std::size_t> free_clubs_;
    std::vector<Court> courts_;
    std::vector<Due> due_;       // a heap
    std::uint64_t planned_ = 0;  // begun, or a court waits to begin it
    std::uint64_t begun_ = 0;
    std::uint64_t live_ = 0;
    std::uint64_t finished_ = 0;
    std::string json_;
    Event event_;
};

}  // namespace matchpoint::simulator
