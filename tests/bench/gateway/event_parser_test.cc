#include "tests/bench/gateway/event_parser.h"

#include <gtest/gtest.h>

#include <vector>

namespace matchpoint::bench {
namespace {

// "name|data|id" of each event, the stream cut into pieces of that size.
std::vector<std::string> events_of(std::string_view stream, std::size_t piece, EventParser& parser) {
    std::vector<std::string> events;
    const auto sink = [&events](const Event& event) {
        events.push_back(std::string(event.name) + "|" + std::string(event.data) + "|" + std::string(event.id));
    };
    for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size())))
        parser.feed(stream.substr(0, piece), sink);
    return events;
}

// Each must come out the same however the stream is cut.
void expect_events(std::string_view stream, const std::vector<std::string>& expected) {
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        EventParser parser;
        EXPECT_EQ(events_of(stream, piece, parser), expected) << "in pieces of " << piece;
    }
}

TEST(EventParser, ReadsFieldsByAnyEndOfLine) {
    expect_events("id: 1\nevent: live\ndata: a\n\n", {"live|a|1"});
    expect_events("id: 1\r\nevent: live\r\ndata: a\r\n\r\n", {"live|a|1"});
    expect_events("id: 1\revent: live\rdata: a\r\r", {"live|a|1"});
    expect_events("data:a\r\rdata:b\n\rdata:c\r\n\n", {"message|a|", "message|b|", "message|c|"});
}

TEST(EventParser, JoinsDataLinesAndTakesOneBlankAway) {
    expect_events("data: a\ndata\ndata:  b\n\n", {"message|a\n\n b|"});
    expect_events("data\n\ndata:\n\n", {"message||", "message||"});
}

TEST(EventParser, LeavesOutEventsWithoutDataAndTheUnfinished) {
    expect_events("event: x\n\nid: 2\n\ndata: a\n\ndata: cut off\n", {"message|a|2"});
}

TEST(EventParser, KeepsTheIdUntilAnotherComes) {
    expect_events("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", {"message|a|1", "message|b|1", "message|c|"});
    expect_events(std::string_view("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", 32), {"message|a|1", "message|b|1"});
}

TEST(EventParser, IgnoresCommentsUnknownFieldsAndTheByteOrderMark) {
    expect_events(
        "\xEF\xBB\xBF: hello\ndata: a\nDATA: b\ndatum: c\n: x\n\n\xEF\xBB\xBF"
        "data: d\n\n",
        {"message|a|"});
}

TEST(EventParser, TakesRetryOfDigitsOnly) {
    EventParser parser;
    (void)events_of("retry: 1500\n\nretry: 2x\n\nretry: -1\n\nretry:\n\n", 7, parser);
    EXPECT_EQ(parser.retry_ms(), 1'500U);
}

TEST(EventParser, ANewConnectionForgetsHalfAnEventAndKeepsTheId) {
    EventParser parser;
    EXPECT_EQ(events_of("id: 1\ndata: a\n\nid: 2\ndata: half", 99, parser).size(), 1U);
    parser.restart();
    EXPECT_EQ(parser.last_event_id(), "1");
    EXPECT_EQ(events_of("data: b\n\n", 99, parser), std::vector<std::string>{"message|b|1"});
}

}  // namespace
}  // namespace matchpoint::bench
