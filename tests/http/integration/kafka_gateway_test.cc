// The gateway on a real broker.
#include <gtest/gtest.h>

#include <spdlog/sinks/null_sink.h>

#include "http/ingest/kafka_publisher.h"
#include "http/kafka_tail.h"
#include "http/program.h"
#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/producer.h"
#include "tests/http/sse_client.h"
#include "tests/support/kafka_broker.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

using namespace testing;
using matchpoint::testing::KafkaBroker;
using std::chrono::milliseconds;
namespace kafka = streams::kafka;

constexpr milliseconds kPatience{30'000};

std::string state_of(const std::string& match, int seq) {
    return R"({"match":")" + match + R"(","sport":"tennis","competition":"Open","status":"live","seq":)" +
           std::to_string(seq) +
           R"(,"at":1,"sides":[{"name":"Ada"},{"name":"Bo"}],"format":{},"score":{},"stats":[{},{}],"winner":null,"summary":""})";
}

// The program's parts in this process.
class Server {
  public:
    explicit Server(const KafkaBroker& broker, int shards = 2) {
        Config config;
        config.address = "127.0.0.1";
        config.port = 0;
        config.threads = static_cast<std::size_t>(shards);
        config.drain_ms = 200;
        TailConfig tail;
        tail.kafka = broker.config();
        tail.look_ns = 300'000'000;
        config.publish.token = "umpires-only";
        config.publish.timeout_ms = 2'000;
        const auto silent = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::null_sink_mt>());
        publisher_ = std::make_unique<KafkaPublisher>(
            KafkaPublisherConfig{broker.config(), config.publish.timeout_ms, config.publish.queue_bytes}, clock_,
            silent);
        gateway = std::make_unique<Gateway>(config, mirrored_topics(config), clock_, publisher_.get());
        gateway->start();
        publisher_->start();
        tail_ = std::make_unique<KafkaTail>(*gateway, tail, clock_, silent);
        tail_->start();
    }
    ~Server() {
        tail_->stop();
        gateway->drain_and_stop();
        publisher_->stop();
        tail_.reset();
        gateway.reset();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    [[nodiscard]] bool wait_ready() const {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (!gateway->ready() && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(milliseconds(10));
        return gateway->ready();
    }

    std::unique_ptr<Gateway> gateway;

  private:
    streams::SystemClock clock_;
    std::unique_ptr<KafkaPublisher> publisher_;
    std::unique_ptr<KafkaTail> tail_;
};

int post_score(std::uint16_t port, const std::string& match, int seq, std::string* answer = nullptr) {
    const std::string body = R"({"match":")" + match + R"(","seq":)" + std::to_string(seq) +
                             R"(,"at":1000,"sport":"tennis","type":"point","winner":1})";
    HttpClient client(port);
    client.send(
        "POST /api/scores HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer umpires-only\r\nContent-Type: "
        "application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    const int status = client.read_head();
    if (answer != nullptr) *answer = client.body();
    return status;
}

class Writer {
  public:
    explicit Writer(const KafkaBroker& broker, const std::string& transactional_id = {})
        : producer_(config_of(broker, transactional_id), {}), topic_(producer_.topic(topics::kMatchState)) {
        if (transactional_id.empty()) return;
        EXPECT_FALSE(producer_.init_transactions(kPatience));
    }
    void put(const std::string& key, const std::optional<std::string>& value) {
        kafka::OutgoingRecord record;
        record.topic = topic_;
        record.key = key;
        if (value) record.value = *value;
        EXPECT_EQ(producer_.produce(record), kafka::ProduceStatus::kOk);
    }
    void flush() { EXPECT_TRUE(producer_.drain(kPatience)); }
    void begin() { EXPECT_FALSE(producer_.begin_transaction()); }
    void commit() { EXPECT_FALSE(producer_.commit_transaction(kPatience)); }
    void abort() {
        flush();
        EXPECT_FALSE(producer_.abort_transaction(kPatience));
    }

  private:
    static kafka::KafkaConfig config_of(const KafkaBroker& broker, const std::string& transactional_id) {
        kafka::KafkaConfig config = broker.config();
        if (!transactional_id.empty()) config.set("transactional.id", transactional_id);
        return config;
    }
    kafka::Producer producer_;
    kafka::TopicHandle topic_;
};

class KafkaGateway : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        const topics::TopicCatalog catalog;
        for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores, topics::kScoresRejected}) {
            const topics::Topic& topic = catalog.topic(name);
            KafkaBroker::shared().create_topic(topic.name, topic.partitions, topic.configs);
        }
    }
    KafkaBroker& broker_ = KafkaBroker::shared();
};

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

// Deletes the topic and makes another of its name with these many records of one key.
void make_anew(const KafkaBroker& broker, const std::string& name, int records, const std::string& value) {
    kafka::Admin admin(broker.config(), {});
    ASSERT_FALSE(admin.delete_topics({name}, kPatience));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (bool created = false; !created && std::chrono::steady_clock::now() < end;) {
        auto results = admin.create_topics({{name, 1, 1, {}}}, kPatience);
        created = results.ok() && !(*results)[0].error && (*results)[0].outcome == kafka::CreateOutcome::kCreated;
    }
    kafka::Producer producer(broker.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(name);
    record.key = "k";
    record.value = value;
    for (int i = 0; i < records; ++i) ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));
}

TEST_F(KafkaGateway, ATopicThatWasMadeAnewAndHasGrownIsNoticed) {
    const std::string name = broker_.unique("anew");
    broker_.create_topic(name, 1);
    kafka::Producer producer(broker_.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(name);
    record.key = "k";
    record.value = "old";
    for (int i = 0; i < 5; ++i) ASSERT_EQ(producer.produce(record), kafka::ProduceStatus::kOk);
    ASSERT_TRUE(producer.drain(kPatience));

    kafka::KafkaConfig config = broker_.config();
    config.set("enable.partition.eof", "true").set("auto.offset.reset", "earliest");
    TopicWatch watch(config, {name}, 1);
    kafka::Consumer consumer(config, {});
    ASSERT_FALSE(consumer.assign({{{name, streams::Partition{0}}, kafka::kBeginning, {}}}));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (int seen = 0; seen < 5 && std::chrono::steady_clock::now() < end;) {
        const kafka::PollResult result = consumer.poll(milliseconds(100));
        if (const auto* message = std::get_if<kafka::Message>(&result)) {
            watch.saw(0, *message);
            ++seen;
        }
    }
    std::int64_t now_ns = 0;
    const auto next_look = [&] {
        for (;;) {
            if (auto found = watch.step(true, ++now_ns)) return *found;
            std::this_thread::sleep_for(milliseconds(5));
        }
    };
    for (int i = 0; i < 3; ++i) {
        const TopicWatch::Findings found = next_look();
        EXPECT_TRUE(found.others.empty()) << "the topic is the same at look " << i;
        EXPECT_EQ(found.partitions, std::vector<std::int32_t>{1});
    }
    make_anew(broker_, name, 20, "new");
    std::vector<std::size_t> others;
    while (others.empty() && std::chrono::steady_clock::now() < end) others = next_look().others;
    EXPECT_EQ(others, std::vector<std::size_t>{0});
}

TEST(KafkaGatewayAlone, WhatIsWrittenToAPartitionThatATopicHasGrownByIsServedWhole) {
    KafkaBroker broker;
    if (broker.external()) GTEST_SKIP() << "the topics of a broker that is not ours stay as they are";
    for (const auto name : {topics::kMatchState, topics::kHighScores, topics::kScores, topics::kScoresRejected}) {
        broker.create_topic(std::string(name), 1);
    }
    Server server(broker);
    ASSERT_TRUE(server.wait_ready());
    HttpClient client(server.gateway->port());
    ASSERT_EQ(client.get("/events/scores"), 200);
    EXPECT_EQ(client.event().name, "live");
    broker.grow_topic(std::string(topics::kScores), 2);
    // More than a gateway that starts would read of a partition's past.
    constexpr int kRecords = 12'000;
    kafka::Producer producer(broker.config(), {});
    kafka::OutgoingRecord record;
    record.topic = producer.topic(std::string(topics::kScores));
    record.partition = streams::Partition{1};
    record.key = "m-1";
    for (int i = 0; i < kRecords; ++i) {
        const std::string value = std::to_string(i);
        record.value = value;
        while (producer.produce(record) != kafka::ProduceStatus::kOk) (void)producer.drain(kPatience);
    }
    ASSERT_TRUE(producer.drain(kPatience));
    for (int i = 0; i < kRecords; ++i) {
        const std::string data = client.event().data;
        ASSERT_EQ(data, std::to_string(i)) << "a reader that was there gets every record";
    }
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
