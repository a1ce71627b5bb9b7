#include "topics/score_event.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/topics/fake_sport.h"

namespace matchpoint::topics {
namespace {

using testing::find_fake_sport;
using ::testing::HasSubstr;

class ScoreEventTest : public ::testing::Test {
  protected:
    void refused(std::string_view json, RejectReason reason, std::string_view detail) {
        const auto result = decoder_.decode(json);
        ASSERT_FALSE(result.has_value()) << json;
        EXPECT_EQ(to_text(result.error().reason), to_text(reason)) << json << "\n" << result.error().detail;
        EXPECT_THAT(result.error().detail, HasSubstr(std::string(detail))) << json;
    }
    void invalid(std::string_view json, std::string_view detail) { refused(json, RejectReason::kInvalid, detail); }
    void malformed(std::string_view json) { refused(json, RejectReason::kMalformed, "not JSON"); }

    // An event with the given fields behind a good envelope without type.
    static std::string with(std::string_view fields) {
        return R"({"match":"m","seq":7,"at":1795235906251,"sport":"fake",)" + std::string(fields) + "}";
    }
    static std::string start_with(std::string_view sides) {
        return with(R"("type":"start","sides":)" + std::string(sides));
    }

    ScoreEventDecoder decoder_{find_fake_sport};
};

TEST_F(ScoreEventTest, ReadsAPlay) {
    const auto event = decoder_.decode(with(R"("type":"hit","side":2,"points":3)"));
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->match, "m");
    EXPECT_EQ(event->seq, 7U);
    EXPECT_EQ(event->at, Timestamp{1795235906251});
    EXPECT_EQ(event->sport, find_fake_sport("fake"));
    EXPECT_EQ(event->kind, EventKind::kPlay);
    EXPECT_EQ(event->fixture, nullptr);
    EXPECT_EQ(event->move, std::string("\1\3"));
}

TEST_F(ScoreEventTest, KeysMayComeInAnyOrderWithAnyWhiteSpace) {
    const auto event = decoder_.decode(
        "\t{ \"points\" : 3,\n\"type\":\"hit\" ,\"sport\": \"fake\",\r\n"
        "\"seq\" :7 , \"side\":1,\"at\":\n5 ,\"match\" :\"m\" } \n");
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->match, "m");
    EXPECT_EQ(event->seq, 7U);
    EXPECT_EQ(event->at, Timestamp{5});
    EXPECT_EQ(event->move, std::string_view("\0\3", 2));
}

TEST_F(ScoreEventTest, ReadsAStart) {
    const auto event = decoder_.decode(with(
        R"("type":"start","competition":"Open 2026","bonus":4,
           "sides":[{"name":"Ada","players":["Ada","Al"]},{"players":null,"colour":{"a":[1]},"name":"B\u00f6\n"}])"));
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->kind, EventKind::kStart);
    ASSERT_NE(event->fixture, nullptr);
    EXPECT_EQ(event->fixture->competition, "Open 2026");
    EXPECT_EQ(event->fixture->sides[0].name, "Ada");
    EXPECT_EQ(event->fixture->sides[0].players, (std::vector<std::string>{"Ada", "Al"}));
    EXPECT_EQ(event->fixture->sides[1].name, "B\u00f6\n");
    EXPECT_TRUE(event->fixture->sides[1].players.empty());
    EXPECT_EQ(event->move, "\4");
}

TEST_F(ScoreEventTest, AStartLeavesNothingToTheNextOne) {
    ASSERT_TRUE(decoder_
                    .decode(with(R"("type":"start","competition":"C","sides":[{"name":"A","players":["P"]},
                                        {"name":"B"}])"))
                    .has_value());
    const auto event = decoder_.decode(start_with(R"([{"name":"C"},{"name":"D"}])"));
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->fixture->competition, "");
    EXPECT_TRUE(event->fixture->sides[0].players.empty());
}

TEST_F(ScoreEventTest, SidesMayBeMissingOnlyWhereASportNeedsNoStart) {
    invalid(with(R"("type":"start")"), "sides: missing");
    const auto event = decoder_.decode(R"({"match":"m","seq":1,"at":1,"sport":"open","type":"start","sides":null})");
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->fixture->sides[0].name, "");
}

TEST_F(ScoreEventTest, RefusesWrongSides) {
    invalid(start_with(R"({"name":"A"})"), "sides: expected an array");
    invalid(start_with(R"("AB")"), "sides: expected an array");
    invalid(start_with("[]"), "found 0");
    invalid(start_with(R"([{"name":"A"}])"), "found 1");
    invalid(start_with(R"([{"name":"A"},{"name":"B"},{"name":"C"}])"), "found more");
    invalid(start_with(R"(["A","B"])"), "sides: expected objects");
    invalid(start_with(R"([{"name":"A"},{}])"), "no name");
    invalid(start_with(R"([{"name":"A"},{"name":""}])"), "sides: name");
    invalid(start_with(R"([{"name":"A"},{"name":null}])"), "sides: name");
    invalid(start_with(R"([{"name":"A"},{"name":"B","name":"C"}])"), "given twice");
    invalid(start_with(R"([{"name":"A"},{"name":"B","players":"B"}])"), "sides: players");
    invalid(start_with(R"([{"name":"A"},{"name":"B","players":[1]}])"), "sides: players");
    invalid(start_with(R"([{"name":"A"},{"name":")" + std::string(257, 'x') + R"("}])"), "sides: name");
}

TEST_F(ScoreEventTest, ASideHasAtMost32Players) {
    std::string players = R"("p")";
    for (int i = 1; i < 32; ++i) players += R"(,"p")";
    const auto sides = [&] { return R"([{"name":"A"},{"name":"B","players":[)" + players + "]}]"; };
    EXPECT_TRUE(decoder_.decode(start_with(sides())).has_value());
    players += R"(,"p")";
    invalid(start_with(sides()), "at most 32");
}

TEST_F(ScoreEventTest, ReadsUndo) {
    const auto event = decoder_.decode(with(R"("type":"undo")"));
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->kind, EventKind::kUndo);
    EXPECT_TRUE(event->move.empty());
}

TEST_F(ScoreEventTest, ReadsEveryEnd) {
    using scoring::EndReason;
    using scoring::Winner;
    const std::vector<std::pair<std::string, EndReason>> reasons = {{"retired", EndReason::kRetired},
                                                                    {"walkover", EndReason::kWalkover},
                                                                    {"abandoned", EndReason::kAbandoned},
                                                                    {"result", EndReason::kResult}};
    const std::vector<std::pair<std::string, Winner>> winners = {
        {R"(,"winner":1)", Winner::kSide1},     {R"(,"winner":2 )", Winner::kSide2},
        {R"(,"winner":"draw")", Winner::kDraw}, {R"(,"winner":"d\u0072aw")", Winner::kDraw},
        {R"(,"winner":null)", Winner::kNone},   {"", Winner::kNone}};
    for (const auto& [reason_text, reason] : reasons) {
        for (const auto& [winner_text, winner] : winners) {
            const auto event = decoder_.decode(with(R"("type":"end","reason":")" + reason_text + '"' + winner_text));
            ASSERT_TRUE(event.has_value()) << reason_text << winner_text;
            EXPECT_EQ(event->kind, EventKind::kEnd);
            EXPECT_EQ(event->reason, reason);
            EXPECT_EQ(event->winner, winner);
        }
    }
}

TEST_F(ScoreEventTest, RefusesAWrongEnd) {
    invalid(with(R"("type":"end")"), "reason: missing");
    invalid(with(R"("type":"end","reason":null)"), "reason: expected a string");
    invalid(with(R"("type":"end","reason":"rain")"), "reason: expected retired");
    for (const char* winner : {"0", "3", "1.0", "true", R"("1")", "[]", "{}", "-1", "11"}) {
        invalid(with(R"("type":"end","reason":"result","winner":)" + std::string(winner)), "winner: expected");
    }
}

TEST_F(ScoreEventTest, RefusesAWrongEnvelopeAndNamesTheField) {
    const auto event = [](std::string_view match, std::string_view seq, std::string_view at, std::string_view sport,
                          std::string_view type) {
        std::string json = "{\"x\":0";
        const auto add = [&](std::string_view name, std::string_view value) {
            if (!value.empty()) json.append(",\"").append(name).append("\":").append(value);
        };
        add("match", match), add("seq", seq), add("at", at), add("sport", sport), add("type", type);
        return json + R"(,"side":1,"points":1})";
    };
    const std::string fake = R"("fake")";
    const std::string hit = R"("hit")";
    EXPECT_TRUE(decoder_.decode(event(R"("m")", "1", "0", fake, hit)).has_value());
    for (const char* match : {"", "1", "null", R"("")", "[]", R"("a\u0000b")", R"("a\nb")", R"("\u007f")"}) {
        invalid(event(match, "1", "0", fake, hit), "match: ");
    }
    invalid(event('"' + std::string(257, 'm') + '"', "1", "0", fake, hit), "match: ");
    EXPECT_TRUE(decoder_.decode(event('"' + std::string(256, 'm') + '"', "1", "0", fake, hit)).has_value());
    for (const char* seq : {"", "0", "-1", "1.0", "1e3", R"("1")", "null", "true", "9007199254740993",
                            "18446744073709551616", "99999999999999999999999999999", "[1]"}) {
        invalid(event(R"("m")", seq, "0", fake, hit), "seq: ");
    }
    EXPECT_TRUE(decoder_.decode(event(R"("m")", "9007199254740992", "0", fake, hit)).has_value());
    for (const char* at : {"", "-1", "0.5", "1e3", R"("1")", "null", "{}", "9007199254740993", "-0"}) {
        invalid(event(R"("m")", "1", at, fake, hit), "at: ");
    }
    for (const char* sport : {"", "1", "null", R"("")", R"("chess")", R"("FAKE")"}) {
        invalid(event(R"("m")", "1", "0", sport, hit), "sport: ");
    }
    for (const char* type : {"", "1", "null", R"("")", R"("chess")", R"("START")"}) {
        invalid(event(R"("m")", "1", "0", fake, type), "type: ");
    }
}

TEST_F(ScoreEventTest, PassesOnWhatTheSportRefuses) {
    invalid(with(R"("type":"hit","side":3,"points":1)"), "side: expected 1 or 2");
    invalid(with(R"("type":"start","sides":[{"name":"A"},{"name":"B"}],"bonus":10)"), "bonus: expected");
}

TEST_F(ScoreEventTest, ReadsStringsWithEscapes) {
    const auto event = decoder_.decode(
        R"({"match":"\"\u00e9\ud83d\ude00\/\\","seq":1,"at":1,"sport":"f\u0061ke","type":"h\u0069t","side":1,"points":1})");
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->match, "\"\u00e9\U0001F600/\\");
}

TEST_F(ScoreEventTest, IgnoresFieldsItDoesNotKnow) {
    const auto event = decoder_.decode(
        with(R"("a":null,"b":[1,{"c":[]},"]}"],"type":"hit","d":{"match":"other","type":"start"},"side":1,"points":9,
                "e":-1.5E+10,"f\"\\":"\\\"","":99999999999999999999999999999999)"));
    ASSERT_TRUE(event.has_value()) << event.error().detail;
    EXPECT_EQ(event->match, "m");
    EXPECT_EQ(event->kind, EventKind::kPlay);
}

TEST_F(ScoreEventTest, RefusesAFieldThatIsGivenTwice) {
    invalid(with(R"("type":"hit","side":1,"points":1,"seq":8)"), "\"seq\" is given twice");
    invalid(with(R"("type":"hit","side":1,"points":1,"side":2)"), "\"side\" is given twice");
    malformed(with(R"("type":"hit","side":1,"points":1,"side":2,"x":tru)"));
}

TEST_F(ScoreEventTest, RefusesJsonThatIsNoObject) {
    for (const char* json : {"[]", "[{}]", "1", "-0.5e7", "null", "true", R"("text")", " [1, 2] "}) {
        invalid(json, "must be a JSON object");
    }
    invalid("{}", "match: missing");
}

TEST_F(ScoreEventTest, RefusesWhatIsNotJson) {
    const std::string good = with(R"("type":"hit","side":1,"points":1)");
    ASSERT_TRUE(decoder_.decode(good).has_value());
    for (const std::string_view text : {"",
                                        " ",
                                        "\n\t",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        "[1",
                                        "{]",
                                        "nul",
                                        "tru",
                                        "\"",
                                        "'a'",
                                        "-",
                                        "01",
                                        "1 2",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":01}",
                                        "{\"a\":1.}",
                                        "{\"a\":.5}",
                                        "{\"a\":+1}",
                                        "{\"a\":NaN}",
                                        "{\"a\":\"\\x\"}",
                                        "{\"a\":\"\\u12g4\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":\"\\ud800\\u0041\"}",
                                        "{\"a\":\"\\udc00\"}",
                                        "{\"a\":\"\t\"}",
                                        "{\"a\":[1}",
                                        "{\"a\":[1,]}",
                                        "{\"a\":{\"b\"}}",
                                        "{\"a\":[}]}",
                                        "{a:1}",
                                        "{\"\\q\":1}",
                                        "{\"a\":1}}",
                                        "{\"a\":1}{}",
                                        "{\"a\":1} x",
                                        "{\"a\":1},",
                                        "{'a':1}",
                                        "{\"a\":tru}",
                                        "{\"a\":truefalse}",
                                        "{\"a\":1 2}",
                                        "// c\n{}"}) {
        malformed(text);
    }
    malformed(good + "x");
    malformed(good + good);
    malformed("\xEF\xBB\xBF" + good);
    malformed(good + std::string(1, '\0'));
    malformed(std::string(1, '\0'));
    malformed(std::string(100, '\0'));
    malformed(with("\"type\":\"hit\",\"side\":1,\"points\":1,\"x\":\"a" + std::string(1, '\0') + "b\""));
    malformed(with("\"type\":\"hit\",\"side\":1,\"points\":1,\"x\":\"\xff\xfe\""));
    malformed(with("\"type\":\"hit\",\"side\":1,\"points\":1,\"x\":\"\xc0\xaf\""));
    malformed(with("\"type\":\"hit\",\"side\":1,\"points\":1,\"x\":\"\xed\xa0\x80\""));
}

TEST_F(ScoreEventTest, RefusesEveryTruncation) {
    const std::string good =
        with(R"("type":"start","bonus":1,"sides":[{"name":"\u0041","players":["P"]},{"name":"B"}])");
    ASSERT_TRUE(decoder_.decode(good).has_value());
    for (std::size_t size = 0; size < good.size(); ++size) malformed(std::string_view(good).substr(0, size));
}

TEST_F(ScoreEventTest, SurvivesDeepNesting) {
    for (const std::size_t depth : {100U, 500U, 600U, 2000U, 100000U}) {
        const std::string open(depth, '[');
        const std::string close(depth, ']');
        const std::string event = with(R"("type":"hit","side":1,"points":1,"x":)" + open + close);
        EXPECT_EQ(decoder_.decode(event).has_value(), depth <= 500) << depth;
        malformed(open);
        malformed(with("\"x\":" + open));
        malformed("{\"x\":" + open + close);
    }
}

TEST_F(ScoreEventTest, TakesUpToOneMegabyte) {
    const std::string frame = with(R"("type":"hit","side":1,"points":1,"x":"")");
    const auto padded_with = [&](char filler, std::size_t size) {
        std::string json = frame;
        return json.insert(json.size() - 2, size - frame.size(), filler);
    };
    EXPECT_TRUE(decoder_.decode(padded_with('x', kMaxEventBytes)).has_value());
    invalid(padded_with('x', kMaxEventBytes + 1), "bytes");
    malformed(std::string(kMaxEventBytes, '\\'));
    malformed(std::string(kMaxEventBytes, '{'));
    malformed(std::string(kMaxEventBytes, '"'));
    malformed(std::string(kMaxEventBytes, '\xf0'));
    EXPECT_TRUE(decoder_.decode(frame).has_value());
}

TEST_F(ScoreEventTest, ManyFieldsAreNoTrouble) {
    std::string fields = R"("type":"hit","side":1,"points":1)";
    for (int i = 0; i < 20000; ++i) fields += ",\"f" + std::to_string(i) + "\":" + std::to_string(i);
    EXPECT_TRUE(decoder_.decode(with(fields)).has_value());
}

}  // namespace
}  // namespace matchpoint::topics
