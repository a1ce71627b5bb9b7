#include "simulator/replay/slam_score.h"

#include <array>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "simulator/replay/slam_csv.h"
#include "simulator/replay/slam_format.h"
#include "tests/simulator/replay/files.h"
#include "topics/match_fold.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::replay {
namespace {

using scoring::SideIndex;
using scoring::tennis::Score;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

constexpr const char* kId = "2019-wimbledon-2101";

struct CsvRow {
    int winner = 1;
    std::string set, games1, games2, score1, score2;
};

// A match whose points are won as `winners` says, each row with the score that it makes. Line 2 of the file is rows[0].
std::vector<CsvRow> recorded(const std::string& winners) {
    constexpr std::array<const char*, 5> kNames{"0", "15", "30", "40", "AD"};
    Score score(slam_format(*parse_slam_match(kId)), 0);
    std::vector<CsvRow> rows;
    for (const char winner : winners) {
        const std::size_t set = score.sets_begun() - 1;
        score.play(static_cast<SideIndex>(winner - '1'));
        const auto& games = score.set(set).games;
        const bool tiebreak = score.in_tiebreak() && !score.over();
        const auto point = [&](std::size_t side) {
            return tiebreak ? std::to_string(score.running_set().tiebreak.at(side))
                            : kNames.at(score.points().at(side));
        };
        rows.push_back({winner - '0', std::to_string(set + 1), std::to_string(games[0]), std::to_string(games[1]),
                        point(0), point(1)});
    }
    return rows;
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int n = 0; n < times; ++n) all += text;
    return all;
}

// A whole match: games to love but for the fifth.
std::string winners() {
    const std::string one = "1111";
    const std::string two = "2222";
    return repeated(one + two, 2) + "11222111" + two + one + two + one + two + one + repeated(one + two, 6) +
           "1212222222" + repeated(one + two, 3) + repeated(one, 3);
}

struct Replayed {
    std::string summary;
    std::size_t points = 0;
    std::vector<std::string> reports;
};

Replayed replay(const std::vector<CsvRow>& rows, bool with_games = true) {
    const Files files;
    std::string text = "match_id,SetNo,P1GamesWon,P2GamesWon,PointNumber,PointWinner,P1Score,P2Score\n";
    int number = 0;
    for (const CsvRow& row : rows) {
        text += fmt::format("{},{},{},{},{},{},{},{}\n", kId, row.set, with_games ? row.games1 : "",
                            with_games ? row.games2 : "", ++number, row.winner == 0 ? "" : std::to_string(row.winner),
                            row.score1, row.score2);
    }
    files.write("2019-wimbledon-matches.csv", std::string("match_id,player1,player2\n") + kId + ",Ada,Bo\n");
    const auto path = files.write("2019-wimbledon-points.csv", text);
    Replayed replayed;
    const auto matches = read_slam_points(path, std::nullopt, [&](const std::string& report) {
        replayed.reports.push_back(report.substr(report.rfind(".csv:")));
    });
    topics::ScoreEventDecoder decoder;
    std::optional<topics::MatchFold> fold;
    for (std::size_t index = 0; index < matches.at(0).size(); ++index) {
        std::string json;
        matches[0].write(index, kId, streams::Timestamp{1000}, json);
        const auto event = decoder.decode(json);
        if (!fold) fold.emplace(*event->sport);
        EXPECT_FALSE(fold->apply(*event).has_value()) << json;
    }
    fold->match()->append_summary(replayed.summary);
    replayed.points = matches[0].size() - 1;
    return replayed;
}

class SlamScore : public ::testing::Test {
  protected:
    std::vector<CsvRow> rows_ = recorded(winners());
    const Replayed whole_ = replay(rows_);
};

TEST_F(SlamScore, AFileThatAgreesWithItselfIsTakenAsItIs) {
    EXPECT_THAT(whole_.reports, IsEmpty());
    EXPECT_EQ(whole_.points, rows_.size());
    EXPECT_THAT(replay(rows_, false).reports, IsEmpty());
    // As some years write them: the winner of a game has GAME, the last row of a tie-break its score.
    for (CsvRow& row : rows_) {
        if (row.score1 == "0" && row.score2 == "0") (row.winner == 1 ? row.score1 : row.score2) = "GAME";
    }
    EXPECT_THAT(replay(rows_, false).reports, IsEmpty());
}

TEST_F(SlamScore, ARowWrittenTwiceIsNoPoint) {
    rows_.insert(rows_.begin() + 8, rows_[7]);  // the end of the second game
    const Replayed replayed = replay(rows_);
    EXPECT_EQ(replayed.summary, whole_.summary);
    EXPECT_EQ(replayed.points, whole_.points);
    EXPECT_THAT(replayed.reports, ElementsAre(".csv:10: the score stays 0-0: row skipped"));
}

TEST_F(SlamScore, ALostRowIsPlayedAsTheScoreHasIt) {
    rows_.erase(rows_.begin() + 9);  // 30-0 in the third game: the next row has 40-0
    for (const bool with_games : {true, false}) {
        const Replayed replayed = replay(rows_, with_games);
        EXPECT_EQ(replayed.summary, whole_.summary);
        EXPECT_EQ(replayed.points, whole_.points);
        ASSERT_EQ(replayed.reports.size(), 1U);
        EXPECT_THAT(replayed.reports[0], EndsWith("points are missing before it: 1 won by 1 played too"));
    }
}

TEST_F(SlamScore, ALostEndOfAGameIsPlayedWhereTheGamesTell) {
    rows_.erase(rows_.begin() + 1, rows_.begin() + 4);  // after 15-0 the second game begins at 1-0
    const Replayed replayed = replay(rows_);
    EXPECT_EQ(replayed.summary, whole_.summary);
    EXPECT_THAT(replayed.reports,
                ElementsAre(".csv:3: by the score 0-15 points are missing before it: 3 won by 1 played too"));
}

TEST_F(SlamScore, TheWrongSideIsPutRightByTheScore) {
    rows_[17].winner = 3 - rows_[17].winner;
    const Replayed replayed = replay(rows_);
    EXPECT_EQ(replayed.summary, whole_.summary);
    ASSERT_EQ(replayed.reports.size(), 1U);
    EXPECT_THAT(replayed.reports[0], EndsWith("but the score 30-0 is that of a point won by 1"));
}

TEST_F(SlamScore, ASlipOfTheScoreAloneChangesNothing) {
    rows_[17].score1 = "15";
    rows_[17].score2 = "30";
    const Replayed replayed = replay(rows_);
    EXPECT_EQ(replayed.summary, whole_.summary);
    EXPECT_THAT(replayed.reports, IsEmpty());
}

TEST_F(SlamScore, AGapThatCannotBeFilledIsNamedOnce) {
    for (std::size_t index = 20; index < 50; ++index)
        rows_[index] = {.winner = 0, .set = {}, .games1 = {}, .games2 = {}, .score1 = {}, .score2 = {}};
    const Replayed replayed = replay(rows_);
    ASSERT_GE(replayed.reports.size(), 2U);
    EXPECT_EQ(replayed.reports[0], ".csv:22: PointWinner is '', not 1 or 2: row skipped (and the rows to line 51)");
    EXPECT_THAT(replayed.reports[1], ::testing::HasSubstr("does not follow from the points"));
}

}  // namespace
}  // namespace matchpoint::simulator::replay
