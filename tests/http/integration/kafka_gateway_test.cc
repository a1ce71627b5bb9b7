// The gateway on a real broker: what its clients get, whatever restarts.
#include "tests/http/integration/kafka_gateway_fixture.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TEST_F(KafkaGateway, ALateJoinerGetsTheLatestThenEveryChange) {
    Writer writer(broker_);
    for (int seq = 1; seq <= 20; ++seq) {
        for (const std::string match : {"late-1", "late-2", "late-3"}) writer.put(match, state_of(match, seq));
    }
    writer.flush();
    Server server(broker_);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    client.get("/events/match-state?match=late-1,late-2,late-3");
    Follower follower;
    follower.until_live(client, "match");
    EXPECT_EQ(follower.events, 3);
    EXPECT_EQ(follower.state["late-2"], state_of("late-2", 20));
    for (int seq = 21; seq <= 40; ++seq) writer.put("late-2", state_of("late-2", seq));
    writer.flush();
    for (int seq = 21; seq <= 40; ++seq) EXPECT_EQ(client.event().data, state_of("late-2", seq));
}

TEST_F(KafkaGateway, WhatAnAbortedTransactionWroteIsNeverServed) {
    Writer writer(broker_, broker_.unique("aborts"));
    writer.begin();
    writer.put("tx-1", state_of("tx-1", 1));
    writer.commit();
    Server server(broker_);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    client.get("/events/match-state?match=tx-1");
    Follower follower;
    follower.until_live(client, "match");
    EXPECT_EQ(follower.state["tx-1"], state_of("tx-1", 1));
    writer.begin();
    writer.put("tx-1", state_of("tx-1", 99));
    writer.abort();
    writer.begin();
    writer.put("tx-1", state_of("tx-1", 2));
    writer.commit();
    EXPECT_EQ(client.event().data, state_of("tx-1", 2));
}

TEST_F(KafkaGateway, AnIdIsGoodAfterARestartAndDeletionsAreNotMissed) {
    Writer writer(broker_);
    for (int i = 0; i < 30; ++i) writer.put("re-" + std::to_string(i), state_of("re-" + std::to_string(i), 1));
    writer.flush();
    Follower follower;
    std::string id;
    {
        Server server(broker_);
        ASSERT_TRUE(server.wait_ready());
        HttpClient client(server.gateway->port());
        client.get("/events/match-state");
        follower.until_live(client, "match");
        id = client.last_event_id();
    }
    EXPECT_LE(id.size(), 128U);
    const int before = follower.events;
    writer.put("re-7", state_of("re-7", 2));
    writer.put("re-8", std::nullopt);
    writer.put("re-new", state_of("re-new", 1));
    writer.flush();
    Server server(broker_, 1);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    client.get("/events/match-state", "Last-Event-ID: " + id + "\r\n");
    follower.until_live(client, "match");
    EXPECT_EQ(follower.resets, 0);
    EXPECT_EQ(follower.events - before, 3) << "what the client had is not told again";
    EXPECT_EQ(follower.state["re-7"], state_of("re-7", 2));
    EXPECT_FALSE(follower.state.contains("re-8"));
    EXPECT_TRUE(follower.state.contains("re-new"));
}

TEST_F(KafkaGateway, TwoGatewaysTakeOverFromEachOther) {
    Writer writer(broker_);
    for (int i = 0; i < 10; ++i) writer.put("two-" + std::to_string(i), state_of("two-" + std::to_string(i), 1));
    writer.flush();
    Server first(broker_);
    Server second(broker_);
    ASSERT_TRUE(first.wait_ready());
    ASSERT_TRUE(second.wait_ready());
    std::string id;
    int seq = 1;
    std::map<std::string, int> seen;
    for (int round = 0; round < 10; ++round) {
        HttpClient client((round % 2 == 0 ? first : second).gateway->port());
        client.get("/events/match-state?match=two-1,two-2,two-3", id.empty() ? "" : "Last-Event-ID: " + id + "\r\n");
        ++seq;
        for (const std::string match : {"two-1", "two-2", "two-3"}) writer.put(match, state_of(match, seq));
        writer.flush();
        while (seen["two-1"] < seq || seen["two-2"] < seq || seen["two-3"] < seq) {
            const Event event = client.event();
            ASSERT_NE(event.name, "reset");
            if (event.name == "live") continue;
            const std::string match = event.data.substr(10, 5);
            const int version = std::stoi(event.data.substr(event.data.find("\"seq\":") + 6));
            EXPECT_GT(version, seen[match]) << match;
            seen[match] = version;
            id = event.last_event_id;
        }
    }
}

TEST_F(KafkaGateway, WhatIsPublishedIsOnItsTopicOnceAccepted) {
    Server server(broker_);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    client.get("/events/scores?match=pub-1");
    Follower follower;
    follower.until_live(client, "match");
    for (int seq = 1; seq <= 20; ++seq) ASSERT_EQ(post_score(server.gateway->port(), "pub-1", seq), 202);
    for (int seq = 1; seq <= 20; ++seq) {
        EXPECT_NE(client.event().data.find("\"seq\":" + std::to_string(seq) + ","), std::string::npos) << seq;
    }
}

TEST_F(KafkaGateway, WhatWasRejectedIsServedWithItsReason) {
    kafka::Producer producer(broker_.config(), {});
    const std::vector<streams::HeaderView> headers = {{"reason", "malformed"},
                                                      {"detail", "not JSON"},
                                                      {"source-topic", "scores"},
                                                      {"source-partition", "3"},
                                                      {"source-offset", "17"}};
    kafka::OutgoingRecord record;
    record.topic = producer.topic(topics::kScoresRejected);
    record.key = "rej-1";
    record.value = "{\"sport\":\"tennis\"\n";
    record.timestamp = streams::Timestamp{1'000};
    record.headers = headers;
    ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
    Server server(broker_);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    ASSERT_EQ(client.get("/events/scores-rejected?match=rej-1"), 200);
    EXPECT_EQ(client.event().data,
              R"({"key":"rej-1","value":"{\"sport\":\"tennis\"\n","reason":"malformed","detail":"not JSON",)"
              R"("source":{"topic":"scores","partition":3,"offset":17},"at":1000})");
}

TEST(KafkaGatewayAlone, WithoutABrokerItStaysUpAndCatchesUpWhenThereIsOne) {
    KafkaBroker broker;
    const topics::TopicCatalog catalog;
    for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores}) {
        broker.create_topic(std::string(name), catalog.topic(name).partitions);
    }
    if (broker.external()) GTEST_SKIP() << "a broker that is not ours cannot be stopped";
    Writer writer(broker);
    writer.put("gone-1", state_of("gone-1", 1));
    writer.flush();
    Server server(broker);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    client.get("/events/match-state?match=gone-1");
    Follower follower;
    follower.until_live(client, "match");
    EXPECT_EQ(post_score(server.gateway->port(), "gone-1", 1), 202);
    broker.kill();
    std::string problem;
    EXPECT_EQ(post_score(server.gateway->port(), "gone-1", 2, &problem), 503);
    EXPECT_NE(problem.find("send the same again"), std::string::npos) << problem;
    HttpClient meanwhile(server.gateway->port());
    ASSERT_EQ(meanwhile.get("/api/match-state/gone-1"), 200);
    EXPECT_EQ(meanwhile.body(), state_of("gone-1", 1));
    broker.restart();
    for (int tries = 0; tries < 20 && post_score(server.gateway->port(), "gone-1", 2) != 202; ++tries) {
    }
    EXPECT_EQ(post_score(server.gateway->port(), "gone-1", 2), 202);
    writer.put("gone-1", state_of("gone-1", 2));
    writer.flush();
    for (int tries = 0;; ++tries) {
        try {
            EXPECT_EQ(client.event().data, state_of("gone-1", 2));
            break;
        } catch (const std::runtime_error& nothing_yet) {
            ASSERT_LT(tries, 6) << nothing_yet.what();
        }
    }
}

}  // namespace
}  // namespace matchpoint::http
