// The event streams over sockets, fed without Kafka.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TEST(Gateway, StreamsTheLatestOfEachKeyThenChanges) {
    Fed fed;
    fed.state("m-1", 1);
    fed.state("m-2", 1);
    fed.state("m-1", 2);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/events/match-state"), 200);
    EXPECT_EQ(client.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(client.event().data, state_of("m-2", 1));
    EXPECT_EQ(client.event().data, state_of("m-1", 2));
    EXPECT_EQ(client.event().name, "live");
    EXPECT_EQ(client.retry(), "2000");
    fed.state("m-2", 2);
    EXPECT_EQ(client.event().data, state_of("m-2", 2));
    fed.forget("m-2");
    const Event deleted = client.event();
    EXPECT_EQ(deleted.name, "delete");
    EXPECT_EQ(deleted.data, R"({"key":"m-2"})");
}

TEST(Gateway, AStreamAskedForBeforeAllIsReadBeginsOnceItIs) {
    Fed fed;
    fed.state("m-1", 1);
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/events/match-state"), 200);
    HttpClient other(fed.port());
    EXPECT_EQ(other.get("/readyz"), 503);
    fed.state("m-1", 2);
    fed.caught_up();
    EXPECT_EQ(client.event().data, state_of("m-1", 2));
    EXPECT_EQ(client.event().name, "live");
    (void)other.body();
    EXPECT_EQ(other.get("/readyz"), 200);
}

TEST(Gateway, ResumesWhereTheLastEventIdSays) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    std::string id;
    {
        HttpClient client(fed.port());
        client.get("/events/match-state");
        id = client.event().last_event_id;
    }
    fed.state("m-1", 2);
    fed.state("m-1", 3);
    HttpClient by_header(fed.port());
    by_header.get("/events/match-state?lastEventId=ignored", "Last-Event-ID: " + id + "\r\n");
    EXPECT_EQ(by_header.event().data, state_of("m-1", 2));
    EXPECT_EQ(by_header.event().data, state_of("m-1", 3));
    EXPECT_EQ(by_header.event().name, "live");
    HttpClient by_query(fed.port());
    by_query.get("/events/match-state?lastEventId=" + by_header.last_event_id());
    EXPECT_EQ(by_query.event().name, "live");
}

// A gateway that has read less than a reader's id says, and whose heartbeat wakes nobody meanwhile.
class BehindItsReader : public ::testing::Test {
  protected:
    BehindItsReader() : fed_(slow_heart()), stream_(fed_.port()) {
        fed_.state("m-1", 1);
        fed_.caught_up();
        const std::string ahead = encode_event_id(topics::kMatchState, {0, 7}, streams::SystemClock().now());
        EXPECT_EQ(stream_.get("/events/match-state?match=m-1", "Last-Event-ID: " + ahead + "\r\n"), 200);
    }
    static Config slow_heart() {
        Config config = quick_config();
        config.heartbeat_ms = 60'000;
        return config;
    }
    Fed fed_;
    HttpClient stream_;
};

// A transaction's marker, or a record that is gone, may be all that this gateway lacks.
TEST_F(BehindItsReader, GoesOnOnceItsEndIsKnown) {
    const auto began = std::chrono::steady_clock::now();
    Batch batch;
    batch.ends = {0, 7};
    ASSERT_TRUE(fed_.gateway->publish(std::move(batch)));
    EXPECT_EQ(stream_.event().name, "live");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4)) << "it waited for nothing";
}

TEST_F(BehindItsReader, GivesTheIdUpAfterFiveSeconds) {
    stream_.be_patient(std::chrono::seconds(9));
    EXPECT_EQ(stream_.event().name, "reset");
}

TEST(Gateway, AnIdThatIsNoneGetsAFreshSnapshot) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    for (const std::string& id : {std::string("garbage"), std::string("%00%ff"), std::string(6000, 'A')}) {
        HttpClient client(fed.port());
        ASSERT_EQ(client.get("/events/match-state?lastEventId=" + id), 200);
        EXPECT_EQ(client.event().name, "reset");
        EXPECT_EQ(client.event().data, state_of("m-1", 1));
        EXPECT_EQ(client.event().name, "live");
    }
}

TEST(Gateway, FiltersByMatchSportAndPlayer) {
    Fed fed;
    fed.state("m-1", 1);
    fed.state("m-2", 1, "football");
    fed.state("m-3", 1);
    fed.caught_up();
    const auto first = [&fed](const std::string& query) {
        HttpClient client(fed.port());
        client.get("/events/match-state?" + query);
        std::string seen;
        for (Event event = client.event(); event.name != "live"; event = client.event())
            seen += event.data.substr(12, 1);
        return seen;
    };
    EXPECT_EQ(first("match=m-1"), "1");
    EXPECT_EQ(first("match=m-3,m-1"), "13");
    EXPECT_EQ(first("match=m-3&match=m-2"), "23");
    EXPECT_EQ(first("sport=tennis"), "13");
    EXPECT_EQ(first("player=Ada+m-2"), "2");
    EXPECT_EQ(first("player=Bo"), "123");
    EXPECT_EQ(first("player=Bo&sport=football"), "2");
    EXPECT_EQ(first("match=nobody"), "");
}

TEST(Gateway, AFilteredReaderIsToldItsOwnChangesOnly) {
    Fed fed;
    fed.state("m-1", 1);
    fed.state("m-2", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    client.get("/events/match-state?match=m-1");
    EXPECT_EQ(client.event().data, state_of("m-1", 1));
    EXPECT_EQ(client.event().name, "live");
    fed.state("m-2", 2);
    fed.state("m-1", 2);
    fed.forget("m-2");
    fed.forget("m-1");
    EXPECT_EQ(client.event().data, state_of("m-1", 2));
    EXPECT_EQ(client.event().data, R"({"key":"m-1"})");
}

TEST(Gateway, AnIdFromBeforeATopicsFirstRecordIsWholeWithoutIt) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    std::string id;
    {
        HttpClient client(fed.port());
        client.get("/events?topics=match-state,high-scores");
        EXPECT_EQ(client.event().data, state_of("m-1", 1));
        EXPECT_EQ(client.event().name, "live");
        id = client.last_event_id();
    }
    fed.score("Ada", 10, 1);
    HttpClient client(fed.port());
    client.get("/events?topics=match-state,high-scores&lastEventId=" + id);
    EXPECT_EQ(client.event().data, score_of("Ada", 10, 1)) << "and no reset";
    EXPECT_EQ(client.event().name, "live");
    HttpClient damaged(fed.port());
    damaged.get("/events?topics=match-state,high-scores&lastEventId=" + id + ".AAAA");
    EXPECT_EQ(damaged.event().name, "reset") << "the part that is none may have been the topic's";
}

TEST(Gateway, ANewReaderOfAMatchGetsItsLastEventsHoweverManyOthersCameSince) {
    Config config = quick_config();
    config.replay = 3;
    Fed fed(config);
    for (const char* event : {"a1", "a2", "b1", "a3", "b2"})
        fed.raw(std::string(1, *event), std::string("\"") + event + "\"");
    for (int i = 0; i < 50; ++i) fed.raw("other", R"("other")");
    fed.caught_up();
    const auto events_of = [&fed](const std::string& query) {
        HttpClient client(fed.port());
        client.get("/events/scores" + query);
        std::vector<std::string> events;
        for (Event event = client.event(); event.name != "live"; event = client.event()) events.push_back(event.data);
        return events;
    };
    EXPECT_EQ(events_of("?match=a"), (std::vector<std::string>{R"("a1")", R"("a2")", R"("a3")"}));
    EXPECT_EQ(events_of("?match=a,b"), (std::vector<std::string>{R"("b1")", R"("a3")", R"("b2")"})) << "three in all";
    EXPECT_EQ(events_of("?match=c"), std::vector<std::string>{});
    EXPECT_EQ(events_of("").size(), 3U);
}

TEST(Gateway, SeveralTopicsShareAStreamAndItsIds) {
    Fed fed;
    fed.state("m-1", 1);
    fed.score("Ada", 10, 1);
    fed.caught_up();
    std::string id;
    {
        HttpClient client(fed.port());
        ASSERT_EQ(client.get("/events?topics=match-state,high-scores"), 200);
        EXPECT_EQ(client.event().data, state_of("m-1", 1));
        EXPECT_EQ(client.event().data, score_of("Ada", 10, 1));
        EXPECT_EQ(client.event().name, "live");
        id = client.last_event_id();
    }
    EXPECT_LE(id.size(), 128U);
    fed.state("m-1", 2);
    fed.score("Ada", 11, 2);
    HttpClient client(fed.port());
    client.get("/events?topics=match-state&topics=high-scores&lastEventId=" + id);
    EXPECT_EQ(client.event().data, state_of("m-1", 2));
    EXPECT_EQ(client.event().data, score_of("Ada", 11, 2));
    EXPECT_EQ(client.event().name, "live");
    HttpClient wrong(fed.port());
    EXPECT_EQ(wrong.get("/events?topics=nonsense"), 400);
}

TEST(Leaderboards, ForgetTheListsThatNobodyWatches) {
    ReadyQueue ready;
    Leaderboards boards(ready);
    const auto kept = boards.watch("tennis", 10);
    for (int i = 0; i < 10'000; ++i) (void)boards.watch("sport " + std::to_string(i), 10);
    EXPECT_LT(boards.views(), 200U) << "each name that a client makes up would take memory for good";
    EXPECT_EQ(boards.watch("tennis", 10), kept);
}

TEST(Gateway, SendsALeaderboardOnlyWhenItsListChanges) {
    Fed fed;
    fed.score("Ada", 10, 1);
    fed.score("Bo", 8, 1);
    fed.score("Cy", 5, 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/events/leaderboard?sport=tennis&top=2"), 200);
    const std::string first = client.event().data;
    EXPECT_NE(first.find("\"Ada\""), std::string::npos);
    EXPECT_EQ(first.find("\"Cy\""), std::string::npos);
    fed.score("Cy", 6, 2);   // not among the first two
    fed.score("Cy", 10, 3);  // shares the first place
    EXPECT_EQ(client.event().data, R"([{"rank":1,"player":"Ada","score":10,"unit":"points","match":"m-1","at":1},)"
                                   R"({"rank":1,"player":"Cy","score":10,"unit":"points","match":"m-1","at":3}])");
    HttpClient rest(fed.port());
    ASSERT_EQ(rest.get("/api/leaderboard?sport=tennis&top=1"), 200);
    EXPECT_EQ(rest.body(), R"([{"rank":1,"player":"Ada","score":10,"unit":"points","match":"m-1","at":1}])");
    // A gateway that starts now finds nothing else of Ada's, so she is not in its list either.
    fed.put_score("Ada", "not a record");
    EXPECT_EQ(client.event().data, R"([{"rank":1,"player":"Cy","score":10,"unit":"points","match":"m-1","at":3},)"
                                   R"({"rank":2,"player":"Bo","score":8,"unit":"points","match":"m-1","at":1}])");
    HttpClient wrong(fed.port());
    EXPECT_EQ(wrong.get("/events/leaderboard?top=0"), 400);
}

TEST(Gateway, AnOldClientGetsTheStreamUnchunked) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    client.send("GET /events/match-state HTTP/1.0\r\n\r\n");
    ASSERT_EQ(client.read_head(), 200);
    EXPECT_EQ(client.header("Transfer-Encoding"), "");
    EXPECT_EQ(client.event().data, state_of("m-1", 1));
}

TEST(Gateway, ASilentStreamIsKeptAliveByComments) {
    Config config = quick_config();
    config.heartbeat_ms = 32;
    Fed fed(config);
    fed.caught_up();
    HttpClient client(fed.port());
    client.get("/events/match-state");
    EXPECT_EQ(client.event().name, "live");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    fed.state("m-1", 1);
    EXPECT_EQ(client.event().data, state_of("m-1", 1));
    EXPECT_EQ(client.comment(), ":");
}

TEST(Gateway, AtTheEndStreamsAreToldWhenToComeBack) {
    Fed fed;
    fed.caught_up();
    HttpClient client(fed.port());
    client.get("/events/match-state");
    EXPECT_EQ(client.event().name, "live");
    fed.gateway->drain_and_stop();
    EXPECT_THROW((void)client.event(), std::runtime_error);
    EXPECT_GE(std::stoi(client.retry()), 2000);
    EXPECT_LE(std::stoi(client.retry()), 6000);
}

// Python's httpx-sse makes an empty event of each blank line that ends none.
TEST(Gateway, WhatIsNoEventHasNoBlankLineBehindIt) {
    Config config = quick_config();
    config.heartbeat_ms = 32;
    Fed fed(config);
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    client.get("/events/match-state");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    fed.gateway->drain_and_stop();
    const std::string all = client.rest();
    EXPECT_NE(all.find("\r\n:\n\r\n"), std::string::npos) << "no heartbeat as a chunk of its own in " << all;
    EXPECT_NE(all.find("retry: "), all.rfind("retry: ")) << "not told at both ends: " << all;
    EXPECT_EQ(all.find(":\n\n"), std::string::npos) << all;
    for (auto at = all.find("retry: "); at != std::string::npos; at = all.find("retry: ", at + 1)) {
        EXPECT_NE(all.substr(all.find('\n', at), 2), "\n\n") << all;
    }
}

TEST(Gateway, AReaderThatStopsReadingGetsTheLatestWhenItReadsAgain) {
    Config config = quick_config();
    config.log.ring_records = 100;
    Fed fed(config);
    fed.caught_up();
    HttpClient slow(fed.port());
    slow.get("/events/match-state");
    HttpClient quick(fed.port());
    quick.get("/events/match-state");
    EXPECT_EQ(quick.event().name, "live");
    constexpr int kRecords = 60'000;
    for (int seq = 1; seq <= kRecords; ++seq) fed.state("m-1", seq);
    int last = 0;
    for (int seq = 0; seq < kRecords;) {
        const std::string data = quick.event().data;
        seq = std::stoi(data.substr(data.find("\"seq\":") + 6));
        ASSERT_GT(seq, last);
        last = seq;
    }
    last = 0;
    int read = 0;
    while (last < kRecords) {
        const Event event = slow.event();
        if (event.name == "live") continue;
        const int seq = std::stoi(event.data.substr(event.data.find("\"seq\":") + 6));
        ASSERT_GT(seq, last);
        last = seq;
        ++read;
    }
    EXPECT_LT(read, kRecords) << "the socket's buffers alone cannot hold all of them";
}

}  // namespace
}  // namespace matchpoint::http
