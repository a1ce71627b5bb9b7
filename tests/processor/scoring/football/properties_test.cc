#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "processor/scoring/football/moves.h"
#include "tests/processor/scoring/shared_properties.h"
#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::football {
namespace {

using nlohmann::json;

Happening any_happening(unsigned die, BytesView player) {
    Happening happening;
    happening.side = static_cast<SideIndex>(die % 2);
    happening.player = player;
    happening.minute = die / 2 % 120;
    const unsigned choice = die / 240;
    switch (choice % 10) {
        case 0:
        case 1:
            happening = {};
            happening.period = static_cast<Period>(choice / 10 % 8);
            break;
        case 2:
            happening.kind = Kind::kCard;
            happening.card = static_cast<Card>(choice / 10 % 3);
            break;
        case 3:
            happening.kind = Kind::kSubstitution;
            happening.on = "sub";
            break;
        case 4:
        case 5:
            happening.kind = Kind::kKick;
            happening.scored = choice / 10 % 3 != 0;
            break;
        default:
            happening.kind = Kind::kGoal;
            happening.own = choice / 10 % 5 == 0;
            break;
    }
    return happening;
}

// Periods mostly in order, so that matches get far, and between them anything.
std::vector<Bytes> any_moves() {
    std::vector<Bytes> moves;
    unsigned next = 0;
    for (const auto die : *rc::gen::arbitrary<std::vector<std::uint32_t>>()) {
        const auto player = "p" + std::to_string(die % 7);
        auto happening = any_happening(die, player);
        if (happening.kind == Kind::kPeriod && die % 5 != 0) happening.period = static_cast<Period>(next++ % 8);
        Bytes move;
        append_move(happening, move);
        moves.push_back(move);
    }
    return moves;
}

RC_GTEST_PROP(FootballProperties, EveryMoveIsReadAsItWasWritten, ()) {
    for (const auto& move : any_moves()) {
        const auto happening = parse_move(move);
        RC_ASSERT(happening.has_value());
        Bytes again;
        append_move(*happening, again);
        RC_ASSERT(again == move);
    }
}

RC_GTEST_PROP(FootballProperties, GoalsAddUp, ()) {
    Table table("football");
    std::array<int, 2> goals{};
    std::array<int, 2> kicks{};
    std::int64_t by_players = 0;
    for (const auto& move : any_moves()) {
        const auto happening = *parse_move(move);
        const auto before = table.score();
        if (table.apply(move)) continue;
        const auto after = table.score();
        if (happening.kind == Kind::kGoal) {
            ++goals[happening.side];
            by_players += happening.own ? 0 : 1;
        }
        if (happening.kind == Kind::kKick && happening.scored) ++kicks[happening.side];
        RC_ASSERT(after["goals"].dump() == json(goals).dump());
        RC_ASSERT(after["shootout"].is_null() || after["shootout"].dump() == json(kicks).dump());
        RC_ASSERT(before["half_time"].is_null() || before["half_time"] == after["half_time"]);
    }
    std::vector<Tally> tallies;
    table.match().all_tallies(tallies);
    std::int64_t most = 0;
    for (const auto& tally : tallies) most += tally.score;
    RC_ASSERT(most <= by_players);  // namesakes are told once
}

RC_GTEST_PROP(FootballProperties, SwappingTheSidesMirrorsTheState, ()) {
    Table table("football");
    Table mirror("football");
    for (const auto& move : any_moves()) {
        auto happening = *parse_move(move);
        if (happening.kind != Kind::kPeriod) happening.side = static_cast<SideIndex>(1 - happening.side);
        Bytes swapped;
        append_move(happening, swapped);
        RC_ASSERT(kind_of(table.apply(move)) == kind_of(mirror.apply(swapped)));
        const auto winner = table.match().winner();
        const auto expected = winner == Winner::kSide1   ? Winner::kSide2
                              : winner == Winner::kSide2 ? Winner::kSide1
                                                         : winner;
        RC_ASSERT(mirror.match().winner() == expected);
    }
    auto score = table.score();
    for (const auto* key : {"goals", "half_time", "shootout"}) {
        if (!score[key].is_null()) std::swap(score[key][0], score[key][1]);
    }
    RC_ASSERT(mirror.score().dump() == score.dump());
    RC_ASSERT(mirror.stats()[0].dump() == table.stats()[1].dump());
    RC_ASSERT(mirror.stats()[1].dump() == table.stats()[0].dump());
}

RC_GTEST_PROP(FootballProperties, TheMatchIsTheFoldOfItsMoves, ()) {
    Table table("football");
    check_fold(table, any_moves());
}

RC_GTEST_PROP(FootballProperties, ForeignBytesNeverBreakAMatch, ()) {
    Table table("football");
    check_foreign_bytes(table, *rc::gen::arbitrary<std::vector<std::string>>());
}

}  // namespace
}  // namespace matchpoint::scoring::football
