// Properties that hold for any format and any sequence of points. RapidCheck prints the seed of a failure; RC_PARAMS
// sets it.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "processor/scoring/tennis/format.h"
#include "processor/scoring/tennis/point.h"
#include "processor/scoring/tennis/score.h"
#include "tests/processor/scoring/tennis/play.h"

namespace matchpoint::scoring::tennis {
namespace {

using nlohmann::json;

json any_format() {
    json format = {{"best_of", *rc::gen::element(3, 5)},
                   {"tiebreak_at", *rc::gen::inRange(1, 10)},
                   {"tiebreak_points", *rc::gen::inRange(1, 13)},
                   {"no_ad", *rc::gen::arbitrary<bool>()}};
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            format["final_set"] = {{"kind", "advantage"}};
            break;
        case 1:
            format["final_set"] = {
                {"kind", "tiebreak"}, {"at", *rc::gen::inRange(1, 15)}, {"points", *rc::gen::inRange(1, 13)}};
            break;
        case 2:
            format["final_set"] = {{"kind", "match_tiebreak"}, {"points", *rc::gen::inRange(1, 13)}};
            break;
        default:
            break;
    }
    return format;
}

json any_start() {
    return {{"format", any_format()}, {"server", *rc::gen::inRange(1, 3)}};
}

// Points of two sides of unequal strength; some name a server or a manner that may contradict.
std::vector<Bytes> any_moves(int longest = 700) {
    const int strength = *rc::gen::element(1, 3, 5, 7, 9);
    const auto count = *rc::gen::inRange(0, longest);
    const auto dice = *rc::gen::container<std::vector<std::uint16_t>>(static_cast<std::size_t>(count),
                                                                      rc::gen::arbitrary<std::uint16_t>());
    std::vector<Bytes> moves;
    for (const auto die : dice) {
        Point point;
        point.winner = die % 10 < strength ? 0 : 1;
        if (die / 10 % 4 == 0) point.server = static_cast<SideIndex>(die / 40 % 2);
        if (die / 80 % 2 == 0) point.how = static_cast<How>(die / 160 % 7);
        moves.emplace_back(1, pack(point));
    }
    return moves;
}

Bytes mirrored(const Bytes& move) {
    auto point = *unpack(move);
    point.winner = other(point.winner);
    if (point.server) point.server = other(*point.server);
    return Bytes(1, pack(point));
}

json swapped_side(const json& side) {
    return side.is_null() ? side : json(3 - side.get<int>());
}

json mirrored_score(json score) {
    for (auto& set : score["sets"]) {
        std::swap(set["games"][0], set["games"][1]);
        if (set.contains("tiebreak")) std::swap(set["tiebreak"][0], set["tiebreak"][1]);
    }
    std::swap(score["points"][0], score["points"][1]);
    for (const auto* key : {"server", "break_point", "set_point", "match_point"}) score[key] = swapped_side(score[key]);
    return score;
}

int sets_won(const json& score, int side) {
    int won = 0;
    for (const auto& set : score["sets"]) won += set["games"][side] > set["games"][1 - side] ? 1 : 0;
    return won;
}

bool is_side_or_null(const json& value) {
    return value.is_null() || value == 1 || value == 2;
}

// The shape and the sense of one score of a live or finished match.
void check_score(const json& score, const json& format, Status status) {
    const auto& sets = score["sets"];
    RC_ASSERT(sets.size() <= format["best_of"].get<std::size_t>());
    RC_ASSERT(score["server"] == 1 || score["server"] == 2);
    for (const auto* key : {"break_point", "set_point", "match_point"}) RC_ASSERT(is_side_or_null(score[key]));
    const std::vector<std::string> calls = {"0", "15", "30", "40", "AD"};
    for (int side = 0; side < 2; ++side) {
        const auto call = score["points"][side].get<std::string>();
        if (score["tiebreak"] == true) {
            RC_ASSERT(call == std::to_string(sets.back()["tiebreak"][side].get<int>()));
        } else {
            RC_ASSERT(std::find(calls.begin(), calls.end(), call) != calls.end());
            RC_ASSERT(call != "AD" || (score["points"][1 - side] == "40" && format["no_ad"] == false));
        }
    }
    // The side that could win the match could win the set too, and a break point is the receiver's.
    if (!score["match_point"].is_null()) RC_ASSERT(score["set_point"] == score["match_point"]);
    if (!score["break_point"].is_null()) RC_ASSERT(score["break_point"] != score["server"]);
    const int needed = format["best_of"].get<int>() / 2 + 1;
    if (status == Status::kLive) {
        RC_ASSERT(sets_won({{"sets", json(sets.begin(), sets.end() - 1)}}, 0) < needed);
    } else {
        RC_ASSERT(std::max(sets_won(score, 0), sets_won(score, 1)) == needed);
        RC_ASSERT(score["points"] == json::parse(R"(["0","0"])"));
    }
}

// A set that is over ended by the rules of its format.
void check_finished_set(const json& set, const json& format, bool final_set) {
    const auto& final_format = format["final_set"];
    const bool by_match_tiebreak = final_set && final_format["kind"] == "match_tiebreak";
    const bool by_advantage = final_set && final_format["kind"] == "advantage";
    const int high = std::max(set["games"][0].get<int>(), set["games"][1].get<int>());
    const int low = std::min(set["games"][0].get<int>(), set["games"][1].get<int>());
    const int at = final_set && !by_advantage && !by_match_tiebreak ? final_format["at"].get<int>()
                                                                    : format["tiebreak_at"].get<int>();
    if (by_match_tiebreak) {
        RC_ASSERT(high == 1 && low == 0);
    } else if (set.contains("tiebreak")) {
        RC_ASSERT(!by_advantage);
        RC_ASSERT(low == at && high == at + 1);
    } else {
        RC_ASSERT(high >= games_to_win(static_cast<std::uint8_t>(at)));
        RC_ASSERT(high - low >= 2);
        RC_ASSERT(high == games_to_win(static_cast<std::uint8_t>(at)) || high - low == 2);
        RC_ASSERT(by_advantage || low < at);
    }
    if (!set.contains("tiebreak")) return;
    const int target =
        final_set && !by_advantage ? final_format["points"].get<int>() : format["tiebreak_points"].get<int>();
    const int most = std::max(set["tiebreak"][0].get<int>(), set["tiebreak"][1].get<int>());
    const int least = std::min(set["tiebreak"][0].get<int>(), set["tiebreak"][1].get<int>());
    RC_ASSERT(most >= target && most - least >= 2);
    RC_ASSERT(most == target || most - least == 2);
}

RC_GTEST_PROP(TennisProperties, TheScoreIsNeverImpossible, ()) {
    Table table("tennis", any_start().dump());
    const auto format = table.format();
    for (const auto& move : any_moves()) {
        const auto before = table.score();
        const bool over = table.match().status() != Status::kLive;
        const auto refusal = table.apply(move);
        if (refusal) RC_ASSERT(refusal->kind == (over ? Refusal::Kind::kMatchOver : Refusal::Kind::kImpossible));
        if (over) RC_ASSERT(refusal.has_value());
        if (refusal) {
            RC_ASSERT(table.score().dump() == before.dump());
            continue;
        }
        const auto after = table.score();
        check_score(after, format, table.match().status());
        // Set and match points keep their word.
        const int winner = unpack(move)->winner + 1;
        const bool won_match = table.match().status() == Status::kFinished;
        RC_ASSERT(won_match == (before["match_point"] == winner));
        RC_ASSERT((won_match || after["sets"].size() > before["sets"].size()) == (before["set_point"] == winner));
    }
    const auto score = table.score();
    const bool live = table.match().status() == Status::kLive;
    for (std::size_t i = 0; i + (live ? 1 : 0) < score["sets"].size(); ++i) {
        check_finished_set(score["sets"][i], format, i + 1 == format["best_of"].get<std::size_t>());
    }
}

RC_GTEST_PROP(TennisProperties, TotalPointsAreThePointsPlayed, ()) {
    Table table("tennis", any_start().dump());
    std::array<int, 2> won{};
    for (const auto& move : any_moves()) {
        if (!table.apply(move)) ++won[unpack(move)->winner];
    }
    const auto stats = table.stats();
    const auto score = table.score();
    for (std::size_t side = 0; side < 2; ++side) {
        RC_ASSERT(stats[side]["points_won"] == won[side]);
        int games = 0;
        for (const auto& set : score["sets"]) games += set["games"][side].get<int>();
        RC_ASSERT(stats[side]["games_won"] == games);
        RC_ASSERT(stats[side]["service_points_won"] <= stats[side]["points_won"]);
        RC_ASSERT(stats[side]["break_points_won"] <= stats[side]["break_points"]);
        RC_ASSERT(stats[side]["longest_streak"] <= stats[side]["points_won"]);
    }
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    std::int64_t total = 0;
    for (const auto& tally : tallies) total += tally.score;
    RC_ASSERT(total == static_cast<std::int64_t>(table.moves().size()));
}

RC_GTEST_PROP(TennisProperties, SwappingTheSidesMirrorsTheState, ()) {
    auto start = any_start();
    Table table("tennis", start.dump());
    start["server"] = 3 - start["server"].get<int>();
    Table mirror("tennis", start.dump());
    for (const auto& move : any_moves()) {
        RC_ASSERT(kind_of(table.apply(move)) == kind_of(mirror.apply(mirrored(move))));
        RC_ASSERT(mirror.score().dump() == mirrored_score(table.score()).dump());
        RC_ASSERT(*mirror.match().win_permille() == 1000 - *table.match().win_permille());
    }
    RC_ASSERT(mirror.stats()[0].dump() == table.stats()[1].dump());
    RC_ASSERT(mirror.stats()[1].dump() == table.stats()[0].dump());
}

RC_GTEST_PROP(TennisProperties, UndoGivesBackTheStateBefore, ()) {
    Table table("tennis", any_start().dump());
    std::vector<json> states;
    states.push_back(table.state());
    for (const auto& move : any_moves(60)) {
        if (!table.apply(move)) states.push_back(table.state());
    }
    while (!table.moves().empty()) {
        states.pop_back();
        table.undo();
        RC_ASSERT(table.state().dump() == states.back().dump());
    }
}

RC_GTEST_PROP(TennisProperties, TheScoreDependsOnWhoWonThePointsOnly, ()) {
    const auto start = any_start();
    Table told("tennis", start.dump());
    Table untold("tennis", start.dump());
    for (const auto& move : any_moves()) {
        if (told.apply(move)) continue;
        RC_ASSERT(!untold.apply(Bytes(1, pack({unpack(move)->winner, std::nullopt, How::kUnknown}))));
    }
    RC_ASSERT(told.score()["sets"].dump() == untold.score()["sets"].dump());
    RC_ASSERT(told.score()["points"].dump() == untold.score()["points"].dump());
    RC_ASSERT(told.summary() == untold.summary());
    RC_ASSERT(told.match().winner() == untold.match().winner());
}

RC_GTEST_PROP(TennisProperties, AServerCorrectedAgainLeavesNoTrace, ()) {
    // The rotation a feed corrects is where the rules say it is from then on.
    const auto server = *rc::gen::inRange(1, 3);
    Table right("tennis", json{{"server", server}}.dump());
    Table wrong("tennis", json{{"server", 3 - server}}.dump());
    for (const auto& move : any_moves()) {
        auto point = *unpack(move);
        point.how = How::kUnknown;
        point.server = static_cast<SideIndex>(right.score()["server"].get<int>() - 1);
        if (right.match().status() != Status::kLive) break;
        RC_ASSERT(!right.apply(Bytes(1, pack({point.winner, std::nullopt, How::kUnknown}))));
        RC_ASSERT(!wrong.apply(Bytes(1, pack(point))));
        RC_ASSERT(right.score().dump() == wrong.score().dump());
        RC_ASSERT(right.stats().dump() == wrong.stats().dump());
    }
}

RC_GTEST_PROP(TennisProperties, ACloneGoesItsOwnWay, ()) {
    Table table("tennis", any_start().dump());
    const auto moves = any_moves();
    for (std::size_t i = 0; i < moves.size() / 2; ++i) static_cast<void>(table.apply(moves[i]));
    const auto before = table.state();
    const auto copy = table.match().clone();
    for (std::size_t i = moves.size() / 2; i < moves.size(); ++i)
        static_cast<void>(copy->apply(moves[i], Timestamp{1}));
    RC_ASSERT(table.state().dump() == before.dump());
}

RC_GTEST_PROP(TennisProperties, ForeignBytesNeverBreakAMatch, ()) {
    Table table("tennis", any_start().dump());
    for (const auto& move : *rc::gen::arbitrary<std::vector<std::string>>()) static_cast<void>(table.apply(move));
    check_score(table.score(), table.format(), table.match().status());
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
