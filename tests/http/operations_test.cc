// What operators rely on: the access log, limits that say what they are, streams that come to an end.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "http/access_log.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

std::string metric(Fed& fed, const std::string& name) {
    HttpClient client(fed.port());
    EXPECT_EQ(client.get("/metrics"), 200);
    const std::string text = "\n" + client.body();
    const std::size_t at = text.find("\n" + name + " ");
    if (at == std::string::npos) return "none";
    const std::size_t value = at + name.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string wait_for_text(const std::filesystem::path& file, const std::string& part) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (text_of(file).find(part) == std::string::npos && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return text_of(file);
}

class AccessLogTest : public ::testing::Test {
  protected:
    AccessLogTest() { std::filesystem::create_directories(folder_); }
    ~AccessLogTest() override { std::filesystem::remove_all(folder_); }
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("mp-log-" + std::to_string(::getpid()));
    const std::filesystem::path file_ = folder_ / "access.log";
};

TEST_F(AccessLogTest, HasALineARequestWithoutItsToken) {
    Config config = quick_config();
    config.access_log = file_.string();
    Fed fed(config);
    fed.state("m-1", 1);
    fed.caught_up();
    std::size_t size = 0;
    {
        HttpClient client(fed.port());
        client.get("/api/match-state?sport=tennis&access_token=s3cret",
                   "User-Agent: test \"agent\"\r\nReferer: http://page/?token=s3cret\r\n");
        size = client.body().size();
        client.get("/nothing");
        (void)client.body();
        HttpClient stream(fed.port());
        stream.get("/events/match-state");
        EXPECT_EQ(stream.event().data, state_of("m-1", 1));
        HttpClient broken(fed.port());
        broken.send("nonsense\r\n\r\n");
        EXPECT_EQ(broken.read_head(), 400);
    }
    const std::string log = wait_for_text(file_, "/events/match-state");
    EXPECT_NE(log.find("\"GET /api/match-state?sport=tennis&access_token=*** HTTP/1.1\" 200 " + std::to_string(size) +
                       " \"http://page/?token=***\" \"test \\x22agent\\x22\"\n"),
              std::string::npos)
        << log;
    EXPECT_EQ(log.find("s3cret"), std::string::npos);
    EXPECT_TRUE(log.starts_with("127.0.0.1 - - ["));
    EXPECT_NE(log.find("\"GET /nothing HTTP/1.1\" 404 "), std::string::npos);
    EXPECT_NE(log.find("\" 400 "), std::string::npos) << "also what could not be read";
    EXPECT_EQ(log.find("\"GET /events/match-state HTTP/1.1\" 200 0 "), std::string::npos)
        << "a stream's bytes are counted";
}

TEST_F(AccessLogTest, GoesOnInANewFileWhenTheOldOneIsMoved) {
    Config config = quick_config();
    config.access_log = file_.string();
    config.access_log_json = true;
    Fed fed(config);
    fed.caught_up();
    HttpClient client(fed.port());
    client.get("/healthz?n=1");
    (void)client.body();
    const std::string first = wait_for_text(file_, "n=1");
    const auto line = nlohmann::json::parse(first);
    EXPECT_EQ(line["target"], "/healthz?n=1");
    EXPECT_EQ(line["status"], 200);
    EXPECT_EQ(line["remote"], "127.0.0.1");
    std::filesystem::rename(file_, folder_ / "access.log.1");
    fed.gateway->reopen_access_log();
    client.get("/healthz?n=2");
    (void)client.body();
    EXPECT_EQ(wait_for_text(file_, "n=2").find("n=1"), std::string::npos);
    EXPECT_EQ(text_of(folder_ / "access.log.1"), first);
}

TEST(AccessLogText, HidesTokensHoweverTheyAreSpelt) {
    EXPECT_EQ(without_tokens("/a?b=1&access_token=x.y&c"), "/a?b=1&access_token=***&c");
    EXPECT_EQ(without_tokens("/a?%74oken=x"), "/a?%74oken=***");
    EXPECT_EQ(without_tokens("/a?tok%zz=x"), "/a?tok%zz=***");
    EXPECT_EQ(without_tokens("/a"), "/a");
}

TEST(Configuration, WhatCannotWorkIsRefusedByName) {
    const auto refusal = [](const std::string& key, const std::string& value) -> std::string {
        try {
            Config config = quick_config();
            config.set(key, value);
            const Fed fed(config);
        } catch (const std::invalid_argument& wrong) {
            return wrong.what();
        }
        return "taken";
    };
    EXPECT_EQ(refusal("http.address", "foo"), "http.address=foo: must be an IP address, such as 0.0.0.0 or ::1");
    EXPECT_EQ(refusal("http.threads", "2000"), "http.threads=2000: must be a whole number from 0 to 1024");
    EXPECT_EQ(refusal("limits.header.bytes", "4294967296").substr(0, 31), "limits.header.bytes=4294967296:");
    const std::string far = refusal("limits.idle.timeout.ms", "9223372036854775807");
    EXPECT_TRUE(far.ends_with("must be a whole number from 1 to 315360000000")) << far;
    for (const std::string origin : {"https://club.example/", "club.example", "https://Club.example", "https://*.a"}) {
        EXPECT_NE(refusal("cors.origins", origin).find(origin + " is no origin"), std::string::npos) << origin;
    }
    EXPECT_EQ(refusal("cors.origins", "https://club.example,http://[::1]:3000,null"), "taken");
    EXPECT_EQ(refusal("web.dir", "/nowhere"), "web.dir=/nowhere: there is no such folder");
    EXPECT_TRUE(refusal("tls.certificate", "/nowhere").starts_with("tls.certificate=/nowhere: "));
    EXPECT_TRUE(refusal("tls.key", "/nowhere").ends_with("set tls.certificate too"));
}

TEST(Configuration, APortThatAnotherGatewayHasIsNotShared) {
    const Fed first;
    Config config = quick_config();
    config.port = first.port();
    try {
        const Fed second(config);
        ADD_FAILURE() << "each would get some of the other's connections";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("choose another with --port"), std::string::npos) << error.what();
    }
}

TEST(Limits, SayWhatTheyAreAndAreCounted) {
    Config config = quick_config();
    config.threads = 1;
    config.limits.connections_per_address = 2;
    config.limits.filter_names = 1;
    config.limits.body_bytes = 10;
    config.limits.header_bytes = 1'000;
    Fed fed(config);
    fed.caught_up();
    {
        HttpClient first(fed.port());
        EXPECT_EQ(first.get("/events/match-state?match=a,b"), 400);
        EXPECT_NE(first.body().find("at most 1 names"), std::string::npos);
        HttpClient second(fed.port());
        ASSERT_EQ(second.get("/healthz"), 200);
        HttpClient third(fed.port());
        EXPECT_EQ(third.get("/healthz"), 503);
        EXPECT_NE(third.body().find("from this address"), std::string::npos);
        (void)second.body();
        EXPECT_EQ(second.get("/events/leaderboard?top=1001"), 400) << "more than limits.top";
        EXPECT_EQ(first.request("POST /api/scores", "Content-Length: 11\r\n"), 413);
        EXPECT_EQ((void(second.body()), second.get("/healthz", "X: " + std::string(2'000, 'x') + "\r\n")), 431);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    const auto refusals = [&](const std::string& limit) {
        return metric(fed, "matchpoint_http_limit_refusals_total{limit=\"" + limit + "\"}");
    };
    while (std::chrono::steady_clock::now() < end) {
        HttpClient client(fed.port());
        if (client.get("/metrics") == 200) break;  // those before have gone
    }
    EXPECT_NE(refusals("connections_per_address"), "0");
    EXPECT_EQ(refusals("filter_names"), "1");
    EXPECT_EQ(refusals("top"), "1");
    EXPECT_EQ(refusals("body_bytes"), "1");
    EXPECT_EQ(refusals("header_bytes"), "1");
    EXPECT_EQ(refusals("connections"), "0");
    EXPECT_GT(std::stoul(metric(fed, "process_resident_memory_bytes")), 1'000'000U);
}

TEST(Limits, ThereAreNoMoreConnectionsThanOpenFiles) {
    EXPECT_EQ(connections_within(1'048'576, 100'000), 100'000U);
    EXPECT_EQ(connections_within(20'000, 100'000), 19'872U);
    EXPECT_EQ(connections_within(60, 100'000), 30U);
}

TEST(Limits, MemoryRefusesNewConnectionsAndKeepsTheOld) {
    Config config = quick_config();
    config.limits.memory_bytes = 1;
    Fed fed(config);
    fed.caught_up();
    HttpClient client(fed.port());
    EXPECT_EQ(client.get("/api/match-state"), 503);
    EXPECT_NE(client.body().find("limits.memory.bytes=1"), std::string::npos);
    EXPECT_EQ(client.header("Retry-After"), "5");
    for (const std::string path : {"/healthz", "/readyz", "/metrics"}) {
        HttpClient operators(fed.port());
        EXPECT_EQ(operators.get(path), 200) << "whoever looks after it sees why";
    }
    EXPECT_EQ(metric(fed, "matchpoint_http_limit_refusals_total{limit=\"memory\"}"), "1");
}

std::string finished(const std::string& match) {
    std::string state = state_of(match, 9);
    state.replace(state.find("live"), 4, "finished");
    return state;
}

TEST(Streams, OfMatchesThatAreOverAreAnswered204OnceTheyAreKnown) {
    Fed fed;
    fed.state("m-1", 1);
    fed.state("m-2", 1);
    fed.caught_up();
    std::string before;
    {
        HttpClient client(fed.port());
        client.get("/events/match-state");
        while (client.event().name != "live") {
        }
        before = client.last_event_id();
    }
    fed.put_state("m-1", finished("m-1"));
    fed.settle();
    HttpClient late(fed.port());
    ASSERT_EQ(late.get("/events/match-state?match=m-1", "Last-Event-ID: " + before + "\r\n"), 200);
    EXPECT_EQ(late.event().data, finished("m-1")) << "not without the final state";
    EXPECT_EQ(late.event().name, "live");
    const std::string known = "Last-Event-ID: " + late.last_event_id() + "\r\n";
    HttpClient client(fed.port());
    EXPECT_EQ(client.get("/events/match-state?match=m-1", known), 204);
    EXPECT_EQ(client.get("/events/match-state?match=m-1&lastEventId=" + late.last_event_id()), 204);
    for (const std::string target : {"/events/match-state?match=m-1,m-2", "/events/match-state?match=m-1&sport=tennis",
                                     "/events/match-state", "/events/match-state?match=m-3"}) {
        HttpClient other(fed.port());
        EXPECT_EQ(other.get(target, known), 200) << target;
    }
    HttpClient fresh(fed.port());
    ASSERT_EQ(fresh.get("/events/match-state?match=m-1"), 200) << "a new client wants to see how it ended";
    EXPECT_EQ(fresh.event().data, finished("m-1"));
}

TEST(Streams, AnswerHeadAndKeepTheConnection) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(client.request("HEAD /events/match-state"), 200);
        EXPECT_EQ(client.header("Content-Type"), "text/event-stream");
        EXPECT_EQ(client.header("Connection"), "keep-alive");
    }
    ASSERT_EQ(client.get("/api/match-state/m-1"), 200);
    EXPECT_EQ(client.body(), state_of("m-1", 1));
    EXPECT_EQ(client.request("HEAD /events/match-state", "Connection: close\r\n"), 200);
    EXPECT_EQ(client.rest(), "");
}

TEST(Streams, AndSnapshotsTellForHowLongKafkaIsAway) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    (void)client.body();
    EXPECT_EQ(client.header("Age"), "");
    fed.gateway->tail().away_since_ns.store(streams::SystemClock().monotonic_ns() - 7'000'000'000);
    ASSERT_EQ(client.get("/api/match-state"), 200);
    (void)client.body();
    EXPECT_EQ(client.header("Age"), "7");
    HttpClient stream(fed.port());
    stream.get("/events/match-state");
    EXPECT_EQ(stream.event().data, state_of("m-1", 1));
    EXPECT_EQ(stream.comment(), ": the source of events has not been reached for 7 s");
}

}  // namespace
}  // namespace matchpoint::http
