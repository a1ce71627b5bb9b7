#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "processor/scoring/cricket/moves.h"
#include "tests/processor/scoring/shared_properties.h"
#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::cricket {
namespace {

using nlohmann::json;

std::string any_start() {
    json format = {{"balls_per_over", *rc::gen::inRange(1, 9)}};
    if (*rc::gen::arbitrary<bool>()) format["overs"] = *rc::gen::inRange(1, 4);
    if (*rc::gen::arbitrary<bool>()) format["innings"] = *rc::gen::element(1, 2, 4);
    return json{{"format", format}}.dump();
}

Bytes any_ball(std::uint32_t die) {
    const auto batter = "b" + std::to_string(die % 4);
    const auto bowler = "x" + std::to_string(die / 4 % 3);
    Ball ball;
    ball.batter = batter;
    ball.bowler = bowler;
    ball.runs = die / 12 % 7;
    if (die / 84 % 4 == 0) ball.extras[die / 336 % kExtraKinds] = die / 1680 % 3;
    if (die / 5040 % 4 == 0) {
        ball.dismissal_count = 1;
        ball.dismissals[0] = static_cast<Dismissal>(die / 20160 % 14);
    }
    Bytes move;
    append_move(ball, move);
    return move;
}

Bytes any_innings(std::uint32_t die) {
    InningsBegin innings;
    innings.team = static_cast<SideIndex>(die % 2);
    innings.super_over = die / 2 % 4 == 0;
    innings.has_target = die / 8 % 8 == 0;
    if (innings.has_target) innings.target_runs = 1 + die / 64 % 20;
    Bytes move;
    append_move(innings, move);
    return move;
}

// Few balls an innings, so that matches get far.
std::vector<Bytes> any_moves() {
    std::vector<Bytes> moves = {any_innings(*rc::gen::element(2U, 3U))};
    for (const auto die : *rc::gen::arbitrary<std::vector<std::uint32_t>>()) {
        moves.push_back(die % 7 == 0 ? any_innings(die / 7) : any_ball(die / 7));
    }
    return moves;
}

RC_GTEST_PROP(CricketProperties, EveryMoveIsReadAsItWasWritten, ()) {
    for (const auto& move : any_moves()) {
        const auto happening = parse_move(move);
        RC_ASSERT(happening.has_value());
        Bytes again;
        std::visit([&](const auto& what) { append_move(what, again); }, *happening);
        RC_ASSERT(again == move);
    }
}

RC_GTEST_PROP(CricketProperties, RunsAddUpAndNothingIsImpossible, ()) {
    Table table("cricket", any_start());
    const auto format = table.format();
    const auto per_over = format["balls_per_over"].get<std::int64_t>();
    std::int64_t runs = 0;
    std::int64_t off_the_bat = 0;
    for (const auto& move : any_moves()) {
        const auto happening = *parse_move(move);
        if (table.apply(move)) continue;
        if (const auto* ball = std::get_if<Ball>(&happening)) {
            runs += ball->total();
            off_the_bat += ball->runs;
        }
        const auto score = table.score();
        RC_ASSERT(score["batting"].is_null() == (table.match().status() != Status::kLive));
    }
    std::int64_t by_innings = 0;
    const auto score = table.score();
    for (const auto& innings : score["innings"]) {
        const auto number = [&](const char* key) { return innings[key].get<std::int64_t>(); };
        by_innings += number("runs");
        std::int64_t extras = 0;
        for (const auto& extra : innings["extras"]) extras += extra.get<std::int64_t>();
        RC_ASSERT(extras <= number("runs"));
        RC_ASSERT(number("wickets") <= (innings["super_over"] == true ? 2 : 10));
        const auto rest = number("balls") % per_over;
        const auto overs = std::to_string(number("balls") / per_over) + (rest > 0 ? "." + std::to_string(rest) : "");
        RC_ASSERT(innings["overs"].get<std::string>() == overs);
        // Beyond its overs only as far as one over that was miscounted reaches.
        if (!format["overs"].is_null())
            RC_ASSERT(number("balls") < (format["overs"].get<std::int64_t>() + 1) * per_over);
    }
    const auto stats = table.stats();
    RC_ASSERT(by_innings == runs);
    RC_ASSERT(stats[0]["runs"].get<std::int64_t>() + stats[1]["runs"].get<std::int64_t>() == runs);
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    std::int64_t total = 0;
    for (const auto& tally : tallies) total += tally.score;
    RC_ASSERT(total <= off_the_bat);  // namesakes are told once
}

RC_GTEST_PROP(CricketProperties, SwappingTheSidesMirrorsTheState, ()) {
    const auto start = any_start();
    Table table("cricket", start);
    Table mirror("cricket", start);
    for (const auto& move : any_moves()) {
        auto swapped = move;
        if (auto happening = *parse_move(move); auto* innings = std::get_if<InningsBegin>(&happening)) {
            innings->team = static_cast<SideIndex>(1 - innings->team);
            swapped.clear();
            append_move(*innings, swapped);
        }
        RC_ASSERT(kind_of(table.apply(move)) == kind_of(mirror.apply(swapped)));
        RC_ASSERT((table.match().winner() == Winner::kSide1) == (mirror.match().winner() == Winner::kSide2));
        RC_ASSERT(table.match().status() == mirror.match().status());
    }
    auto score = table.score();
    for (auto& innings : score["innings"]) innings["team"] = 3 - innings["team"].get<int>();
    if (!score["batting"].is_null()) score["batting"] = 3 - score["batting"].get<int>();
    RC_ASSERT(mirror.score().dump() == score.dump());
    RC_ASSERT(mirror.stats()[0].dump() == table.stats()[1].dump());
}

RC_GTEST_PROP(CricketProperties, TheMatchIsTheFoldOfItsMoves, ()) {
    Table table("cricket", any_start());
    check_fold(table, any_moves());
}

RC_GTEST_PROP(CricketProperties, ForeignBytesNeverBreakAMatch, ()) {
    Table table("cricket", any_start());
    check_foreign_bytes(table, *rc::gen::arbitrary<std::vector<std::string>>());
}

}  // namespace
}  // namespace matchpoint::scoring::cricket
