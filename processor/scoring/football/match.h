// A football match by the Laws of the Game: periods, goals, extra time, the shoot-out, cards. One thread at a time.
//
//     (start) --> first_half --> half_time --> second_half --> full_time --> extra_first --> extra_half_time
//                                                                 |    \                          |
//                                                                 |     +----> penalties <---- extra_second -->
//                                                                 full_time
//
// A half may follow a half directly where a feed does not tell the break. Full time, and a shoot-out that is decided,
// finish the match as it stands; extra time or penalties after full time reopen it, since only the competition's rules
// say whether there are any.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/football/moves.h"
#include "processor/scoring/football/shootout.h"
#include "processor/scoring/outcome.h"
#include "processor/scoring/player_book.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring::football {

class FootballMatch final : public Match {
  public:
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
        std::uint32_t goals = 0;
        std::uint32_t penalties = 0;  // goals from penalties, not the shoot-out's
        std::uint32_t own_goals = 0;  // that counted for this side
        std::uint32_t yellow_cards = 0;
        std::uint32_t red_cards = 0;
        std::uint32_t substitutions = 0;
        std::vector<std::string> sent_off;
    };

    [[nodiscard]] std::optional<Refusal> begin_period(Period next);
    [[nodiscard]] std::optional<Refusal> goal(const Happening& happening, Timestamp at);
    [[nodiscard]] std::optional<Refusal> card(const Happening& happening);
    [[nodiscard]] std::optional<Refusal> substitution(const Happening& happening);
    [[nodiscard]] std::optional<Refusal> kick(const Happening& happening);
    [[nodiscard]] std::optional<Refusal> refuse_sent_off(SideIndex side, BytesView player) const;
    [[nodiscard]] bool may_follow(Period next) const;
    [[nodiscard]] bool ball_in_play() const;
    // A play takes the match to be on; without a period told, in its first half.
    void note_play(std::uint32_t minute);
    [[nodiscard]] Pair goals() const { return {sides_[0].goals, sides_[1].goals}; }
    void finish_as_it_stands();

    std::array<Side, 2> sides_;
    std::optional<Period> period_;
    bool extra_time_ = false;
    std::uint32_t minute_ = 0;
    std::optional<Pair> half_time_;
    std::optional<Shootout> shootout_;
    PlayerBook players_;
    Outcome outcome_;
};

}  // namespace matchpoint::scoring::football
