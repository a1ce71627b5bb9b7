#include "simulator/replay/recordings.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/simulator/replay/files.h"
#include "topics/match_fold.h"
#include "topics/match_state.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Timestamp kStart{1'000'000};
constexpr const char* kHeader =
    "match_id,ElapsedTime,SetNo,PointNumber,PointWinner,PointServer,P1Ace,P2Ace,P1Winner,P2Winner,P1DoubleFault,"
    "P2DoubleFault,P1UnfErr,P2UnfErr,NewColumn\n";

// Points of `match`, won as `winners` says ("1" or "2" each), a minute apart; side 1 and 2 serve games in turn.
std::string rows(const std::string& match, const std::string& winners, const std::string& servers = "12") {
    std::string text;
    int points = 0;
    for (const char winner : winners) {
        const char server = servers.at(static_cast<std::size_t>(points / 4) % servers.size());
        ++points;
        char time[16];
        std::snprintf(time, sizeof time, "%d:%02d:00", points / 60, points % 60);
        text += match + "," + time + ",1," + std::to_string(points) + "," + winner + "," + server +
                ",0,0,0,0,0,0,0,0,whatever\n";
    }
    return text;
}

std::string won_by(char winner, int points) {
    return std::string(static_cast<std::size_t>(points), winner);
}

struct Played {
    std::vector<std::string> json;
    std::vector<std::int64_t> due_us;
    std::vector<std::string> reports;
    std::map<std::string, std::string> summaries;
    std::map<std::string, scoring::Status> statuses;
};

Played play_all(Request request) {
    Played played;
    request.timing.start_at = kStart;
    const auto source =
        open_recordings(request, [&played](const std::string& text) { played.reports.push_back(text); });
    topics::ScoreEventDecoder decoder;
    std::map<std::string, topics::MatchFold> folds;
    while (const Event* event = source->next()) {
        played.json.emplace_back(event->json);
        played.due_us.push_back(event->due_us);
        const auto decoded = decoder.decode(event->json);
        EXPECT_TRUE(decoded.has_value()) << event->json;
        if (!decoded) continue;
        EXPECT_EQ(decoded->at, event->at);
        EXPECT_EQ(decoded->match, event->match);
        auto& fold = folds.try_emplace(std::string(event->match), *decoded->sport).first->second;
        const auto rejection = fold.apply(*decoded);
        EXPECT_FALSE(rejection.has_value()) << event->json;
    }
    for (const auto& [match, fold] : folds) {
        if (fold.match() == nullptr) continue;
        fold.match()->append_summary(played.summaries[match]);
        played.statuses[match] = fold.match()->status();
    }
    return played;
}

TEST(Recordings, APointsFileGivesTheRecordedResult) {
    const Files files;
    files.write("2019-wimbledon-matches.csv",
                "match_id,year,slam,match_num,player1,player2\n2019-wimbledon-2101,2019,wimbledon,2101,Ada,Bo\n");
    const auto points =
        files.write("2019-wimbledon-points.csv",
                    kHeader + std::string("2019-wimbledon-2101,0:00:00,1,0X,0,0,,,,,,,,,\n") +
                        rows("2019-wimbledon-2101", won_by('1', 24) + won_by('2', 24) + won_by('1', 24)));
    const Played played = play_all({.files = {points}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_THAT(played.reports, ElementsAre());
    EXPECT_EQ(played.json.size(), 73U);
    EXPECT_THAT(played.json.front(),
                HasSubstr(R"("competition":"Wimbledon 2019, women's singles","sides":[{"name":"Ada"},)"
                          R"({"name":"Bo"}],"format":{"best_of":3,)"));
    EXPECT_EQ(played.statuses.at("2019-wimbledon-2101"), scoring::Status::kFinished);
    EXPECT_EQ(played.summaries.at("2019-wimbledon-2101"), "6-0 0-6 6-0");
    EXPECT_EQ(played.due_us[1], 60'000'000);
    EXPECT_EQ(played.due_us.back(), 72 * 60'000'000LL);
}

TEST(Recordings, DoublesServersOneAndThreeAreSideOne) {
    const Files files;
    files.write("2022-usopen-matches-doubles.csv",
                "match_id,player1,player2,partner1,partner2\n2022-usopen-3101,Ada,Bo,Cy,Di\n");
    const auto points =
        files.write("2022-usopen-points-doubles.csv", kHeader + rows("2022-usopen-3101", won_by('1', 48), "1234"));
    const Played played = play_all({.files = {points}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_THAT(played.json.front(), HasSubstr(R"({"name":"Ada / Cy","players":["Ada","Cy"]},)"));
    EXPECT_THAT(played.json[1], HasSubstr(R"("server":1)"));
    EXPECT_THAT(played.json[5], HasSubstr(R"("server":2)"));
    EXPECT_THAT(played.json[9], HasSubstr(R"("server":1)"));
    EXPECT_THAT(played.json[13], HasSubstr(R"("server":2)"));
}

TEST(Recordings, HowAPointWasWonIsToldWhereItFits) {
    const Files files;
    const std::string id = "2022-usopen-1101";
    const auto row = [&id](const std::string& rest) { return id + ",0:00:00,1," + rest + "\n"; };
    const auto points =
        files.write("2022-usopen-points.csv", kHeader + row("1,1,1,1,0,1,0,0,0,0,0,") +  // ace
                                                  row("2,2,1,0,0,0,0,1,0,1,0,") +        // double fault
                                                  row("3,2,1,0,1,0,0,0,0,0,0,") +        // no ace of a receiver
                                                  row("4,1,1,0,0,1,0,0,0,0,0,") +        // winner
                                                  row("5,1,1,0,0,0,0,0,0,0,1,"));        // unforced error
    const Played played = play_all({.files = {points}, .timing = {}, .prefix = {}, .format = {}});
    ASSERT_EQ(played.json.size(), 6U);
    EXPECT_THAT(played.json[1], HasSubstr(R"("how":"ace")"));
    EXPECT_THAT(played.json[2], HasSubstr(R"("how":"double_fault")"));
    EXPECT_THAT(played.json[3], ::testing::Not(HasSubstr("how")));
    EXPECT_THAT(played.json[4], HasSubstr(R"("how":"winner")"));
    EXPECT_THAT(played.json[5], HasSubstr(R"("how":"unforced_error")"));
}

TEST(Recordings, BadRowsAreNamedByFileAndLineAndSkipped) {
    const Files files;
    files.write("2019-usopen-matches.csv", "match_id,player1,player2\n2019-usopen-2101,Ada,Bo\n");
    const std::string id = "2019-usopen-2101";
    const auto points = files.write("2019-usopen-points.csv", kHeader + id + ",0:00:00,1,1,3,1,0,0,0,0,0,0,0,0,\n" +
                                                                  id + ",0:00:00,1,1,1,9,0,0,0,0,0,0,0,0,\n" + id +
                                                                  "\n" + ",,,\n" + rows(id, won_by('1', 48) + "2"));
    const Played played = play_all({.files = {points}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_EQ(played.summaries.at(id), "6-0 6-0");
    EXPECT_THAT(played.reports, ElementsAre(points + ":2: PointWinner is '3', not 1 or 2: row skipped",
                                            points + ":3: PointServer is '9', not 1 to 4: row skipped",
                                            points + ":4: PointWinner is '', not 1 or 2: row skipped",
                                            points + ":5: no match_id: row skipped",
                                            points + ":54: match " + id + " is over already: row skipped"));
}

TEST(Recordings, ARetirementEndsTheMatchAndAnOpenEndIsReported) {
    const Files files;
    files.write(
        "2011-ausopen-matches.csv",
        "match_id,player1,player2,status,winner\n2011-ausopen-1101,Ada,Bo,Retired,2\n2011-ausopen-1102,Cy,Di,,\n");
    const auto points = files.write("2011-ausopen-points.csv", kHeader + rows("2011-ausopen-1101", won_by('1', 10)) +
                                                                   rows("2011-ausopen-1102", won_by('2', 10)));
    const Played played = play_all({.files = {points}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_EQ(played.statuses.at("2011-ausopen-1101"), scoring::Status::kFinished);
    EXPECT_EQ(played.statuses.at("2011-ausopen-1102"), scoring::Status::kLive);
    ASSERT_EQ(played.reports.size(), 1U);
    EXPECT_THAT(played.reports[0], HasSubstr("match 2011-ausopen-1102 is not over after its last row"));
}

TEST(Recordings, FormatPrefixAndSpeedAreAsAsked) {
    const Files files;
    scoring::tennis::Format short_sets;
    short_sets.tiebreak_at = 4;
    const auto points = files.write("club-points.csv", kHeader + rows("final", won_by('1', 32)));
    const Played played = play_all(
        {.files = {points}, .timing = {.start_at = {}, .speed = 60}, .prefix = "again-", .format = short_sets});
    EXPECT_EQ(played.summaries.at("again-final"), "4-0 4-0");
    EXPECT_EQ(played.due_us[1], 1'000'000);
    EXPECT_THAT(played.json[1], HasSubstr(R"("at":1001000)"));
    ASSERT_EQ(played.reports.size(), 1U);
    EXPECT_THAT(played.reports[0], HasSubstr("club-matches.csv is missing"));
}

TEST(Recordings, JsonLinesAreKeptByteForByte) {
    const Files files;
    const std::string start =
        R"({"seq":1, "match":"m","at":5000,"sport":"tennis","type":"start","sides":[{"name":"A"},{"name":"B"}],"x":1})";
    const std::string point = R"({"match":"m","seq":2,"at":7500,"sport":"tennis","type":"point","winner":1})";
    const auto path = files.write("own.jsonl", start + "\n\nnot json\n" + point + "\r\n");
    const Played played = play_all({.files = {path}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_THAT(played.json, ElementsAre(start, point));
    EXPECT_THAT(played.due_us, ElementsAre(0, 2'500'000));
    ASSERT_EQ(played.reports.size(), 1U);
    EXPECT_THAT(played.reports[0], HasSubstr(path + ":3: "));
}

TEST(Recordings, AByteOrderMarkIsNoPartOfTheFirstEvent) {
    const Files files;
    const std::string first =
        R"({"match":"m","seq":1,"at":0,"sport":"arcade","type":"score","player":"ana","score":1})";
    const std::string second =
        R"({"match":"m","seq":2,"at":1,"sport":"arcade","type":"score","player":"ana","score":2})";
    const auto path = files.write("own.jsonl", "\xef\xbb\xbf" + first + "\r\n" + second + "\r\n");
    const Played played = play_all({.files = {path}, .timing = {}, .prefix = {}, .format = {}});
    EXPECT_THAT(played.json, ElementsAre(first, second));
    EXPECT_THAT(played.reports, ElementsAre());
}

TEST(Recordings, FilesArePlayedSideBySideInTheOrderOfTime) {
    const Files files;
    const auto points = files.write("2019-usopen-points.csv", kHeader + rows("2019-usopen-2101", won_by('1', 48)) +
                                                                  rows("2019-usopen-2102", won_by('2', 48)));
    const auto own = files.write(
        "own.jsonl", R"({"match":"m","seq":1,"at":0,"sport":"arcade","type":"score","player":"ana","score":1})"
                     "\n"
                     R"({"match":"m","seq":2,"at":600000,"sport":"arcade","type":"score","player":"ana","score":2})"
                     "\n");
    Request request{.files = {points, own}, .timing = {}, .prefix = {}, .format = {}};
    const auto source = open_recordings(request, [](const std::string&) {});
    std::int64_t last = 0;
    std::map<std::string, int> events;
    while (const Event* event = source->next()) {
        EXPECT_GE(event->due_us, last);
        last = event->due_us;
        ++events[std::string(event->match)];
    }
    EXPECT_EQ(events, (std::map<std::string, int>{{"2019-usopen-2101", 49}, {"2019-usopen-2102", 49}, {"m", 2}}));
}

TEST(Recordings, AFileOfNoKnownKindIsRefused) {
    const Files files;
    const auto open = [](const std::string& path) {
        return open_recordings({.files = {path}, .timing = {}, .prefix = {}, .format = {}}, [](const std::string&) {});
    };
    EXPECT_THROW((void)open(files.write("a.txt", "hello\n")), std::runtime_error);
    EXPECT_THROW((void)open("/nonexistent"), std::runtime_error);
}

}  // namespace
}  // namespace matchpoint::simulator::replay
