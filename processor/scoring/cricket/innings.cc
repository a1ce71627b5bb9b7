#include "processor/scoring/cricket/innings.h"

#include <fmt/format.h>

namespace matchpoint::scoring::cricket {

Innings::Innings(const InningsBegin& begin, std::uint32_t balls, std::uint32_t balls_per_over)
    : team_(begin.team), super_over_(begin.super_over), max_balls_(balls), balls_per_over_(balls_per_over) {
    if (begin.has_target) told_target_ = begin.target_runs;
}

void Innings::play(const Ball& ball) {
    runs_ += ball.total();
    wickets_ += ball.wickets();
    for (std::size_t i = 0; i < kExtraKinds; ++i) extras_[i] += ball.extras[i];
    if (ball.bowler != bowler_) {
        bowler_ = ball.bowler;
        bowlers_run_ = 0;
    }
    if (!ball.legal()) return;
    ++balls_;
    ++bowlers_run_;
}

void Innings::append_overs(std::string& out) const {
    auto end = std::back_inserter(out);
    const auto rest = balls_ % balls_per_over_;
    fmt::format_to(end, "{}", balls_ / balls_per_over_);
    if (rest > 0) fmt::format_to(end, ".{}", rest);
}

void Innings::append_summary(std::string& out) const {
    auto end = std::back_inserter(out);
    fmt::format_to(end, "{}", runs_);
    if (!all_out()) fmt::format_to(end, "/{}", wickets_);
    out.append(" (");
    append_overs(out);
    out.push_back(')');
}

void Innings::write(JsonWriter& out) const {
    std::string overs;
    append_overs(overs);
    out.begin_object().key("team").number(team_ + 1);
    out.key("runs").number(runs_).key("wickets").number(wickets_).key("balls").number(balls_);
    out.key("overs").string(overs).key("extras").begin_object();
    for (std::size_t i = 0; i < kExtraKinds; ++i) out.key(kExtraNames[i]).number(extras_[i]);
    out.end_object().key("super_over").boolean(super_over_).end_object();
}

}  // namespace matchpoint::scoring::cricket
