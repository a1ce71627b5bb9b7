#include "topics/match_fold.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/topics/fake_sport.h"

namespace matchpoint::topics {
namespace {

using testing::kFake;
using testing::kOpen;

const scoring::Fixture kFixture{"Open", {{{"Ada", {"Ada"}}, {"Bo", {}}}}};

ScoreEvent start(const scoring::Sport& sport = kFake, BytesView options = "\1") {
    ScoreEvent event;
    event.sport = &sport;
    event.kind = EventKind::kStart;
    event.fixture = &kFixture;
    event.at = Timestamp{1000};
    event.move = options;
    return event;
}

ScoreEvent play(BytesView move, std::int64_t at = 2000, const scoring::Sport& sport = kFake) {
    ScoreEvent event;
    event.sport = &sport;
    event.at = Timestamp{at};
    event.move = move;
    return event;
}

ScoreEvent other(EventKind kind, const scoring::Sport& sport = kFake) {
    ScoreEvent event;
    event.sport = &sport;
    event.kind = kind;
    event.at = Timestamp{3000};
    return event;
}

ScoreEvent undo(const scoring::Sport& sport = kFake) {
    return other(EventKind::kUndo, sport);
}

constexpr std::string_view kAdaOne("\0\1", 2);
constexpr std::string_view kAdaNine("\0\x09", 2);
constexpr std::string_view kBoTwo("\1\2", 2);

std::string score(const MatchFold& fold) {
    std::string text;
    fold.match()->append_summary(text);
    return text;
}

void expect_refused(const std::optional<Rejection>& rejection, RejectReason reason) {
    ASSERT_TRUE(rejection.has_value());
    EXPECT_EQ(to_text(rejection->reason), to_text(reason)) << rejection->detail;
    EXPECT_FALSE(rejection->detail.empty());
}

TEST(MatchFold, AppliesStartAndPlays) {
    MatchFold fold(kFake);
    EXPECT_EQ(fold.match(), nullptr);
    ASSERT_FALSE(fold.apply(start()));
    EXPECT_EQ(fold.fixture().competition, "Open");
    ASSERT_FALSE(fold.apply(play(kAdaOne)));
    ASSERT_FALSE(fold.apply(play(kBoTwo, 2500)));
    EXPECT_EQ(score(fold), "1\"-\"3");
    EXPECT_EQ(fold.entries(), 3U);
    EXPECT_EQ(fold.last_at(), Timestamp{2500});
    ASSERT_EQ(fold.changed_tallies().size(), 1U);
    EXPECT_EQ(fold.changed_tallies()[0].player, "Bo");
    EXPECT_EQ(fold.changed_tallies()[0].score, 3);
}

TEST(MatchFold, RefusalsHaveTheirReasonAndChangeNothing) {
    MatchFold fold(kFake);
    expect_refused(fold.apply(play(kAdaOne)), RejectReason::kNoStart);
    expect_refused(fold.apply(undo()), RejectReason::kNoStart);
    expect_refused(fold.apply(other(EventKind::kEnd)), RejectReason::kNoStart);
    expect_refused(fold.apply(start(kOpen)), RejectReason::kInvalid);
    ASSERT_FALSE(fold.apply(start()));
    ASSERT_FALSE(fold.apply(play(kAdaNine)));
    const Bytes history = fold.history();
    expect_refused(fold.apply(start()), RejectReason::kImpossible);
    expect_refused(fold.apply(play(kAdaNine)), RejectReason::kImpossible);
    expect_refused(fold.apply(play("x")), RejectReason::kInvalid);
    EXPECT_EQ(fold.history(), history);
    ASSERT_FALSE(fold.apply(play(kAdaOne)));
    expect_refused(fold.apply(play(kBoTwo)), RejectReason::kMatchOver);
    expect_refused(fold.apply(other(EventKind::kEnd)), RejectReason::kMatchOver);
    EXPECT_EQ(score(fold), "10\"-\"1");
}

TEST(MatchFold, UndoTakesBackTheLastThatStandsThenTheOneBefore) {
    MatchFold fold(kFake);
    ASSERT_FALSE(fold.apply(start()));
    ASSERT_FALSE(fold.apply(play(kAdaOne, 2000)));
    ASSERT_FALSE(fold.apply(play(kBoTwo, 2500)));
    ASSERT_FALSE(fold.apply(undo()));
    EXPECT_EQ(score(fold), "1\"-\"1");
    EXPECT_EQ(fold.last_at(), Timestamp{2000});
    ASSERT_FALSE(fold.apply(undo()));
    EXPECT_EQ(score(fold), "0\"-\"1");
    ASSERT_FALSE(fold.apply(undo()));
    EXPECT_EQ(fold.match(), nullptr);
    EXPECT_TRUE(fold.history().empty());
    EXPECT_EQ(fold.fixture().competition, "");
    expect_refused(fold.apply(undo()), RejectReason::kNoStart);
    ASSERT_FALSE(fold.apply(start()));
    EXPECT_EQ(score(fold), "0\"-\"1");
}

TEST(MatchFold, UndoTakesBackTheEnd) {
    MatchFold fold(kFake);
    ASSERT_FALSE(fold.apply(start()));
    ScoreEvent end = other(EventKind::kEnd);
    end.reason = scoring::EndReason::kAbandoned;
    ASSERT_FALSE(fold.apply(end));
    EXPECT_EQ(fold.match()->status(), scoring::Status::kAbandoned);
    expect_refused(fold.apply(play(kAdaOne)), RejectReason::kMatchOver);
    ASSERT_FALSE(fold.apply(undo()));
    EXPECT_EQ(fold.match()->status(), scoring::Status::kLive);
    ASSERT_FALSE(fold.apply(play(kAdaOne)));
}

TEST(MatchFold, AnUndoTellsWhoseTallyItTookBack) {
    MatchFold fold(kFake);
    ASSERT_FALSE(fold.apply(start(kFake, std::string_view("\0", 1))));
    ASSERT_FALSE(fold.apply(play(kBoTwo, 2000)));
    ASSERT_FALSE(fold.apply(play(kBoTwo, 2500)));
    ASSERT_FALSE(fold.apply(undo()));
    ASSERT_EQ(fold.changed_tallies().size(), 1U);
    EXPECT_EQ(fold.changed_tallies()[0].score, 2);
    EXPECT_EQ(fold.changed_tallies()[0].at, Timestamp{2000});
    ASSERT_FALSE(fold.apply(undo()));
    ASSERT_EQ(fold.changed_tallies().size(), 1U);
    EXPECT_EQ(fold.changed_tallies()[0].player, "Bo");
    EXPECT_EQ(fold.changed_tallies()[0].score, 0);
}

TEST(MatchFold, ASportWithoutStartBeginsWithItsFirstPlay) {
    MatchFold fold(kOpen);
    expect_refused(fold.apply(undo(kOpen)), RejectReason::kImpossible);
    expect_refused(fold.apply(play("x", 1, kOpen)), RejectReason::kInvalid);
    EXPECT_EQ(fold.match(), nullptr);
    ASSERT_FALSE(fold.apply(play(kAdaOne, 5, kOpen)));
    EXPECT_EQ(score(fold), "1\"-\"0");
    const auto loaded = MatchFold::load(kOpen, fold.history());
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(score(*loaded), "1\"-\"0");
    ASSERT_FALSE(fold.apply(undo(kOpen)));
    EXPECT_EQ(fold.match(), nullptr);
    ASSERT_FALSE(fold.apply(start(kOpen)));
    EXPECT_EQ(score(fold), "0\"-\"1");
}

TEST(MatchFold, LoadRefusesDamagedHistories) {
    MatchFold fold(kFake);
    ASSERT_FALSE(fold.apply(start()));
    ASSERT_FALSE(fold.apply(play(kAdaNine)));
    const Bytes good = fold.history();
    EXPECT_TRUE(MatchFold::load(kFake, good).has_value());
    EXPECT_FALSE(MatchFold::load(kFake, good + good).has_value());
    EXPECT_FALSE(MatchFold::load(kFake, good.substr(1)).has_value());
    Bytes only_play;
    append_history_entry(only_play, play(kAdaOne), Timestamp{0});
    EXPECT_FALSE(MatchFold::load(kFake, only_play).has_value());
    EXPECT_FALSE(MatchFold::load(kFake, good + only_play.substr(0, 1) + "\x07").has_value());
}

// Whatever is applied and taken back, the fold is that of a plain list of the moves that stand, and so is its reload.
// Moves of nothing make the list long enough for checkpoints.
TEST(MatchFold, EqualsTheFoldOfTheListThatStands) {
    const bool holds = rc::check([](const std::vector<int>& steps) {
        MatchFold fold(kFake);
        std::vector<std::pair<Bytes, std::int64_t>> standing;
        RC_ASSERT(!fold.apply(start()));
        std::int64_t at = 1000;
        for (const int step : steps) {
            const int times = step % 7 == 0 ? 50 : 1;
            for (int i = 0; i < times; ++i) {
                at += step;
                if (step % 3 == 0 && step % 7 != 0) {
                    if (standing.empty()) continue;
                    RC_ASSERT(!fold.apply(undo()));
                    standing.pop_back();
                    continue;
                }
                const Bytes move{static_cast<char>(step & 1), static_cast<char>(step % 7 == 0 ? 0 : step & 2)};
                if (!fold.apply(play(move, at))) standing.emplace_back(move, at);
            }
        }
        for (int i = 0; i < 40 && !standing.empty(); ++i) {
            RC_ASSERT(!fold.apply(undo()));
            standing.pop_back();
        }
        MatchFold plain(kFake);
        RC_ASSERT(!plain.apply(start()));
        for (const auto& [move, time] : standing) RC_ASSERT(!plain.apply(play(move, time)));
        RC_CLASSIFY(standing.size() > 70, "long");
        RC_ASSERT(fold.history() == plain.history());
        RC_ASSERT(fold.entries() == plain.entries());
        RC_ASSERT(fold.last_at() == plain.last_at());
        RC_ASSERT(score(fold) == score(plain));
        const auto loaded = MatchFold::load(kFake, fold.history());
        RC_ASSERT(loaded.has_value());
        RC_ASSERT(score(*loaded) == score(plain));
        RC_ASSERT(loaded->last_at() == plain.last_at());
    });
    EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace matchpoint::topics
