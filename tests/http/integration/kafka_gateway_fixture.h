// What the tests of the gateway on a real broker share: the gateway in this process, who writes to its topics, and a
// broker with the catalog's topics. Main thread only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <spdlog/sinks/null_sink.h>

#include "http/ingest/kafka_publisher.h"
#include "http/kafka_tail.h"
#include "http/program.h"
#include "processor/streams/kafka/producer.h"
#include "tests/http/sse_client.h"
#include "tests/support/kafka_broker.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http::testing {

using matchpoint::testing::KafkaBroker;
using std::chrono::milliseconds;
namespace kafka = streams::kafka;

inline constexpr milliseconds kPatience{30'000};

inline std::string state_of(const std::string& match, int seq) {
    return R"({"match":")" + match + R"(","sport":"tennis","competition":"Open","status":"live","seq":)" +
           std::to_string(seq) +
           R"(,"at":1,"sides":[{"name":"Ada"},{"name":"Bo"}],"format":{},"score":{},"stats":[{},{}],"winner":null,"summary":""})";
}

// The program's parts in this process.
class Server {
  public:
    explicit Server(const KafkaBroker& broker, int shards = 2, std::shared_ptr<spdlog::logger> logger = silent()) {
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
        publisher_ = std::make_unique<KafkaPublisher>(
            KafkaPublisherConfig{broker.config(), config.publish.timeout_ms, config.publish.queue_bytes}, clock_,
            logger);
        gateway = std::make_unique<Gateway>(config, mirrored_topics(config), clock_, publisher_.get());
        gateway->start();
        publisher_->start();
        tail_ = std::make_unique<KafkaTail>(*gateway, tail, clock_, logger);
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
    [[nodiscard]] static std::shared_ptr<spdlog::logger> silent() {
        return std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::null_sink_mt>());
    }
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

inline int post_score(std::uint16_t port, const std::string& match, int seq, std::string* answer = nullptr) {
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

}  // namespace matchpoint::http::testing
