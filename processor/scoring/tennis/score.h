// The score of a tennis match, point by point: games, sets, tie-breaks and who serves, by the ITF Rules of Tennis. A
// value of fixed size: playing a point allocates nothing. One thread at a time.
//
// Service needs one fact only, who serves first in the running game. In a game that is who serves; in a tie-break the
// turn passes after the first point and then after every second one. The next game's first server is the other side,
// after a tie-break too: who began it receives first in the next set.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "processor/scoring/sport.h"
#include "processor/scoring/tennis/format.h"

namespace matchpoint::scoring::tennis {

using Pair = std::array<std::uint32_t, 2>;

struct SetScore {
    Pair games{};
    Pair tiebreak{};
    bool has_tiebreak = false;    // running or played
    bool match_tiebreak = false;  // the set is nothing else
    friend bool operator==(const SetScore&, const SetScore&) = default;
};

class Score {
  public:
    static constexpr std::size_t kMaxSets = 5;

    Score(const Format& format, SideIndex first_server);

    // `winner` takes the point. The match must not be over.
    void play(SideIndex winner);
    // Corrects the rotation so that `side` serves the next point; nothing else changes.
    void correct_server(SideIndex side);

    [[nodiscard]] const Format& format() const { return format_; }
    [[nodiscard]] bool over() const { return winner_.has_value(); }
    [[nodiscard]] std::optional<SideIndex> winner() const { return winner_; }

    // Sets begun, the running one last; sets_begun() - 1 is the last one played once the match is over.
    [[nodiscard]] std::size_t sets_begun() const { return running_ + 1U; }
    [[nodiscard]] const SetScore& set(std::size_t index) const { return sets_[index]; }
    [[nodiscard]] const SetScore& running_set() const { return sets_[running_]; }
    [[nodiscard]] std::uint32_t sets_won(SideIndex side) const { return sets_won_[side]; }
    // In the running game: 0 to 3 for 0, 15, 30, 40, and 4 for advantage (the other then has 3). Not of a tie-break.
    [[nodiscard]] const Pair& points() const { return points_; }
    [[nodiscard]] bool in_tiebreak() const { return running_set().has_tiebreak; }
    // Who serves the next point; after the match, who served the last one.
    [[nodiscard]] SideIndex server() const;

    // Whether the next point wins `side` the game or tie-break; the set; the match.
    [[nodiscard]] bool has_game_point(SideIndex side) const;
    [[nodiscard]] bool has_set_point(SideIndex side) const;
    [[nodiscard]] bool has_match_point(SideIndex side) const;
    // The receiver may win the game with the next point. A tie-break has no break points.
    [[nodiscard]] bool is_break_point() const;

    friend bool operator==(const Score&, const Score&) = default;

  private:
    [[nodiscard]] bool is_final_set() const { return running_ + 1U == format_.best_of; }
    [[nodiscard]] bool wins_set_with_game(SideIndex side) const;
    [[nodiscard]] std::uint32_t tiebreak_target() const;
    // Games all at which the running set goes to a tie-break; nullopt if it never does.
    [[nodiscard]] std::optional<std::uint32_t> tiebreak_at() const;
    void play_game_point(SideIndex winner);
    void win_game(SideIndex winner);
    void win_set(SideIndex winner);
    void begin_set();

    Format format_;
    std::array<SetScore, kMaxSets> sets_{};
    std::uint8_t running_ = 0;
    std::array<std::uint8_t, 2> sets_won_{};
    Pair points_{};
    SideIndex first_server_;  // of the running game or tie-break
    std::optional<SideIndex> winner_;
};

[[nodiscard]] constexpr SideIndex other(SideIndex side) {
    return static_cast<SideIndex>(1U - side);
}

}  // namespace matchpoint::scoring::tennis
