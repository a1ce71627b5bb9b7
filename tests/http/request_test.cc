// What holds for a request to any route: errors, methods, origins, time, and places for connections.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TEST(Gateway, SaysWhatIsWrongWithARequest) {
    Fed fed;
    HttpClient client(fed.port());
    EXPECT_EQ(client.request("DELETE /events/match-state"), 405);
    EXPECT_EQ(client.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client.header("Content-Type"), "application/problem+json");
    (void)client.body();
    EXPECT_EQ(client.get("/nothing"), 404);
    (void)client.body();
    EXPECT_EQ(client.get("/web/../main.cc"), 404);
    (void)client.body();
    EXPECT_EQ(client.get("/%zz"), 400);
    HttpClient garbage(fed.port());
    garbage.send("garbage\r\n\r\n");
    EXPECT_EQ(garbage.read_head(), 400);
    HttpClient large(fed.port());
    large.send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(large.read_head(), 431);
}

TEST(Gateway, AnswersEveryFormOfARequestThatHttpAllowsAndNoOther) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    const auto status_of = [&fed](const std::string& request) {
        HttpClient client(fed.port());
        client.send(request);
        return client.read_head();
    };
    const std::string host = "Host: test\r\n\r\n";
    EXPECT_EQ(status_of("GET http://test:80/api/match-state?match=m-1 HTTP/1.1\r\n" + host), 200) << "by a proxy";
    EXPECT_EQ(status_of("GET HTTP://test HTTP/1.1\r\n" + host), 200);
    EXPECT_EQ(status_of("GET http:///healthz HTTP/1.1\r\n" + host), 400);
    EXPECT_EQ(status_of("OPTIONS * HTTP/1.1\r\n" + host), 204);
    EXPECT_EQ(status_of("GET * HTTP/1.1\r\n" + host), 400);
    EXPECT_EQ(status_of("\r\n\r\nGET /healthz HTTP/1.1\r\n" + host), 200) << "empty lines before it";
    EXPECT_EQ(status_of("GET /healthz HTTP/1.0\r\n\r\n"), 200);
    EXPECT_EQ(status_of("GET /healthz HTTP/1.1\r\n\r\n"), 400) << "without Host";
    EXPECT_EQ(status_of("GET /healthz HTTP/1.1\r\nHost: other\r\n" + host), 400) << "with two";
    EXPECT_EQ(status_of("GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET /healthz HTTP/2.0\r\n" + host), 505);
    // As browsers send it: in a query what is no escape stays.
    EXPECT_EQ(status_of("GET /api/match-state?match=100%&x=%zz HTTP/1.1\r\n" + host), 200);
    EXPECT_EQ(status_of("GET /events/match-state?lastEventId=% HTTP/1.1\r\n" + host), 200);
    const std::string chunks = "0\r\n\r\n";
    EXPECT_EQ(status_of("GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host + chunks), 200);
    EXPECT_EQ(status_of("GET /healthz HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" + host + chunks), 501);
}

TEST(Gateway, ABodyWhoseChunksHaveNoEndIsRefused) {
    Fed fed;
    const std::string begin = "POST /api/scores HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string part : {"2;extension=", "0\r\nTrailer: "}) {
        HttpClient client(fed.port());
        client.send(begin + part + std::string(64'000, 'x'));
        EXPECT_EQ(client.read_head(), 413) << part;
    }
}

TEST(Gateway, RequestsMayComeTogetherAndInPieces) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    const std::string first = "GET /api/match-state/m-1 HTTP/1.1\r\nHost: test\r\n\r\n";
    const std::string second = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    HttpClient together(fed.port());
    together.send(first + second + first.substr(0, 20));
    ASSERT_EQ(together.read_head(), 200);
    EXPECT_EQ(together.body(), state_of("m-1", 1));
    ASSERT_EQ(together.read_head(), 200);
    EXPECT_EQ(together.body(), "ok\n");
    together.send(first.substr(20));
    ASSERT_EQ(together.read_head(), 200);
    EXPECT_EQ(together.body(), state_of("m-1", 1));
    HttpClient pieces(fed.port());
    for (const char byte : second) pieces.send({&byte, 1});
    ASSERT_EQ(pieces.read_head(), 200);
    EXPECT_EQ(pieces.body(), "ok\n");
}

TEST(Gateway, HeadAndOptionsAnswerWithoutABody) {
    Fed fed;
    HttpClient head(fed.port());
    EXPECT_EQ(head.request("HEAD /events/match-state"), 200);
    EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.rest(), "");
    HttpClient options(fed.port());
    EXPECT_EQ(options.request("OPTIONS /events/match-state"), 204);
    EXPECT_NE(options.header("Access-Control-Allow-Headers").find("Last-Event-ID"), std::string::npos);
}

TEST(Gateway, WhatIsRefusedToHeadHasNoBodyEither) {
    Fed fed;
    for (const std::string request : {"HEAD / HTTP/1.1\r\n\r\n", "HEAD /%zz HTTP/1.1\r\nHost: test\r\n\r\n"}) {
        HttpClient client(fed.port());
        client.send(request);
        EXPECT_EQ(client.read_head(), 400);
        EXPECT_EQ(client.rest(), "") << request;
    }
}

TEST(Gateway, AnOldClientIsNotToldToContinue) {
    Fed fed;
    const std::string fields = "\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    HttpClient client(fed.port());
    client.send("POST /api/scores HTTP/1.1" + fields);
    EXPECT_EQ(client.read_head(), 100);
    HttpClient old(fed.port());
    old.send("POST /api/scores HTTP/1.0" + fields);
    // By the time of this answer the other has been read as well.
    client.send("{}");
    EXPECT_EQ(client.read_head(), 403);
    old.send("{}");
    EXPECT_EQ(old.read_head(), 403);
}

TEST(Gateway, AListMayComeInSeveralLines) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    (void)client.body();
    const std::string known = "If-None-Match: \"other\"\r\nIf-None-Match: " + client.header("ETag") + "\r\n";
    EXPECT_EQ(client.get("/api/match-state", known), 304);
}

// What the sockets hold is out at once; the rest must be waited for.
TEST(Gateway, AnAnswerUnderWayIsFinishedBeforeTheEnd) {
    Config config = quick_config();
    config.drain_ms = 10'000;
    Fed fed(config);
    const std::string name(100'000, 'x');
    for (int i = 0; i < 300; ++i) fed.put_state("m-" + std::to_string(i), "\"" + name + "\"");
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    std::thread end([&fed] { fed.gateway->drain_and_stop(); });
    EXPECT_GT(client.body().size(), 30'000'000U);
    end.join();
}

TEST(Gateway, OnlyListedOriginsMayRead) {
    Config config = quick_config();
    config.cors_origins = {"https://club.example"};
    Fed fed(config);
    HttpClient client(fed.port());
    client.get("/healthz", "Origin: https://club.example\r\n");
    EXPECT_EQ(client.header("Access-Control-Allow-Origin"), "https://club.example");
    (void)client.body();
    client.get("/healthz", "Origin: https://other.example\r\n");
    EXPECT_EQ(client.header("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(client.header("Vary"), "Origin");
}

TEST(Gateway, ARequestThatDoesNotComeIsNotWaitedForForever) {
    Config config = quick_config();
    config.limits.header_timeout_ms = 100;
    Fed fed(config);
    HttpClient client(fed.port());
    client.send("GET / HT");
    EXPECT_EQ(client.rest(), "");
}

TEST(Gateway, OneConnectionTooManyIsRefusedAndItsPlaceIsFreedLater) {
    Config config = quick_config();
    config.limits.connections_per_address = 1;
    Fed fed(config);
    fed.caught_up();
    {
        HttpClient first(fed.port());
        ASSERT_EQ(first.get("/events/match-state"), 200);
        HttpClient second(fed.port());
        EXPECT_EQ(second.get("/healthz"), 503);
        EXPECT_EQ(second.header("Retry-After"), "5");
    }
    int status = 503;
    for (int i = 0; i < 200 && status == 503; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        HttpClient third(fed.port());
        status = third.get("/healthz");
    }
    EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace matchpoint::http
