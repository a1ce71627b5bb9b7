// Undo, records, forgetting and restoring.
#include <map>

#include <gtest/gtest.h>

#include "tests/processor/standings_fixture.h"

namespace matchpoint {
namespace {

using Seqs = std::vector<std::uint64_t>;

TEST(StandingsUndo, TakesBackTheLastEventThatStandsAgainAndAgain) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.point("m-1", 2, 1);
    standings.point("m-1", 3, 2);
    const auto before = standings.written("match-state");
    standings.undo("m-1", 4, "tennis");
    standings.undo("m-1", 5, "tennis");
    const auto after = standings.written("match-state");
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(Standings::state(after[0])["score"], Standings::state(before[1])["score"]);
    EXPECT_EQ(Standings::state(after[1])["score"], Standings::state(before[0])["score"]);
    EXPECT_EQ(Standings::state(after[1])["seq"], 5);
}

TEST(StandingsUndo, OfTheStartIsATombstoneAndTheSeqGoesOn) {
    Standings standings;
    standings.start_tennis("m-1");
    standings.undo("m-1", 2, "tennis");
    const auto written = standings.written("match-state");
    ASSERT_EQ(written.size(), 2U);
    EXPECT_EQ(written[1].key, "m-1");
    EXPECT_FALSE(written[1].value);
    standings.start_tennis("m-1");  // seq 1 was applied long ago
    EXPECT_EQ(standings.seqs_written(), Seqs{});
    standings.tennis("m-1", 3, "start", {{"sides", {{{"name", "Cy"}}, {{"name", "Di"}}}}});
    standings.point("m-1", 4, 1);
    EXPECT_EQ(standings.seqs_written(), (Seqs{3, 4}));
}

TEST(StandingsUndo, OfTheEndLetsTheMatchGoOn) {
    MatchRules rules;
    rules.retention_ms = 60'000;
    Standings standings(rules);
    standings.start_tennis("m-1");
    standings.tennis("m-1", 2, "end", {{"reason", "abandoned"}, {"winner", nullptr}});
    standings.undo("m-1", 3, "tennis");
    const auto written = standings.written("match-state");
    ASSERT_EQ(written.size(), 3U);
    EXPECT_EQ(Standings::state(written[1])["status"], "abandoned");
    EXPECT_EQ(Standings::state(written[2])["status"], "live");
    standings.driver().advance_wall_clock_time(10'000);
    standings.let_pass(120'000);  // the timer set by the end finds it live
    standings.point("m-1", 4, 1);
    EXPECT_EQ(standings.seqs_written(), Seqs{4});
}

class StandingsRecords : public ::testing::Test {
  protected:
    // "player score match", or "player -" for a tombstone, for each record written.
    std::vector<std::string> records() {
        std::vector<std::string> texts;
        for (const auto& record : standings_.written("high-scores")) {
            const std::string player = record.key->substr(record.key->find('/') + 1);
            if (!record.value) {
                texts.push_back(player + " -");
                continue;
            }
            const Json high = Standings::state(record);
            EXPECT_EQ(high["player"], player);
            texts.push_back(player + " " + high["score"].dump() + " " + high["match"].get<std::string>());
        }
        return texts;
    }
    using Texts = std::vector<std::string>;
    Standings standings_;
};

TEST_F(StandingsRecords, AreWrittenExactlyWhenTheyChange) {
    standings_.play("invaders", 1, "ana", 4200);
    EXPECT_EQ(records(), Texts{"ana 4200 invaders"});
    standings_.play("invaders", 2, "ana", 4100);
    standings_.play("invaders", 3, "ana", 4200);
    standings_.play("galaga", 1, "ana", 4199);
    EXPECT_EQ(records(), Texts{});
    standings_.play("galaga", 2, "ana", 4201);
    standings_.play("invaders", 4, "ben", 1);
    EXPECT_EQ(records(), (Texts{"ana 4201 galaga", "ben 1 invaders"}));
}

TEST_F(StandingsRecords, GoBackWhenAnUndoTakesThemAway) {
    standings_.play("invaders", 1, "ana", 100);
    standings_.play("galaga", 1, "ana", 300);
    standings_.play("pong", 1, "ana", 200);
    EXPECT_EQ(records(), (Texts{"ana 100 invaders", "ana 300 galaga"}));
    standings_.undo("galaga", 2, "arcade");
    EXPECT_EQ(records(), Texts{"ana 200 pong"});
    standings_.undo("invaders", 2, "arcade");
    EXPECT_EQ(records(), Texts{});
    standings_.undo("pong", 2, "arcade");
    EXPECT_EQ(records(), Texts{"ana -"});
}

TEST_F(StandingsRecords, OfEqualScoresTheEarlierStands) {
    standings_.play("invaders", 1, "ana", 100);
    standings_.play("galaga", 1, "ana", 100);
    standings_.play("pong", 1, "ana", 101);
    EXPECT_EQ(records(), (Texts{"ana 100 invaders", "ana 101 pong"}));
    standings_.undo("pong", 2, "arcade");
    EXPECT_EQ(records(), Texts{"ana 100 invaders"});
}

TEST_F(StandingsRecords, OfTennisAreThePointsOfASideInOneMatch) {
    standings_.start_tennis("m-1");
    EXPECT_EQ(records(), Texts{});
    standings_.point("m-1", 2, 1);
    standings_.point("m-1", 3, 1);
    standings_.point("m-1", 4, 2);
    EXPECT_EQ(records(), (Texts{"Ada 1 m-1", "Ada 2 m-1", "Bo 1 m-1"}));
    standings_.start_tennis("m-2", "Ada", "Cy");
    standings_.point("m-2", 2, 1);
    standings_.point("m-2", 3, 1);
    EXPECT_EQ(records(), Texts{});
    standings_.point("m-2", 4, 1);
    EXPECT_EQ(records(), Texts{"Ada 3 m-2"});
    standings_.undo("m-2", 5, "tennis");
    EXPECT_EQ(records(), Texts{"Ada 2 m-1"});
}

TEST(StandingsForget, AMatchIsForgottenASetTimeAfterItsEnd) {
    MatchRules rules;
    rules.retention_ms = 3'600'000;
    Standings standings(rules);
    standings.start_tennis("m-1");
    for (std::uint64_t seq = 2; seq < 40; ++seq) standings.point("m-1", seq, static_cast<int>(seq % 2) + 1);
    standings.tennis("m-1", 40, "end", {{"reason", "retired"}, {"winner", 2}});
    EXPECT_EQ(standings.seqs_written().size(), 40U);
    EXPECT_EQ(standings.written("high-scores").size(), 38U);
    standings.driver().advance_wall_clock_time(1'000);
    standings.let_pass(3'599'000);
    EXPECT_EQ(standings.seqs_written(), Seqs{});
    standings.driver().advance_wall_clock_time(1'000);
    standings.let_pass(1'000);
    const auto written = standings.written("match-state");
    ASSERT_EQ(written.size(), 1U);
    EXPECT_EQ(written[0].key, "m-1");
    EXPECT_FALSE(written[0].value);
    for (const char* store : {kMatchesStore, kHistoryStore, kHeldStore, kTimersStore}) {
        EXPECT_EQ(standings.stored(store), 0U) << store;
    }
    EXPECT_EQ(standings.written("high-scores").size(), 0U);  // records outlive matches
    standings.driver().advance_wall_clock_time(10'000);
    standings.let_pass(3'600'000);
    EXPECT_EQ(standings.seqs_written(), Seqs{});
}

TEST(StandingsRestore, StoresComeBackFromTheChangelogs) {
    Standings first;
    first.start_tennis("m-1");
    for (std::uint64_t seq = 2; seq < 60; ++seq) first.point("m-1", seq, seq % 3 == 0 ? 2 : 1);
    first.undo("m-1", 60, "tennis");
    first.start_tennis("m-2");
    first.undo("m-2", 2, "tennis");
    first.point("m-1", 62, 1);  // held
    first.play("invaders", 1, "ana", 10);

    Standings second({}, first.driver().produced());
    for (const std::string& store : first.driver().store_names()) {
        std::map<Bytes, Bytes> left;
        std::map<Bytes, Bytes> right;
        for (auto it = first.driver().store(store).all(); it->valid(); it->next()) left.emplace(it->key(), it->value());
        for (auto it = second.driver().store(store).all(); it->valid(); it->next())
            right.emplace(it->key(), it->value());
        EXPECT_FALSE(left.empty()) << store;
        EXPECT_EQ(left, right) << store;
    }

    const auto go_on = [](Standings& standings) {
        static_cast<void>(standings.written("match-state"));
        static_cast<void>(standings.written("high-scores"));
        standings.let_pass(1'000'000'000 - standings.driver().stream_time().value() % 1'000'000'000);
        standings.point("m-1", 61, 2);
        standings.undo("m-1", 63, "tennis");
        standings.tennis("m-2", 3, "start", {{"sides", {{{"name", "Cy"}}, {{"name", "Di"}}}}});
        std::vector<std::string> outcome;
        for (const char* topic : {"match-state", "high-scores"}) {
            for (const auto& record : standings.written(topic)) {
                Json json = Standings::state(record);
                json.erase("at");
                outcome.push_back(json.dump());
            }
        }
        return outcome;
    };
    const auto expected = go_on(first);
    EXPECT_GE(expected.size(), 4U);
    EXPECT_EQ(go_on(second), expected);
}

TEST(StandingsRestore, OnlyARowOfTheSameApplicationIsTaken) {
    const streams::RestoreFunction restore = match_row_restorer("mine");
    Bytes stored;
    streams::RawRecord record;
    record.key = "m-1";
    record.value = "{}";
    EXPECT_FALSE(restore(record, stored));
    streams::Headers headers{{"other", "x"}, {"row:another", "its row"}, {"row:mine", std::nullopt}};
    record.headers = &headers;
    EXPECT_FALSE(restore(record, stored));
    headers.push_back({"row:mine", "the row"});
    EXPECT_TRUE(restore(record, stored));
    EXPECT_EQ(stored, "the row");
}

}  // namespace
}  // namespace matchpoint
