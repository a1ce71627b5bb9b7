#include "http/log/record.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/log/rejected_event.h"
#include "tests/http/log_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

Record make(std::string_view key, std::string_view value, bool tombstone = false) {
    return Record({streams::Partition{0}, streams::Offset{7}, streams::Timestamp{1}, key, value, tombstone}, "AbC-_",
                  std::make_shared<const Tags>());
}

TEST(Record, IsFramedAsOneEventInOneChunk) {
    const Record record = make("m", R"({"a":1})");
    EXPECT_EQ(record.frame().plain(), "id: AbC-_\ndata: {\"a\":1}\n\n");
    EXPECT_EQ(record.frame().chunked(), "19\r\nid: AbC-_\ndata: {\"a\":1}\n\n\r\n");
    EXPECT_EQ(record.value(), R"({"a":1})");
    EXPECT_EQ(record.id(), "AbC-_");
}

TEST(Record, LineBreaksBetweenTokensBecomeBlanks) {
    EXPECT_EQ(make("m", "{\r\n\"a\":\n1\r}").value(), "{  \"a\": 1 }");
}

TEST(Record, ATombstoneIsADeleteEvent) {
    const Record record = make("tennis/\"Ada\"\n", "", true);
    EXPECT_EQ(record.frame().plain(), "id: AbC-_\nevent: delete\ndata: {\"key\":\"tennis/\\\"Ada\\\"\\n\"}\n\n");
    EXPECT_EQ(record.value(), "");
}

TEST(Record, AnEmptyValueIsAnEventWithEmptyData) {
    EXPECT_EQ(make("m", "").frame().plain(), "id: AbC-_\ndata: \n\n");
}

TEST(Record, BytesThatAreNotUtf8AreReplacedInAKey) {
    EXPECT_EQ(make("\xff", "", true).body(), "event: delete\ndata: {\"key\":\"\xEF\xBF\xBD\"}\n\n");
}

TEST(Record, AValueIsUtf8WhateverWasWritten) {
    EXPECT_EQ(make("m", "{\"\xff\xc3\":1}").value(), "{\"\xEF\xBF\xBD\xEF\xBF\xBD\":1}");
}

TEST(RejectedEvent, HoldsWhatWasReceivedAndWhy) {
    const streams::Headers headers = {{"reason", "old"},          {"reason", "invalid"},     {"detail", "seq: missing"},
                                      {"source-topic", "scores"}, {"source-partition", "3"}, {"source-offset", "17"}};
    const std::string text = rejected_event_json({"m-1", "{\"broken\"", streams::Timestamp{5}, &headers});
    EXPECT_EQ(text, R"({"key":"m-1","value":"{\"broken\"","reason":"invalid","detail":"seq: missing",)"
                    R"("source":{"topic":"scores","partition":3,"offset":17},"at":5})");
}

TEST(RejectedEvent, IsJsonWhateverItHolds) {
    const streams::Headers headers = {{"reason", "\xff\""}, {"source-offset", "9x"}, {"detail", std::nullopt}};
    const std::string bytes("\xff\0\n", 3);
    const auto event =
        nlohmann::json::parse(rejected_event_json({bytes, std::nullopt, streams::Timestamp{5}, &headers}));
    EXPECT_EQ(event["key_base64"], "/wAK");
    EXPECT_TRUE(event["value"].is_null());
    EXPECT_TRUE(event["detail"].is_null());
    EXPECT_TRUE(event["source"]["offset"].is_null());
    EXPECT_EQ(nlohmann::json::parse(rejected_event_json({std::nullopt, "", streams::Timestamp{5}, nullptr}))["value"],
              "");
}

TEST(Record, AKeyOfAnyLengthIsFine) {
    const std::string key(100'000, 'k');
    EXPECT_NE(make(key, "", true).frame().plain().find(key), std::string_view::npos);
}

TEST(Log, AKeyThatHasMovedToAnotherPartitionKeepsItsLatest) {
    const Produced before{0, 7, "m-1", false, kNow};
    const Produced after{1, 0, "m-1", false, streams::Timestamp{kNow.value() + 1}};
    for (const bool in_order : {true, false}) {
        Log log(std::string(kTopic), 2, {});
        Feeder feeder(log);
        feeder.append(in_order ? before : after);
        feeder.append(in_order ? after : before);
        ASSERT_NE(log.find("m-1"), nullptr);
        EXPECT_EQ(log.find("m-1")->record->partition(), streams::Partition{1}) << "in order: " << in_order;
        EXPECT_EQ(log.end(), (OffsetVector{8, 1})) << "both have been read";
        // Whoever knows both misses nothing.
        const auto id = decode_event_id(kTopic, log.head_id());
        ASSERT_TRUE(id);
        EXPECT_EQ(id->offsets, log.end());
    }
}

TEST(Record, CanBeSentUnderAnotherId) {
    EXPECT_EQ(frame_with_id(make("m", "1"), "XY")->plain(), "id: XY\ndata: 1\n\n");
}

TEST(Frame, OwnEventsCarryTheirNameAndNoIdUnlessGiven) {
    EXPECT_EQ(frame_event("live", "{}", "XY")->plain(), "id: XY\nevent: live\ndata: {}\n\n");
    EXPECT_EQ(frame_event("", "[]")->plain(), "data: []\n\n");
}

}  // namespace
}  // namespace matchpoint::http
