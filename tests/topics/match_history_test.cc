#include "topics/match_history.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace matchpoint::topics {
namespace {

ScoreEvent play(BytesView move, std::int64_t at) {
    ScoreEvent event;
    event.at = Timestamp{at};
    event.move = move;
    return event;
}

TEST(MatchHistory, APointTakesFiveBytes) {
    Bytes history;
    append_history_entry(history, play("\x05", 1795235906251), Timestamp{1795235886251});
    EXPECT_EQ(history, std::string("\xC0\xB8\x02\x05\x11"));  // zigzag 20,000 ms, the move, 4 bytes of kind 1
}

TEST(MatchHistory, TheStoredNumbersOfTheKindsStandForEver) {
    EXPECT_EQ(static_cast<int>(EntryKind::kStart), 0);
    EXPECT_EQ(static_cast<int>(EntryKind::kPlay), 1);
    EXPECT_EQ(static_cast<int>(EntryKind::kEnd), 2);
}

TEST(MatchHistory, AStartComesBackWhole) {
    scoring::Fixture fixture;
    fixture.competition = "Open";
    fixture.sides[0] = {"Ada/Al", {"Ada", "Al"}};
    fixture.sides[1] = {std::string(200, 'b'), {}};
    ScoreEvent event = play(std::string_view("\0\1\2", 3), 77);
    event.kind = EventKind::kStart;
    event.fixture = &fixture;
    Bytes history;
    append_history_entry(history, event, Timestamp{0});
    const auto entries = read_history(history);
    ASSERT_TRUE(entries && entries->size() == 1);
    EXPECT_EQ(entries->front().kind, EntryKind::kStart);
    EXPECT_EQ(entries->front().at, Timestamp{77});
    const auto start = read_start(entries->front().payload);
    ASSERT_TRUE(start.has_value());
    EXPECT_EQ(start->fixture.competition, "Open");
    EXPECT_EQ(start->fixture.sides[0].name, "Ada/Al");
    EXPECT_EQ(start->fixture.sides[0].players, (std::vector<std::string>{"Ada", "Al"}));
    EXPECT_EQ(start->fixture.sides[1].name, std::string(200, 'b'));
    EXPECT_EQ(start->options, std::string_view("\0\1\2", 3));
}

TEST(MatchHistory, AnEndComesBackWhole) {
    ScoreEvent event = play({}, 5);
    event.kind = EventKind::kEnd;
    event.reason = scoring::EndReason::kWalkover;
    event.winner = scoring::Winner::kSide2;
    Bytes history;
    append_history_entry(history, event, Timestamp{0});
    const auto entries = read_history(history);
    ASSERT_TRUE(entries && entries->size() == 1);
    EXPECT_EQ(entries->front().kind, EntryKind::kEnd);
    const auto end = read_end(entries->front().payload);
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->reason, scoring::EndReason::kWalkover);
    EXPECT_EQ(end->winner, scoring::Winner::kSide2);
}

TEST(MatchHistory, EntriesComeBackAndGoOffFromBehind) {
    const bool holds = rc::check([](const std::vector<std::string>& moves, const std::vector<std::uint32_t>& times) {
        Bytes history;
        std::vector<Bytes> before;
        std::vector<Timestamp> ats;
        Timestamp previous{0};
        for (std::size_t i = 0; i < moves.size(); ++i) {
            const Timestamp at{i < times.size() ? std::int64_t{times[i]} * 4000 : 9};
            before.push_back(history);
            append_history_entry(history, play(moves[i], at.value()), previous);
            ats.push_back(at);
            previous = at;
        }
        const auto entries = read_history(history);
        RC_ASSERT(entries.has_value());
        RC_ASSERT(entries->size() == moves.size());
        for (std::size_t i = 0; i < moves.size(); ++i) {
            RC_ASSERT((*entries)[i].payload == moves[i]);
            RC_ASSERT((*entries)[i].at == ats[i]);
            RC_ASSERT((*entries)[i].end == (i + 1 < moves.size() ? before[i + 1].size() : history.size()));
        }
        while (!before.empty()) {
            const auto tail = last_history_entry(history);
            RC_ASSERT(tail.has_value());
            RC_ASSERT(tail->payload == moves[before.size() - 1]);
            history.resize(history.size() - tail->size);
            RC_ASSERT(history == before.back());
            before.pop_back();
        }
        RC_ASSERT(!last_history_entry(history).has_value());
    });
    EXPECT_TRUE(holds);
}

TEST(MatchHistory, LongMovesHaveALongTail) {
    for (const std::size_t size : {31U, 32U, 5000U, 1000000U}) {
        const Bytes move(size, 'x');
        Bytes history;
        append_history_entry(history, play("a", 1), Timestamp{0});
        append_history_entry(history, play(move, 2), Timestamp{1});
        const auto entries = read_history(history);
        ASSERT_TRUE(entries && entries->size() == 2) << size;
        EXPECT_EQ((*entries)[1].payload, move);
    }
}

TEST(MatchHistory, DamagedBytesAreRefusedOrReadInBounds) {
    const bool holds = rc::check([](const std::string& bytes) {
        const auto entries = read_history(bytes);
        std::size_t payloads = 0;
        if (entries) {
            for (const HistoryEntry& entry : *entries) {
                payloads += entry.payload.size();
                static_cast<void>(read_start(entry.payload));
                static_cast<void>(read_end(entry.payload));
            }
        }
        RC_ASSERT(payloads <= bytes.size());
    });
    EXPECT_TRUE(holds);
    EXPECT_FALSE(read_history("\x03").has_value());              // kind 3
    EXPECT_FALSE(read_history("\x11").has_value());              // longer than what is there
    EXPECT_FALSE(read_history("\xff\xff\xff\xff").has_value());  // a tail without beginning
    EXPECT_FALSE(read_history("\x01").has_value());              // no time
    EXPECT_FALSE(read_end(std::string_view("\4\0", 2)).has_value());
    EXPECT_FALSE(read_end(std::string_view("\0\4", 2)).has_value());
    EXPECT_FALSE(read_end("").has_value());
    EXPECT_FALSE(read_start("\x05").has_value());
    EXPECT_TRUE(read_history("")->empty());
}

}  // namespace
}  // namespace matchpoint::topics
