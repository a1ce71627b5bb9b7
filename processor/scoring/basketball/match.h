// A basketball match: points by period, fouls, and what each player has scored. The match is played until an `end`
// event; no event of the play says that the last period is over. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "processor/scoring/basketball/moves.h"
#include "processor/scoring/outcome.h"
#include "processor/scoring/player_book.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring::basketball {

class BasketballMatch final : public Match {
  public:
    // `periods` of regular time: four quarters or two halves. What follows is overtime.
    explicit BasketballMatch(std::uint8_t periods) : regular_periods_(periods) {}

    [[nodiscard]] std::optional<Refusal> apply(BytesView move, Timestamp at) override;
    [[nodiscard]] std::optional<Refusal> end(EndReason reason, Winner winner) override;
    [[nodiscard]] Status status() const override { return outcome_.status; }
    [[nodiscard]] Winner winner() const override { return outcome_.winner; }
    void write_format(JsonWriter& out) const override;
    void write_score(JsonWriter& out) const override;
    void write_stats(JsonWriter& out) const override;
    void append_summary(std::string& out) const override;
    void changed_tallies(std::vector<Tally>& out) const override { players_.changed_tallies(out); }
    void all_tallies(std::vector<Tally>& out) const override { players_.all_tallies(out); }
    [[nodiscard]] std::unique_ptr<Match> clone() const override;

  private:
    using Pair = std::array<std::uint32_t, 2>;
    struct Side {
        std::uint32_t points = 0;
        std::array<std::uint32_t, 3> baskets{};  // of one, two and three points
        std::uint32_t fouls = 0;
        std::uint32_t period_fouls = 0;
    };

    [[nodiscard]] std::optional<Refusal> begin_period(std::uint32_t number);
    void append_period_name(std::string& out) const;

    std::uint8_t regular_periods_;
    std::array<Side, 2> sides_{};
    std::vector<Pair> periods_ = {Pair{}};  // the running one last
    bool begun_ = false;                    // the first period was announced, or played in
    PlayerBook players_;
    Outcome outcome_;
};

}  // namespace matchpoint::scoring::basketball
