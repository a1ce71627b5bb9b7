#include "processor/scoring/basketball/match.h"

#include <fmt/format.h>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring::basketball {

std::optional<Refusal> BasketballMatch::apply(BytesView move, Timestamp at) {
    if (outcome_.over()) return match_over();
    const auto happening = parse_move(move);
    if (!happening) return invalid("not an event of basketball");
    auto& side = sides_[happening->side];
    switch (happening->kind) {
        case Kind::kPeriod:
            return begin_period(happening->period);
        case Kind::kFoul:
            ++side.fouls;
            ++side.period_fouls;
            players_.add_nothing();
            break;
        case Kind::kBasket:
            side.points += happening->points;
            ++side.baskets[happening->points - 1U];
            periods_.back()[happening->side] += happening->points;
            players_.add(happening->side, happening->player, happening->points, at);
            break;
    }
    begun_ = true;
    return std::nullopt;
}

std::optional<Refusal> BasketballMatch::begin_period(std::uint32_t number) {
    const auto next = begun_ ? periods_.size() + 1 : 1;
    if (number != next) return impossible(fmt::format("the next period is {}, not {}", next, number));
    if (number > regular_periods_ && sides_[0].points != sides_[1].points) {
        return impossible(fmt::format("period {} would be overtime, and the score is not level", number));
    }
    if (number > 1) periods_.push_back({});
    for (auto& side : sides_) side.period_fouls = 0;
    begun_ = true;
    players_.add_nothing();
    return std::nullopt;
}

std::optional<Refusal> BasketballMatch::end(EndReason reason, Winner winner) {
    return outcome_.end(reason, winner, Draws::kAllowed);
}

void BasketballMatch::write_format(JsonWriter& out) const {
    out.begin_object().key("periods").number(regular_periods_).end_object();
}

void BasketballMatch::write_score(JsonWriter& out) const {
    out.begin_object().key("points").begin_array();
    out.number(sides_[0].points).number(sides_[1].points).end_array();
    out.key("periods").begin_array();
    for (const auto& period : periods_) out.begin_array().number(period[0]).number(period[1]).end_array();
    out.end_array().key("period").number(periods_.size()).end_object();
}

void BasketballMatch::write_stats(JsonWriter& out) const {
    out.begin_array();
    for (const auto& side : sides_) {
        out.begin_object().key("points").number(side.points);
        out.key("free_throws").number(side.baskets[0]);
        out.key("two_pointers").number(side.baskets[1]);
        out.key("three_pointers").number(side.baskets[2]);
        out.key("fouls").number(side.fouls);
        out.key("period_fouls").number(side.period_fouls).end_object();
    }
    out.end_array();
}

void BasketballMatch::append_period_name(std::string& out) const {
    const auto period = periods_.size();
    if (period > regular_periods_) {
        fmt::format_to(std::back_inserter(out), " OT{}", period - regular_periods_);
    } else {
        fmt::format_to(std::back_inserter(out), " {}{}", regular_periods_ == 2 ? 'H' : 'Q', period);
    }
}

void BasketballMatch::append_summary(std::string& out) const {
    auto end = std::back_inserter(out);
    fmt::format_to(end, "{}-{}", sides_[0].points, sides_[1].points);
    if (periods_.size() > 1) {
        char before = '(';
        out.push_back(' ');
        for (const auto& period : periods_) {
            fmt::format_to(end, "{}{}-{}", before, period[0], period[1]);
            before = ' ';
        }
        out.push_back(')');
    }
    if (outcome_.over()) {
        out.append(suffix_of(outcome_));
    } else {
        append_period_name(out);
    }
}

std::unique_ptr<Match> BasketballMatch::clone() const {
    return std::make_unique<BasketballMatch>(*this);
}

}  // namespace matchpoint::scoring::basketball
