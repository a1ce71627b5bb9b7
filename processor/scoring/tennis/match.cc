#include "processor/scoring/tennis/match.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "processor/scoring/refusal.h"
#include "processor/scoring/tennis/win_probability.h"
#include "processor/scoring/text_buffer.h"

namespace matchpoint::scoring::tennis {
namespace {

constexpr std::array<std::string_view, 5> kPointNames = {"0", "15", "30", "40", "AD"};

// Five sets at the largest counts, and all else of a score or a summary.
using Text = TextBuffer<1024>;

std::string_view side_or_null(bool side1, bool side2) {
    if (side1) return "1";
    return side2 ? "2" : "null";
}

void write_set(const SetScore& set, Text& text) {
    text.text(R"({"games":[)").pair(set.games, ',').character(']');
    if (set.has_tiebreak) text.text(R"(,"tiebreak":[)").pair(set.tiebreak, ',').character(']');
    text.character('}');
}

void append_set(const SetScore& set, bool running, Text& text) {
    if (set.match_tiebreak) {
        text.character('[').pair(set.tiebreak, '-').character(']');
        return;
    }
    text.pair(set.games, '-');
    if (!set.has_tiebreak || running) return;
    if (set.games[0] == set.games[1]) {
        text.character('(').pair(set.tiebreak, '-').character(')');  // broken off in the tie-break
    } else {
        text.character('(').number(std::min(set.tiebreak[0], set.tiebreak[1])).character(')');
    }
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
    const bool tiebreak = live && score_.in_tiebreak();
    Text text;
    text.text(R"({"sets":[)");
    for (std::size_t i = 0; i < sets_shown(); ++i) {
        if (i > 0) text.character(',');
        write_set(score_.set(i), text);
    }
    text.text(R"(],"points":[")");
    if (tiebreak) {
        const auto& points = score_.running_set().tiebreak;
        text.number(points[0]).text(R"(",")").number(points[1]);
    } else {
        const Pair points = live ? score_.points() : Pair{};
        text.text(kPointNames[points[0]]).text(R"(",")").text(kPointNames[points[1]]);
    }
    const auto server = score_.server();
    const bool break_point = live && score_.is_break_point();
    text.text(server == 0 ? R"("],"server":1,"tiebreak":)" : R"("],"server":2,"tiebreak":)");
    text.text(tiebreak ? "true" : "false");
    text.text(R"(,"break_point":)").text(side_or_null(break_point && server == 1, break_point && server == 0));
    text.text(R"(,"set_point":)").text(side_or_null(live && score_.has_set_point(0), live && score_.has_set_point(1)));
    text.text(R"(,"match_point":)");
    text.text(side_or_null(live && score_.has_match_point(0), live && score_.has_match_point(1)));
    out.raw(text.character('}').view());
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
    const bool live = !outcome_.over();
    const auto shown = sets_shown();
    Text text;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) text.character(' ');
        append_set(score_.set(i), live && i + 1 == shown, text);
    }
    const auto& set = score_.running_set();
    if (!live) {
        const auto suffix = suffix_of(outcome_);
        text.text(shown == 0 && !suffix.empty() ? suffix.substr(1) : suffix);
    } else if (set.has_tiebreak && !set.match_tiebreak) {
        text.character(' ').pair(set.tiebreak, '-');
    } else if (score_.points() != Pair{}) {
        text.character(' ').text(kPointNames[score_.points()[0]]);
        text.character('-').text(kPointNames[score_.points()[1]]);
    }
    out.append(text.view());
}

std::optional<std::uint16_t> TennisMatch::win_permille() const {
    constexpr std::uint16_t kCertain = 1000;
    if (outcome_.over()) {
        if (outcome_.winner == Winner::kSide1) return kCertain;
        return outcome_.winner == Winner::kSide2 ? std::optional<std::uint16_t>(0) : std::nullopt;
    }
    // Rounded from the server's view, so that swapped sides give the mirrored figures; what is not decided is neither
    // certain nor impossible.
    const double chance = server_wins_match(score_, estimate_serve_chances(statistics_));
    const auto servers = static_cast<std::uint16_t>(std::clamp(std::lround(chance * kCertain), 1L, kCertain - 1L));
    return score_.server() == 0 ? servers : static_cast<std::uint16_t>(kCertain - servers);
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
