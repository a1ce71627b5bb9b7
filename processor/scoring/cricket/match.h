// A cricket match by the Laws of Cricket: one or two innings a side, targets, super overs, and the result by runs or
// wickets. One thread at a time.
//
// A result that the play brings about finishes the match. A tie may be followed by super overs, which reopen it, and
// any result by an `end` event, which has the last word: who wins a tie, or a match that rain ends, is for the
// competition's rules to say.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/cricket/format.h"
#include "processor/scoring/cricket/innings.h"
#include "processor/scoring/cricket/moves.h"
#include "processor/scoring/outcome.h"
#include "processor/scoring/player_book.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring::cricket {

class CricketMatch final : public Match {
  public:
    CricketMatch(std::array<std::string, 2> names, const Format& format) : names_(std::move(names)), format_(format) {}

    [[nodiscard]] std::optional<Refusal> apply(BytesView move, Timestamp at) override;
    [[nodiscard]] std::optional<Refusal> end(EndReason reason, Winner winner) override;
    [[nodiscard]] Status status() const override { return outcome_.status; }
    [[nodiscard]] Winner winner() const override { return outcome_.winner; }
    void write_format(JsonWriter& out) const override { cricket::write_format(format_, out); }
    void write_score(JsonWriter& out) const override;
    void write_stats(JsonWriter& out) const override;
    void append_summary(std::string& out) const override;
    void changed_tallies(std::vector<Tally>& out) const override { players_.changed_tallies(out); }
    void all_tallies(std::vector<Tally>& out) const override { players_.all_tallies(out); }
    [[nodiscard]] std::unique_ptr<Match> clone() const override { return std::make_unique<CricketMatch>(*this); }

  private:
    struct Side {
        std::uint32_t runs = 0;
        std::uint32_t wickets_lost = 0;
        std::uint32_t balls = 0;
        std::uint32_t dot_balls = 0;
        std::uint32_t fours = 0;
        std::uint32_t sixes = 0;
        std::uint32_t extras = 0;
    };
    // How far the winner was ahead, for the summary.
    struct Margin {
        enum class Kind : std::uint8_t { kNone, kRuns, kWickets, kInningsAndRuns } kind = Kind::kNone;
        std::uint32_t number = 0;
    };

    [[nodiscard]] std::optional<Refusal> begin(const InningsBegin& begin);
    [[nodiscard]] std::optional<Refusal> refuse_innings(const InningsBegin& begin) const;
    [[nodiscard]] std::optional<Refusal> refuse_super_over(const InningsBegin& begin) const;
    [[nodiscard]] std::optional<Refusal> play(const Ball& ball, Timestamp at);
    [[nodiscard]] std::optional<Refusal> refuse_ball(const Ball& ball) const;
    void count(const Ball& ball);

    // Whether the running innings is the one that decides, and what it has to reach; told or reckoned.
    [[nodiscard]] std::optional<std::uint32_t> target() const;
    // What the running innings has to reach has not been reached by one run, and would be a tie.
    [[nodiscard]] bool level() const;
    [[nodiscard]] bool chasing_super_over() const;
    [[nodiscard]] std::size_t main_innings() const;
    [[nodiscard]] std::size_t innings_of(SideIndex team) const;
    // Runs in the main innings.
    [[nodiscard]] std::uint32_t runs_of(SideIndex team) const;
    // The outcome as the play stands.
    void settle();
    void settle_by_innings();

    std::array<std::string, 2> names_;
    Format format_;
    std::vector<Innings> innings_;
    std::array<Side, 2> sides_{};
    PlayerBook players_;
    Outcome outcome_;
    Margin margin_;
};

}  // namespace matchpoint::scoring::cricket
