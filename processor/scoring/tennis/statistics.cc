#include "processor/scoring/tennis/statistics.h"

#include <algorithm>

#include "processor/scoring/text_buffer.h"

namespace matchpoint::scoring::tennis {

void Statistics::count(const Point& point, SideIndex server, bool break_point) {
    auto& winner = sides_[point.winner];
    auto& loser = sides_[1U - point.winner];
    ++winner.points_won;
    winner.service_points_won += point.winner == server ? 1U : 0U;
    winner.aces += point.how == How::kAce ? 1U : 0U;
    winner.winners += point.how == How::kWinner ? 1U : 0U;
    loser.unforced_errors += point.how == How::kUnforcedError ? 1U : 0U;
    loser.double_faults += point.how == How::kDoubleFault ? 1U : 0U;
    if (break_point) {
        ++sides_[1U - server].break_points;
        winner.break_points_won += point.winner != server ? 1U : 0U;
    }
    streak_ = point.winner == streak_side_ ? streak_ + 1U : 1U;
    streak_side_ = point.winner;
    winner.longest_streak = std::max(winner.longest_streak, streak_);
}

void Statistics::write(JsonWriter& out, const std::array<std::uint32_t, 2>& games_won) const {
    TextBuffer<768> text;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& side = sides_[i];
        text.text(i == 0 ? R"([{"points_won":)" : R"(},{"points_won":)").number(side.points_won);
        text.text(R"(,"service_points_won":)").number(side.service_points_won);
        text.text(R"(,"aces":)").number(side.aces);
        text.text(R"(,"double_faults":)").number(side.double_faults);
        text.text(R"(,"winners":)").number(side.winners);
        text.text(R"(,"unforced_errors":)").number(side.unforced_errors);
        text.text(R"(,"break_points":)").number(side.break_points);
        text.text(R"(,"break_points_won":)").number(side.break_points_won);
        text.text(R"(,"games_won":)").number(games_won[i]);
        text.text(R"(,"longest_streak":)").number(side.longest_streak);
    }
    out.raw(text.text("}]").view());
}

}  // namespace matchpoint::scoring::tennis
