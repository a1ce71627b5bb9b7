#include "processor/scoring/tennis/match.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring::tennis {
namespace {

constexpr std::array<std::string_view, 5> kPointNames = {"0", "15", "30", "40", "AD"};

void append_number(std::string& out, std::uint32_t number) {
    char digits[12];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_pair(std::string& out, const Pair& pair) {
    append_number(out, pair[0]);
    out.push_back('-');
    append_number(out, pair[1]);
}

void write_pair(JsonWriter& out, const Pair& pair) {
    out.begin_array().number(pair[0]).number(pair[1]).end_array();
}

void write_side(JsonWriter& out, bool side1, bool side2) {
    out.raw(side1 ? "1" : side2 ? "2" : "null");
}

// Who must have served for the point to be won so.
std::optional<SideIndex> server_implied(const Point& point) {
    if (point.how == How::kAce || point.how == How::kServiceWinner) return point.winner;
    if (point.how == How::kDoubleFault) return other(point.winner);
    return std::nullopt;
}

bool anything_played(const SetScore& set, const Pair& points) {
    return set.games != Pair{} || set.tiebreak != Pair{} || points != Pair{};
}

}  // namespace

TennisMatch::TennisMatch(std::array<std::string, 2> names, const Format& format, std::optional<SideIndex> first_server)
    : names_(std::move(names)), score_(format, first_server.value_or(0)), server_known_(first_server.has_value()) {}

std::optional<Refusal> TennisMatch::apply(BytesView move, Timestamp at) {
    if (outcome_.over()) return match_over();
    const auto point = unpack(move);
    if (!point) return invalid("not a tennis point");
    if (auto refusal = settle_server(*point)) return refusal;
    statistics_.count(*point, score_.server(), score_.is_break_point());
    score_.play(point->winner);
    last_winner_ = point->winner;
    last_won_at_[point->winner] = at;
    if (score_.over()) outcome_.finish(winner_of(point->winner));
    return std::nullopt;
}

std::optional<Refusal> TennisMatch::settle_server(const Point& point) {
    const auto implied = server_implied(point);
    auto named = point.server;
    if (implied && !named && !server_known_) named = implied;
    if (implied && *implied != named.value_or(score_.server())) {
        return impossible(point.how == How::kDoubleFault ? "a double fault loses the point of the side that serves"
                                                         : "only the side that serves can win a point by its service");
    }
    if (!named) return std::nullopt;
    score_.correct_server(*named);
    server_known_ = true;
    return std::nullopt;
}

std::optional<Refusal> TennisMatch::end(EndReason reason, Winner winner) {
    return outcome_.end(reason, winner, Draws::kNever);
}

std::size_t TennisMatch::sets_shown() const {
    const auto begun = score_.sets_begun();
    if (!outcome_.over() || anything_played(score_.running_set(), score_.points())) return begun;
    return begun - 1;
}

void TennisMatch::write_format(JsonWriter& out) const {
    tennis::write_format(score_.format(), out);
}

void TennisMatch::write_score(JsonWriter& out) const {
    const bool live = !outcome_.over();
    const auto& running_set = score_.running_set();
    out.begin_object().key("sets").begin_array();
    for (std::size_t i = 0; i < sets_shown(); ++i) {
        const auto& set = score_.set(i);
        out.begin_object().key("games");
        write_pair(out, set.games);
        if (set.has_tiebreak) write_pair(out.key("tiebreak"), set.tiebreak);
        out.end_object();
    }
    out.end_array().key("points").begin_array();
    for (std::size_t side = 0; side < 2; ++side) {
        if (live && score_.in_tiebreak()) {
            char quoted[16] = {'"'};
            auto* end = std::to_chars(quoted + 1, quoted + sizeof quoted, running_set.tiebreak[side]).ptr;
            *end++ = '"';
            out.raw({quoted, static_cast<std::size_t>(end - quoted)});
        } else {
            out.string(kPointNames[live ? score_.points()[side] : 0]);
        }
    }
    out.end_array();
    out.key("server").raw(score_.server() == 0 ? "1" : "2");
    out.key("tiebreak").boolean(live && score_.in_tiebreak());
    const bool break_point = live && score_.is_break_point();
    write_side(out.key("break_point"), break_point && score_.server() == 1, break_point && score_.server() == 0);
    write_side(out.key("set_point"), live && score_.has_set_point(0), live && score_.has_set_point(1));
    write_side(out.key("match_point"), live && score_.has_match_point(0), live && score_.has_match_point(1));
    out.end_object();
}

void TennisMatch::write_stats(JsonWriter& out) const {
    Pair games{};
    for (std::size_t i = 0; i < score_.sets_begun(); ++i) {
        games[0] += score_.set(i).games[0];
        games[1] += score_.set(i).games[1];
    }
    statistics_.write(out, games);
}

void TennisMatch::append_summary(std::string& out) const {
    const auto shown = sets_shown();
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& set = score_.set(i);
        if (i > 0) out.push_back(' ');
        if (set.match_tiebreak) {
            out.push_back('[');
            append_pair(out, set.tiebreak);
            out.push_back(']');
            continue;
        }
        append_pair(out, set.games);
        if (!set.has_tiebreak || running(i)) continue;
        out.push_back('(');
        if (set.games[0] == set.games[1]) {
            append_pair(out, set.tiebreak);  // broken off in the tie-break
        } else {
            append_number(out, std::min(set.tiebreak[0], set.tiebreak[1]));
        }
        out.push_back(')');
    }
    if (outcome_.over()) {
        const auto suffix = suffix_of(outcome_);
        out.append(shown == 0 && !suffix.empty() ? suffix.substr(1) : suffix);
        return;
    }
    const auto& set = score_.running_set();
    if (set.match_tiebreak) return;
    if (set.has_tiebreak) {
        out.push_back(' ');
        append_pair(out, set.tiebreak);
    } else if (score_.points() != Pair{}) {
        out.push_back(' ');
        out.append(kPointNames[score_.points()[0]]);
        out.push_back('-');
        out.append(kPointNames[score_.points()[1]]);
    }
}

void TennisMatch::add_tally(SideIndex side, std::vector<Tally>& out) const {
    const auto points = statistics_.side(side).points_won;
    if (points == 0) return;
    // Two sides of one name share a record: the better of the two is the player's.
    const auto rival = statistics_.side(other(side)).points_won;
    if (names_[0] == names_[1] && (rival > points || (rival == points && side == 1))) return;
    out.push_back({names_[side], points, last_won_at_[side]});
}

void TennisMatch::changed_tallies(std::vector<Tally>& out) const {
    if (!last_winner_) return;
    if (names_[0] == names_[1]) {
        all_tallies(out);
    } else {
        add_tally(*last_winner_, out);
    }
}

void TennisMatch::all_tallies(std::vector<Tally>& out) const {
    add_tally(0, out);
    add_tally(1, out);
}

std::unique_ptr<Match> TennisMatch::clone() const {
    return std::make_unique<TennisMatch>(*this);
}

}  // namespace matchpoint::scoring::tennis
