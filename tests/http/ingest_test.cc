// The publishing routes over sockets, with a publisher that does what the test says.
#include "http/ingest/ingest.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "http/ingest/event_body.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;
using nlohmann::json;
using Status = PublishResult::Status;

const std::string kToken = "umpires-only";
const std::string kPoint = R"({"match":"m-1","seq":2,"at":1795235931040,"sport":"tennis","type":"point","winner":1})";

// Answers as told, from a thread of its own as Kafka's would, or holds what it got until release().
class FakePublisher final : public Publisher {
  public:
    ~FakePublisher() override {
        release();
        for (std::thread& thread : threads_) thread.join();
    }
    void publish(std::string_view topic, std::vector<OutgoingEvent> events, Done done) override {
        const std::lock_guard lock(mutex_);
        ++requests;
        for (OutgoingEvent& event : events) published.emplace_back(std::string(topic), std::move(event));
        threads_.emplace_back([this, done = std::move(done)] {
            std::unique_lock waiting(mutex_);
            released_.wait(waiting, [this] { return !hold; });
            const PublishResult result = next;
            waiting.unlock();
            done(result);
        });
        arrived_.notify_all();
    }
    void release() {
        const std::lock_guard lock(mutex_);
        hold = false;
        released_.notify_all();
    }
    void wait_for_requests(int count) {
        std::unique_lock lock(mutex_);
        arrived_.wait_for(lock, std::chrono::seconds(5), [&] { return requests >= count; });
    }
    PublishResult next;
    bool hold = false;
    int requests = 0;
    std::vector<std::pair<std::string, OutgoingEvent>> published;

  private:
    std::mutex mutex_;
    std::condition_variable released_;
    std::condition_variable arrived_;
    std::vector<std::thread> threads_;
};

Config open_config() {
    Config config = quick_config();
    config.publish.token = kToken;
    return config;
}

// A gateway whose publisher outlives the threads that answer it.
struct Desk {
    explicit Desk(const Config& config = open_config()) : fed(config, &publisher) { client = connect(); }
    ~Desk() { publisher.release(); }
    [[nodiscard]] std::unique_ptr<HttpClient> connect() const { return std::make_unique<HttpClient>(fed.port()); }
    static void send(HttpClient& to, const std::string& path, const std::string& body, const std::string& headers = {},
                     const std::string& type = "application/json", const std::string& token = kToken) {
        to.send("POST " + path + " HTTP/1.1\r\nHost: test\r\n" +
                (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + "Content-Type: " + type +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
    }
    int post(const std::string& path, const std::string& body, const std::string& headers = {},
             const std::string& type = "application/json", const std::string& token = kToken) {
        send(*client, path, body, headers, type, token);
        const int status = client->read_head();
        answer = client->body();
        return status;
    }
    FakePublisher publisher;
    Fed fed;
    std::unique_ptr<HttpClient> client;
    std::string answer;
};

std::string point(int seq) {
    json event = json::parse(kPoint);
    event["seq"] = seq;
    return event.dump();
}

TEST(Ingest, PublishesAnEventAsItIsWritten) {
    Desk desk;
    const std::string spaced =
        R"(  {"match": "m\u002d1", "seq":2, "at":77,"sport":"tennis","type":"point","winner":1,"x":[1]} )";
    ASSERT_EQ(desk.post("/api/scores", spaced), 202) << desk.answer;
    EXPECT_EQ(json::parse(desk.answer)["accepted"], 1);
    ASSERT_EQ(desk.publisher.published.size(), 1U);
    const auto& [topic, event] = desk.publisher.published.front();
    EXPECT_EQ(topic, "scores");
    EXPECT_EQ(event.key, "m-1");
    EXPECT_EQ(event.at.value(), 77);
    EXPECT_EQ("  " + event.value + " ", spaced);
}

TEST(Ingest, TakesAnArrayInItsOrderOrNothingOfIt) {
    Desk desk;
    ASSERT_EQ(desk.post("/api/scores", "[" + point(1) + ",\n" + point(2) + " , " + point(3) + "]"), 202);
    EXPECT_EQ(json::parse(desk.answer)["accepted"], 3);
    ASSERT_EQ(desk.publisher.published.size(), 3U);
    EXPECT_EQ(desk.publisher.published[1].second.value, point(2));
    const std::string bad = R"({"match":"m-1","seq":0,"at":1,"sport":"tennis","type":"point","winner":1})";
    ASSERT_EQ(desk.post("/api/scores", "[" + point(4) + "," + bad + ",7]"), 422);
    EXPECT_EQ(desk.client->header("Content-Type"), "application/problem+json");
    const json problem = json::parse(desk.answer);
    ASSERT_EQ(problem["errors"].size(), 2U) << problem;
    EXPECT_EQ(problem["errors"][0]["index"], 1);
    EXPECT_EQ(problem["errors"][0]["field"], "seq");
    EXPECT_NE(problem["errors"][0]["message"].get<std::string>().find("integer"), std::string::npos);
    EXPECT_EQ(problem["errors"][1]["index"], 2);
    EXPECT_EQ(desk.publisher.published.size(), 3U) << "of a wrong array nothing is published";
    ASSERT_EQ(desk.post("/api/scores", "[]"), 202);
    EXPECT_EQ(json::parse(desk.answer)["accepted"], 0);
}

TEST(Ingest, NamesTheFieldThatIsWrong) {
    Desk desk;
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"({"seq":1,"at":1,"sport":"tennis","type":"undo"})", "match"},
        {R"({"match":"m","seq":"1","at":1,"sport":"tennis","type":"undo"})", "seq"},
        {R"({"match":"m","seq":1,"at":-1,"sport":"tennis","type":"undo"})", "at"},
        {R"({"match":"m","seq":1,"at":1,"sport":"chess","type":"undo"})", "sport"},
        {R"({"match":"m","seq":1,"at":1,"sport":"tennis","type":"serve"})", "type"},
        {R"({"match":"m","seq":1,"at":1,"sport":"tennis","type":"point"})", "winner"},
        {R"({"match":"m","seq":1,"at":1,"sport":"tennis","type":"point","winner":3})", "winner"},
        {R"({"match":"m","seq":1,"at":1,"sport":"tennis","type":"start"})", "sides"},
        {R"({"match":"m","seq":1,"seq":2,"at":1,"sport":"tennis","type":"undo"})", "seq"},
    };
    for (const auto& [event, field] : cases) {
        ASSERT_EQ(desk.post("/api/scores", event), 422) << event;
        EXPECT_EQ(json::parse(desk.answer)["errors"][0]["field"], field) << desk.answer;
    }
    for (const std::string body : {"", "{", "nul", "{\"a\":\"\xff\"}", "{} {}", "[1,]"}) {
        EXPECT_EQ(desk.post("/api/scores", body), 400) << body;
    }
    EXPECT_EQ(desk.publisher.requests, 0);
}

TEST(Ingest, RefusesWhoeverHasNoToken) {
    Desk desk;
    EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", ""), 401);
    EXPECT_EQ(desk.client->header("WWW-Authenticate"), "Bearer realm=\"matchpoint\"");
    EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "guess"), 401);
    EXPECT_NE(desk.client->header("WWW-Authenticate").find("invalid_token"), std::string::npos);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "Authorization: Basic dTpw\r\n", "application/json", ""), 401);
    EXPECT_EQ(desk.post("/api/simulations", R"({"sport":"tennis"})", "", "application/json", ""), 401);
    EXPECT_EQ(desk.publisher.requests, 0);
    Desk closed(quick_config());
    EXPECT_EQ(closed.post("/api/scores", kPoint), 403);
    EXPECT_NE(closed.answer.find("publish.token.file"), std::string::npos);
}

TEST(Ingest, ReadsTokensFromAFileAndAgainWhenTold) {
    const auto file = std::filesystem::temp_directory_path() / ("mp-tokens-" + std::to_string(::getpid()));
    std::ofstream(file) << "# the feed\nfirst-token\n\n second-token \n";
    Config config = quick_config();
    config.publish.token_file = file.string();
    {
        Desk desk(config);
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "first-token"), 202);
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "second-token"), 202);
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "# the feed"), 401);
        std::ofstream(file) << "third-token\n";
        desk.fed.gateway->reload_tokens();
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "first-token"), 401);
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "third-token"), 202);
        std::ofstream(file) << "\n";
        EXPECT_THROW(desk.fed.gateway->reload_tokens(), std::invalid_argument);
        EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "third-token"), 202);
    }
    std::filesystem::remove(file);
    EXPECT_THROW(Desk{config}, std::invalid_argument);
}

TEST(Ingest, TakesOnlyJsonOfABoundedSize) {
    Config config = open_config();
    config.limits.body_bytes = 4'000;
    config.publish.events = 3;
    Desk desk(config);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "", "text/plain"), 415);
    EXPECT_EQ(desk.client->header("Accept-Post"), "application/json");
    EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json; charset=utf-8"), 202);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "Content-Encoding: gzip\r\n"), 415);
    EXPECT_EQ(desk.post("/api/scores", "[" + point(1) + "," + point(2) + "," + point(3) + "," + point(4) + "]"), 413);
    EXPECT_EQ(desk.post("/api/scores", std::string(5'000, ' ')), 413);
}

TEST(Ingest, AnswersOnlyOnceItIsStored) {
    Desk desk;
    desk.publisher.hold = true;
    Desk::send(*desk.client, "/api/scores", kPoint);
    desk.publisher.wait_for_requests(1);
    const auto other = desk.connect();
    ASSERT_EQ(other->get("/metrics"), 200);
    EXPECT_NE(other->body().find("matchpoint_http_publishing 1\n"), std::string::npos);
    desk.publisher.release();
    EXPECT_EQ(desk.client->read_head(), 202);
    (void)desk.client->body();
    ASSERT_EQ(other->get("/metrics"), 200);
    const std::string metrics = other->body();
    EXPECT_NE(metrics.find("matchpoint_http_publishing 0\n"), std::string::npos);
    EXPECT_NE(metrics.find("matchpoint_http_published_total 1\n"), std::string::npos);
    EXPECT_NE(metrics.find("matchpoint_http_publish_seconds_count 1\n"), std::string::npos);
}

TEST(Ingest, SaysWhenToComeBackIfKafkaIsAway) {
    Desk desk;
    desk.publisher.next = {Status::kUnavailable, 0, "Kafka did not acknowledge it within 5000 ms"};
    EXPECT_EQ(desk.post("/api/scores", kPoint), 503);
    EXPECT_EQ(desk.client->header("Retry-After"), "2");
    EXPECT_NE(desk.answer.find("send the same again"), std::string::npos);
    desk.publisher.next = {Status::kBusy, 0, "too many events wait"};
    EXPECT_EQ(desk.post("/api/scores", kPoint), 503);
    desk.publisher.next = {Status::kTooLarge, 1, "too large"};
    EXPECT_EQ(desk.post("/api/scores", kPoint), 413);
    desk.publisher.next = {Status::kRefused, 1, "not allowed"};
    EXPECT_EQ(desk.post("/api/scores", kPoint), 502);
}

TEST(Ingest, ARequestSentAgainCountsOnce) {
    Desk desk;
    const std::string key = "Idempotency-Key: \"8e03978e-40d5-43dd-bc93-6894a57f9324\"\r\n";
    desk.publisher.next = {Status::kUnavailable, 0, "away"};
    EXPECT_EQ(desk.post("/api/scores", kPoint, key), 503);
    desk.publisher.next = {};
    ASSERT_EQ(desk.post("/api/scores", kPoint, key), 202);
    const std::string first = desk.answer;
    EXPECT_EQ(desk.client->header("Idempotency-Replayed"), "");
    ASSERT_EQ(desk.post("/api/scores", kPoint, key), 202);
    EXPECT_EQ(desk.answer, first);
    EXPECT_EQ(desk.client->header("Idempotency-Replayed"), "true");
    EXPECT_EQ(desk.publisher.requests, 2);
    EXPECT_EQ(desk.post("/api/scores", point(9), key), 422) << "the key belongs to another body";
    EXPECT_EQ(desk.post("/api/scores", "{", "Idempotency-Key: k2\r\n"), 400);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "Idempotency-Key: k2\r\n"), 202) << "what was refused leaves no trace";
    EXPECT_EQ(desk.post("/api/scores", kPoint, "Idempotency-Key: " + std::string(300, 'k') + "\r\n"), 400);
    desk.publisher.hold = true;
    Desk::send(*desk.client, "/api/scores", kPoint, "Idempotency-Key: k3\r\n");
    desk.publisher.wait_for_requests(4);
    const auto other = desk.connect();
    Desk::send(*other, "/api/scores", kPoint, "Idempotency-Key: k3\r\n");
    EXPECT_EQ(other->read_head(), 409) << "the first is under way";
}

TEST(Ingest, ASimulationIsNamedOnce) {
    Desk desk;
    ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"tennis","seed":7,"speed":10})"), 202) << desk.answer;
    const std::string match = json::parse(desk.answer)["match"];
    ASSERT_EQ(desk.publisher.published.size(), 1U);
    const auto& [topic, event] = desk.publisher.published.front();
    EXPECT_EQ(topic, "simulations");
    EXPECT_EQ(event.key, match);
    const json value = json::parse(event.value);
    EXPECT_EQ(value["match"], match);
    EXPECT_EQ(value["seed"], 7);
    ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"tennis"})"), 202);
    EXPECT_NE(json::parse(desk.answer)["match"], match);
    ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"tennis","match":"final"})"), 202);
    EXPECT_EQ(json::parse(desk.answer)["match"], "final");
    ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"chess"})"), 422);
    EXPECT_EQ(json::parse(desk.answer)["errors"][0]["field"], "sport");
    ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"tennis","speed":0})"), 422);
    EXPECT_EQ(json::parse(desk.answer)["errors"][0]["field"], "speed");
    ASSERT_EQ(desk.post("/api/simulations", "[]"), 422);
    ASSERT_EQ(desk.post("/api/simulations", "{"), 400);
}

TEST(Ingest, ASimulationsKeyNamesTheSameMatchAfterARestart) {
    std::string first;
    for (int run = 0; run < 2; ++run) {
        Desk desk;
        ASSERT_EQ(desk.post("/api/simulations", R"({"sport":"tennis"})", "Idempotency-Key: today\r\n"), 202);
        if (run == 0) first = desk.answer;
        EXPECT_EQ(desk.answer, first);
    }
}

TEST(Ingest, AClientHasItsShareAndNoMore) {
    Config config = open_config();
    config.publish.events_per_second = 1;
    config.publish.burst = 3;
    Desk desk(config);
    EXPECT_EQ(desk.post("/api/scores", kPoint), 202);
    EXPECT_EQ(desk.post("/api/scores", "[" + point(1) + "," + point(2) + "," + point(3) + "," + point(4) + "]"), 202);
    EXPECT_EQ(desk.post("/api/scores", kPoint), 429);
    EXPECT_GE(std::stoi(desk.client->header("Retry-After")), 2) << "the array has to be paid for";
    EXPECT_EQ(desk.publisher.requests, 2);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "guess"), 401);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "", "application/json", "guess"), 429);
}

TEST(Ingest, PagesOfListedOriginsMayPublish) {
    Config config = open_config();
    config.cors_origins = {"https://club.example"};
    Desk desk(config);
    EXPECT_EQ(desk.client->request("OPTIONS /api/scores", "Origin: https://club.example\r\n"), 204);
    EXPECT_EQ(desk.client->header("Access-Control-Allow-Origin"), "https://club.example");
    EXPECT_EQ(desk.client->header("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_NE(desk.client->header("Access-Control-Allow-Headers").find("Idempotency-Key"), std::string::npos);
    EXPECT_NE(desk.client->header("Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    EXPECT_EQ(desk.post("/api/scores", kPoint, "Origin: https://club.example\r\n"), 202);
    EXPECT_EQ(desk.client->header("Access-Control-Allow-Origin"), "https://club.example");
    EXPECT_EQ(desk.client->get("/api/scores"), 405);
    EXPECT_EQ(desk.client->header("Allow"), "POST, OPTIONS");
}

TEST(EventBody, SplitsAnArrayWhereItsElementsEnd) {
    using Elements = std::vector<std::string_view>;
    EXPECT_EQ(split_elements(R"( [ {"a":"],\"["} , [1,[2]], "x,y" ,3] )", 10),
              (Elements{R"({"a":"],\"["})", "[1,[2]]", R"("x,y")", "3"}));
    EXPECT_EQ(split_elements("[]", 10), Elements{});
    EXPECT_EQ(split_elements(" [ ] ", 10), Elements{});
    EXPECT_EQ(split_elements(" 7 ", 10), Elements{"7"});
    EXPECT_EQ(split_elements("[1,2,3,4,5]", 2).size(), 3U) << "no further than it must";
}

TEST(RateLimiter, FillsAgainAndForgetsTheSilent) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    RateLimiter limiter(2, 4, 2);
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(limiter.take("a", 0));
    EXPECT_EQ(limiter.take("a", 0), 1);
    EXPECT_FALSE(limiter.take("a", kSecond));
    limiter.charge("a", 10, kSecond);
    EXPECT_EQ(limiter.take("a", kSecond), 5) << "a debt of nine, and one to take, at two a second";
    EXPECT_FALSE(limiter.take("b", kSecond));
    EXPECT_FALSE(limiter.take("c", kSecond));
    EXPECT_FALSE(limiter.take("a", kSecond)) << "forgotten, as the one silent longest";
}

TEST(IdempotencyTable, IsBoundedByCountAndAge) {
    IdempotencyTable table(2, 1'000);
    std::string answer;
    const auto key = [](int i) { return digest_of(std::to_string(i)); };
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(table.begin(key(i), key(0), 0, answer), IdempotencyTable::Found::kNew);
        table.finish(key(i), std::to_string(i), 0);
    }
    EXPECT_EQ(table.begin(key(3), key(0), 0, answer), IdempotencyTable::Found::kAnswered);
    EXPECT_EQ(answer, "3");
    EXPECT_EQ(table.begin(key(0), key(0), 0, answer), IdempotencyTable::Found::kNew) << "pushed out";
    EXPECT_EQ(table.begin(key(3), key(0), 2'000'000'000, answer), IdempotencyTable::Found::kNew) << "too old";
}

}  // namespace
}  // namespace matchpoint::http
