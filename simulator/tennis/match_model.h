// One simulated tennis match, point by point. A server wins each of his points with the same chance, whatever the
// score: drawn once a match, from both players' strengths and the form of the day, as Barnett and Clarke combine them
// (2005); that points are nearly independent and alike is Klaassen and Magnus (2001). The rules, not the model, say who
// serves and when it is over. A value; same random stream, same match.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "processor/scoring/sport.h"
#include "processor/scoring/tennis/score.h"
#include "simulator/random.h"
#include "simulator/tennis/averages.h"
#include "simulator/tennis/player.h"

namespace matchpoint::simulator::tennis {

using scoring::SideIndex;

// What a side does on its own serve.
struct ServeChances {
    double win = 0;           // a point
    double ace = 0;           // of the points it wins
    double double_fault = 0;  // of those it loses
};

// How long play rests before the next point, in mean gaps between points: jitter, changeovers and the breaks between
// sets average to one.
using Gap = double;

struct PlayedPoint {
    SideIndex server = 0;
    SideIndex winner = 0;
    std::string_view how;  // the contract's word, never empty
};

class MatchModel {
  public:
    MatchModel(Tour tour, const Player& first, const Player& second, const scoring::tennis::Format& format,
               Random random);

    [[nodiscard]] SideIndex first_server() const { return first_server_; }
    [[nodiscard]] const ServeChances& chances(SideIndex side) const { return chances_[side]; }
    [[nodiscard]] const scoring::tennis::Score& score() const { return score_; }
    [[nodiscard]] bool over() const { return score_.over() || retired_; }
    // Who gives up now, if somebody does: then the match is over. Ask once before each point.
    [[nodiscard]] std::optional<SideIndex> retires();
    // Plays the next point; the match must not be over.
    PlayedPoint play();
    // Until the next point, or from the start to the first.
    [[nodiscard]] Gap gap();

  private:
    [[nodiscard]] std::string_view how_server_wins(const ServeChances& chances);
    [[nodiscard]] std::string_view how_receiver_wins(const ServeChances& chances);

    Tour tour_;
    Random random_;
    SideIndex first_server_;
    scoring::tennis::Score score_;
    std::array<ServeChances, 2> chances_;
    std::uint32_t points_played_ = 0;
    std::uint32_t retires_after_;  // points; kNever
    bool retired_ = false;
    std::uint32_t rest_ = 0;  // what the last point was followed by
};

}  // namespace matchpoint::simulator::tennis
