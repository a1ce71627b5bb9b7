// Tennis matches side by side, for as long as one pulls: the events of all of them in the order of their times. When a
// match ends, another begins between players who are not on a court. Everything follows from the settings: same
// settings, same bytes. One thread; memory grows with the matches at once, not with time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/event_source.h"
#include "simulator/tennis/match_model.h"

namespace matchpoint::simulator::tennis {

enum class Tours : std::uint8_t { kMen, kWomen, kMixed };

struct Settings {
    std::uint64_t seed = 0;
    Timestamp start_at{0};  // of the first event, about; part of the match ids
    std::uint32_t matches = 8;
    // Mean time from one event of a match to its next.
    std::int64_t gap_us = 1'000'000;
    Tours tours = Tours::kMixed;
    std::uint8_t best_of = 3;
    std::optional<std::uint64_t> total_matches;  // begins no more than these
};

// The most matches at once: two courts' worth of players a match, all with names of their own.
[[nodiscard]] std::uint32_t max_matches();

class Tournament final : public EventSource {
  public:
    explicit Tournament(const Settings& settings);

    [[nodiscard]] const Event* next() override;
    [[nodiscard]] std::uint64_t matches_live() const override { return live_; }
    [[nodiscard]] std::uint64_t matches_finished() const override { return finished_; }

  private:
    // The players of a tour; those who are free are drawn from.
    struct Field {
        std::vector<Player> players;
        std::vector<std::uint32_t> free;
    };
    struct Court {
        std::string id;
        Tour tour = Tour::kMen;
        std::array<std::uint32_t, 2> players{};
        std::uint64_t seq = 0;
        std::optional<MatchModel> model;  // empty before the first match
    };
    struct Due {
        std::int64_t at_us;
        std::uint32_t court;
        // Reversed: the heap's top is the earliest, of equal ones the lowest court.
        friend bool operator<(const Due& a, const Due& b) {
            return a.at_us != b.at_us ? a.at_us > b.at_us : a.court > b.court;
        }
    };

    [[nodiscard]] Field make_field(Tour tour) const;
    [[nodiscard]] Field& field(Tour tour) { return fields_[tour == Tour::kMen ? 0 : 1]; }
    // Writes the court's next event; nullopt when no further one follows, else the time until it.
    [[nodiscard]] std::optional<std::int64_t> advance(Court& court, Timestamp at);
    void begin_match(Court& court, Timestamp at);
    void end_match();
    [[nodiscard]] std::uint32_t draw_player(Field& field);
    [[nodiscard]] std::int64_t scaled(Gap gap) const;

    Settings settings_;
    scoring::tennis::Format format_;
    std::string format_json_;
    std::string id_prefix_;
    std::string year_;
    Random random_;
    std::array<Field, 2> fields_;
    std::vector<Court> courts_;
    std::vector<Due> due_;       // a heap
    std::uint64_t planned_ = 0;  // begun, or a court waits to begin it
    std::uint64_t begun_ = 0;
    std::uint64_t live_ = 0;
    std::uint64_t finished_ = 0;
    std::string json_;
    Event event_;
};

}  // namespace matchpoint::simulator::tennis
