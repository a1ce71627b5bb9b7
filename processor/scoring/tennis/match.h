// A tennis match as the processor keeps it: the score, the statistics and how it ended. The score depends on who won
// each point and on nothing else; the server and the manner of a point touch only the rotation and the statistics.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/outcome.h"
#include "processor/scoring/sport.h"
#include "processor/scoring/tennis/format.h"
#include "processor/scoring/tennis/score.h"
#include "processor/scoring/tennis/statistics.h"

namespace matchpoint::scoring::tennis {

class TennisMatch final : public Match {
  public:
    // Without `first_server` side 1 is taken to serve until a point says otherwise.
    TennisMatch(std::array<std::string, 2> names, const Format& format, std::optional<SideIndex> first_server);

    [[nodiscard]] std::optional<Refusal> apply(BytesView move, Timestamp at) override;
    [[nodiscard]] std::optional<Refusal> end(EndReason reason, Winner winner) override;
    [[nodiscard]] Status status() const override { return outcome_.status; }
    [[nodiscard]] Winner winner() const override { return outcome_.winner; }
    void write_format(JsonWriter& out) const override;
    void write_score(JsonWriter& out) const override;
    void write_stats(JsonWriter& out) const override;
    void append_summary(std::string& out) const override;
    [[nodiscard]] std::optional<std::uint16_t> win_permille() const override;
    void changed_tallies(std::vector<Tally>& out) const override;
    void all_tallies(std::vector<Tally>& out) const override;
    [[nodiscard]] std::unique_ptr<Match> clone() const override;

    [[nodiscard]] const Score& score() const { return score_; }
    [[nodiscard]] const Statistics& statistics() const { return statistics_; }

  private:
    // Settles who serves this point, from the event and the rotation; a refusal if the two cannot both be.
    [[nodiscard]] std::optional<Refusal> settle_server(const Point& point);
    // Sets to show: once the match is over, without one in which nothing was played.
    [[nodiscard]] std::size_t sets_shown() const;
    void add_tally(SideIndex side, std::vector<Tally>& out) const;

    std::array<std::string, 2> names_;
    Score score_;
    Statistics statistics_;
    Outcome outcome_;
    bool server_known_;
    std::optional<SideIndex> last_winner_;
    std::array<Timestamp, 2> last_won_at_{};
};

}  // namespace matchpoint::scoring::tennis
