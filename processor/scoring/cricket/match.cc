#include "processor/scoring/cricket/match.h"

#include <algorithm>

#include <fmt/format.h>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring::cricket {
namespace {

SideIndex other(SideIndex side) {
    return static_cast<SideIndex>(1 - side);
}

}  // namespace

std::optional<Refusal> CricketMatch::apply(BytesView move, Timestamp at) {
    if (outcome_.reason) return match_over();
    const auto happening = parse_move(move);
    if (!happening) return invalid("not an event of cricket");
    if (const auto* innings = std::get_if<InningsBegin>(&*happening)) return begin(*innings);
    return play(std::get<Ball>(*happening), at);
}

std::optional<Refusal> CricketMatch::begin(const InningsBegin& begin) {
    if (auto refusal = begin.super_over ? refuse_super_over(begin) : refuse_innings(begin)) return refusal;
    auto balls = begin.super_over ? std::uint32_t{format_.balls_per_over} : format_.balls();
    const auto told = begin.target_overs * format_.balls_per_over + begin.target_balls;
    if (told > 0) balls = told;
    innings_.emplace_back(begin, balls, format_.balls_per_over);
    players_.add_nothing();
    settle();
    return std::nullopt;
}

std::optional<Refusal> CricketMatch::refuse_innings(const InningsBegin& begin) const {
    if (outcome_.over()) return match_over();
    if (main_innings() < innings_.size()) return impossible("only a super over can follow a super over");
    if (innings_.size() == format_.total_innings()) return impossible("all innings of the match have been played");
    if (innings_of(begin.team) * 2 == format_.total_innings()) {
        return impossible(fmt::format("side {} has had its innings", begin.team + 1));
    }
    return std::nullopt;
}

std::optional<Refusal> CricketMatch::refuse_super_over(const InningsBegin& begin) const {
    if (outcome_.over() && outcome_.winner != Winner::kDraw) return match_over();
    const bool second = !innings_.empty() && innings_.back().super_over() && !chasing_super_over();
    if (second) {
        if (begin.team != innings_.back().team()) return std::nullopt;
        return impossible(fmt::format("side {} has batted in this super over", begin.team + 1));
    }
    if (innings_.empty() || !level()) return impossible("a super over follows a tie only");
    return std::nullopt;
}

std::optional<Refusal> CricketMatch::play(const Ball& ball, Timestamp at) {
    if (auto refusal = refuse_ball(ball)) return refusal;
    count(ball);
    players_.add(innings_.back().team(), ball.batter, ball.runs, at);
    innings_.back().play(ball);
    settle();
    return std::nullopt;
}

std::optional<Refusal> CricketMatch::refuse_ball(const Ball& ball) const {
    if (innings_.empty()) return impossible("no innings has begun");
    const auto& innings = innings_.back();
    const auto needed = target();
    const bool decided = innings.all_out() || (needed && innings.runs() >= *needed);
    const bool beyond = innings.overs_used() && !innings.in_the_over_of(ball.bowler);
    if (decided || beyond) {
        if (outcome_.over()) return match_over();
        return impossible(decided ? "the innings is over: all out" : "the innings is over: its overs are used");
    }
    if (ball.extra(Extra::kWides) > 0 && ball.runs > 0) return impossible("a wide cannot be hit for runs");
    if (ball.wickets() > innings.wickets_left()) return impossible("more wickets than the innings has left");
    return std::nullopt;
}

void CricketMatch::count(const Ball& ball) {
    auto& side = sides_[innings_.back().team()];
    side.runs += ball.total();
    side.wickets_lost += ball.wickets();
    side.balls += ball.legal() ? 1U : 0U;
    side.dot_balls += ball.legal() && ball.total() == 0 ? 1U : 0U;
    side.fours += ball.runs == 4 ? 1U : 0U;
    side.sixes += ball.runs == 6 ? 1U : 0U;
    side.extras += ball.total() - ball.runs;
}

std::size_t CricketMatch::main_innings() const {
    return static_cast<std::size_t>(
        std::count_if(innings_.begin(), innings_.end(), [](const Innings& innings) { return !innings.super_over(); }));
}

std::size_t CricketMatch::innings_of(SideIndex team) const {
    return static_cast<std::size_t>(std::count_if(innings_.begin(), innings_.end(), [&](const Innings& innings) {
        return innings.team() == team && !innings.super_over();
    }));
}

std::uint32_t CricketMatch::runs_of(SideIndex team) const {
    std::uint32_t runs = 0;
    for (const auto& innings : innings_) runs += innings.team() == team && !innings.super_over() ? innings.runs() : 0U;
    return runs;
}

bool CricketMatch::chasing_super_over() const {
    return innings_.back().super_over() && (innings_.size() - main_innings()) % 2 == 0;
}

std::optional<std::uint32_t> CricketMatch::target() const {
    if (innings_.empty()) return std::nullopt;
    const auto& innings = innings_.back();
    if (const auto told = innings.told_target()) return told;
    if (innings.super_over()) {
        if (!chasing_super_over()) return std::nullopt;
        return innings_[innings_.size() - 2].runs() + 1U;
    }
    if (innings_.size() != format_.total_innings()) return std::nullopt;
    const auto before = runs_of(innings.team()) - innings.runs();
    const auto rivals = runs_of(other(innings.team()));
    // A side that is ahead already, because the other declared behind, has nothing to chase.
    return rivals < before ? 0U : rivals - before + 1U;
}

bool CricketMatch::level() const {
    const auto needed = target();
    return needed && *needed > 0 && innings_.back().runs() + 1U == *needed;
}

void CricketMatch::settle() {
    outcome_ = {};
    margin_ = {};
    const auto& innings = innings_.back();
    const auto needed = target();
    if (!needed) {
        settle_by_innings();
    } else if (innings.runs() >= *needed) {
        outcome_.finish(winner_of(innings.team()));
        margin_ = {Margin::Kind::kWickets, innings.wickets_left()};
    } else if (innings.complete() && level()) {
        outcome_.finish(Winner::kDraw);
    } else if (innings.complete()) {
        outcome_.finish(winner_of(other(innings.team())));
        margin_ = {Margin::Kind::kRuns, *needed - 1U - innings.runs()};
    }
}

// The third innings of four is all out, and both its side's together are fewer runs than the other's one.
void CricketMatch::settle_by_innings() {
    const auto& innings = innings_.back();
    const auto rival = other(innings.team());
    const bool third = innings_.size() == 3 && format_.total_innings() == 4 && innings_of(rival) == 1;
    if (!third || !innings.complete() || runs_of(innings.team()) >= runs_of(rival)) return;
    outcome_.finish(winner_of(rival));
    margin_ = {Margin::Kind::kInningsAndRuns, runs_of(rival) - runs_of(innings.team())};
}

std::optional<Refusal> CricketMatch::end(EndReason reason, Winner winner) {
    if (outcome_.reason) return match_over();
    Outcome declared;
    if (auto refusal = declared.end(reason, winner, Draws::kAllowed)) return refusal;
    if (declared.winner != outcome_.winner) margin_ = {};
    outcome_ = declared;
    return std::nullopt;
}

void CricketMatch::write_score(JsonWriter& out) const {
    out.begin_object().key("innings").begin_array();
    for (const auto& innings : innings_) innings.write(out);
    out.end_array().key("batting");
    outcome_.over() || innings_.empty() ? out.null() : out.number(innings_.back().team() + 1);
    const auto needed = target();
    out.key("target");
    needed ? out.number(*needed) : out.null();
    out.end_object();
}

void CricketMatch::write_stats(JsonWriter& out) const {
    out.begin_array();
    for (const auto& side : sides_) {
        out.begin_object().key("runs").number(side.runs);
        out.key("wickets_lost").number(side.wickets_lost).key("balls").number(side.balls);
        out.key("dot_balls").number(side.dot_balls).key("fours").number(side.fours);
        out.key("sixes").number(side.sixes).key("extras").number(side.extras).end_object();
    }
    out.end_array();
}

void CricketMatch::append_summary(std::string& out) const {
    for (const auto& innings : innings_) {
        if (&innings != &innings_.front()) out.append(", ");
        out.append(names_[innings.team()]).append(" ");
        innings.append_summary(out);
        if (innings.super_over()) out.append(" super over");
    }
    if (!outcome_.over()) return;
    auto end = std::back_inserter(out);
    if (outcome_.status == Status::kAbandoned || outcome_.reason == EndReason::kWalkover) {
        const auto suffix = suffix_of(outcome_);
        out.append(innings_.empty() ? suffix.substr(1) : suffix);
    } else if (outcome_.winner == Winner::kDraw) {
        out.append(!innings_.empty() && level() ? ": tied" : ": drawn");
    } else {
        fmt::format_to(end, ": {} won", names_[outcome_.winner == Winner::kSide1 ? 0 : 1]);
        const auto plural = margin_.number == 1 ? "" : "s";
        if (margin_.kind == Margin::Kind::kRuns) fmt::format_to(end, " by {} run{}", margin_.number, plural);
        if (margin_.kind == Margin::Kind::kWickets) fmt::format_to(end, " by {} wicket{}", margin_.number, plural);
        if (margin_.kind == Margin::Kind::kInningsAndRuns) {
            fmt::format_to(end, " by an innings and {} run{}", margin_.number, plural);
        }
    }
}

}  // namespace matchpoint::scoring::cricket
