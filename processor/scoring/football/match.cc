#include "processor/scoring/football/match.h"

#include <algorithm>

#include <fmt/format.h>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring::football {
namespace {

// The minute on the clock when a period begins.
std::uint32_t minute_of(Period period, bool extra_time) {
    switch (period) {
        case Period::kFirstHalf:
            return 0;
        case Period::kHalfTime:
        case Period::kSecondHalf:
            return 45;
        case Period::kExtraFirst:
            return 90;
        case Period::kExtraHalfTime:
        case Period::kExtraSecond:
            return 105;
        case Period::kFullTime:
        case Period::kPenalties:
            break;
    }
    return extra_time ? 120 : 90;
}

}  // namespace

std::optional<Refusal> FootballMatch::apply(BytesView move, Timestamp at) {
    if (outcome_.reason) return match_over();
    const auto happening = parse_move(move);
    if (!happening) return invalid("not an event of football");
    if (happening->kind == Kind::kPeriod) return begin_period(happening->period);
    if (outcome_.over()) return match_over();
    switch (happening->kind) {
        case Kind::kGoal:
            return goal(*happening, at);
        case Kind::kCard:
            return card(*happening);
        case Kind::kSubstitution:
            return substitution(*happening);
        case Kind::kKick:
            return kick(*happening);
        case Kind::kPeriod:
            break;
    }
    return std::nullopt;
}

bool FootballMatch::may_follow(Period next) const {
    if (!period_) return next == Period::kFirstHalf;
    switch (*period_) {
        case Period::kFirstHalf:
            return next == Period::kHalfTime || next == Period::kSecondHalf;
        case Period::kHalfTime:
            return next == Period::kSecondHalf;
        case Period::kSecondHalf:
            return next == Period::kFullTime || next == Period::kExtraFirst || next == Period::kPenalties;
        case Period::kFullTime:
            return next == Period::kPenalties || (next == Period::kExtraFirst && !extra_time_);
        case Period::kExtraFirst:
            return next == Period::kExtraHalfTime || next == Period::kExtraSecond;
        case Period::kExtraHalfTime:
            return next == Period::kExtraSecond;
        case Period::kExtraSecond:
            return next == Period::kFullTime || next == Period::kPenalties;
        case Period::kPenalties:
            return false;
    }
    return false;
}

std::optional<Refusal> FootballMatch::begin_period(Period next) {
    if (!may_follow(next)) {
        if (outcome_.over()) return match_over();
        return impossible(fmt::format("{} cannot follow {}", name_of(next), period_ ? name_of(*period_) : "the start"));
    }
    if (period_ == Period::kFirstHalf) half_time_ = goals();
    period_ = next;
    extra_time_ = extra_time_ || next == Period::kExtraFirst;
    minute_ = minute_of(next, extra_time_);
    players_.add_nothing();
    outcome_ = {};
    if (next == Period::kPenalties) shootout_.emplace();
    if (next == Period::kFullTime) finish_as_it_stands();
    return std::nullopt;
}

void FootballMatch::finish_as_it_stands() {
    const auto [first, second] = goals();
    if (first == second) {
        outcome_.finish(Winner::kDraw);
    } else {
        outcome_.finish(winner_of(first > second ? 0 : 1));
    }
}

bool FootballMatch::ball_in_play() const {
    return !period_ || period_ == Period::kFirstHalf || period_ == Period::kSecondHalf ||
           period_ == Period::kExtraFirst || period_ == Period::kExtraSecond;
}

void FootballMatch::note_play(std::uint32_t minute) {
    if (!period_) period_ = Period::kFirstHalf;
    minute_ = minute;
    players_.add_nothing();
}

std::optional<Refusal> FootballMatch::refuse_sent_off(SideIndex side, BytesView player) const {
    const auto& sent_off = sides_[side].sent_off;
    if (std::find(sent_off.begin(), sent_off.end(), player) == sent_off.end()) return std::nullopt;
    return impossible(fmt::format("{} has been sent off", player));
}

std::optional<Refusal> FootballMatch::goal(const Happening& happening, Timestamp at) {
    if (!ball_in_play()) return impossible(fmt::format("no goal can be scored in {}", name_of(*period_)));
    const auto side = happening.side;
    const auto players_side = happening.own ? static_cast<SideIndex>(1 - side) : side;
    if (auto refusal = refuse_sent_off(players_side, happening.player)) return refusal;
    note_play(happening.minute);
    ++sides_[side].goals;
    if (happening.own) {
        ++sides_[side].own_goals;
    } else {
        sides_[side].penalties += happening.penalty ? 1U : 0U;
        players_.add(side, happening.player, 1, at);
    }
    return std::nullopt;
}

std::optional<Refusal> FootballMatch::card(const Happening& happening) {
    if (auto refusal = refuse_sent_off(happening.side, happening.player)) return refusal;
    note_play(happening.minute);
    auto& side = sides_[happening.side];
    side.yellow_cards += happening.card != Card::kRed ? 1U : 0U;
    if (happening.card != Card::kYellow) {
        ++side.red_cards;
        side.sent_off.emplace_back(happening.player);
    }
    return std::nullopt;
}

std::optional<Refusal> FootballMatch::substitution(const Happening& happening) {
    for (const auto player : {happening.player, happening.on}) {
        if (auto refusal = refuse_sent_off(happening.side, player)) return refusal;
    }
    if (happening.player == happening.on) return impossible("a player cannot replace himself");
    note_play(happening.minute);
    ++sides_[happening.side].substitutions;
    return std::nullopt;
}

std::optional<Refusal> FootballMatch::kick(const Happening& happening) {
    if (!shootout_) return impossible("there is no shoot-out before the period penalties");
    if (auto refusal = refuse_sent_off(happening.side, happening.player)) return refusal;
    players_.add_nothing();
    shootout_->kick(happening.side, happening.scored);
    if (const auto winner = shootout_->winner()) outcome_.finish(winner_of(*winner));
    return std::nullopt;
}

std::optional<Refusal> FootballMatch::end(EndReason reason, Winner winner) {
    if (outcome_.reason) return match_over();
    // Full time and a decided shoot-out only finish the match as it stands: what is declared then has the last word.
    Outcome declared;
    if (auto refusal = declared.end(reason, winner, Draws::kAllowed)) return refusal;
    outcome_ = declared;
    return std::nullopt;
}

void FootballMatch::write_format(JsonWriter& out) const {
    out.begin_object().end_object();
}

void FootballMatch::write_score(JsonWriter& out) const {
    const auto write_pair = [&](const Pair& pair) { out.begin_array().number(pair[0]).number(pair[1]).end_array(); };
    out.begin_object().key("goals");
    write_pair(goals());
    out.key("half_time");
    half_time_ ? write_pair(*half_time_) : static_cast<void>(out.null());
    out.key("shootout");
    shootout_ ? write_pair(shootout_->scored()) : static_cast<void>(out.null());
    out.key("period");
    period_ ? out.string(name_of(*period_)) : out.null();
    out.key("minute").number(minute_).end_object();
}

void FootballMatch::write_stats(JsonWriter& out) const {
    out.begin_array();
    for (const auto& side : sides_) {
        out.begin_object().key("goals").number(side.goals);
        out.key("penalties").number(side.penalties);
        out.key("own_goals").number(side.own_goals);
        out.key("yellow_cards").number(side.yellow_cards);
        out.key("red_cards").number(side.red_cards);
        out.key("substitutions").number(side.substitutions).end_object();
    }
    out.end_array();
}

void FootballMatch::append_summary(std::string& out) const {
    auto end = std::back_inserter(out);
    fmt::format_to(end, "{}-{}", sides_[0].goals, sides_[1].goals);
    if (half_time_) fmt::format_to(end, " ({}-{})", (*half_time_)[0], (*half_time_)[1]);
    if (extra_time_) out.append(" a.e.t.");
    if (shootout_) fmt::format_to(end, " {}-{} pens", shootout_->scored()[0], shootout_->scored()[1]);
    if (outcome_.over()) {
        out.append(suffix_of(outcome_));
    } else if (period_ == Period::kHalfTime) {
        out.append(" HT");
    } else if (period_ && !shootout_) {
        fmt::format_to(end, " {}'", minute_);
    }
}

std::unique_ptr<Match> FootballMatch::clone() const {
    return std::make_unique<FootballMatch>(*this);
}

}  // namespace matchpoint::scoring::football
