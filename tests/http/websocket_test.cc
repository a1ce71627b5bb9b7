// A WebSocket client of a few lines: text frames below 64 KiB, masked with zeros.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

class SocketClient {
  public:
    explicit SocketClient(std::uint16_t port) : http_(port) {
        EXPECT_EQ(http_.get("/ws",
                            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                  101);
        EXPECT_EQ(http_.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
    void send(const std::string& text, char opcode = 1) { http_.send(frame_of(text, opcode)); }
    void send_raw(const std::string& bytes) { http_.send(bytes); }
    [[nodiscard]] bool sent_within(const std::string& text, int ms) { return http_.sent_within(frame_of(text, 1), ms); }
    static std::string frame_of(const std::string& text, char opcode) {
        std::string frame{static_cast<char>(0x80 | opcode)};
        // The shortest form of the length is the only one allowed.
        if (text.size() < 126) {
            frame.push_back(static_cast<char>(0x80U | text.size()));
        } else {
            frame.push_back(static_cast<char>(0x80 | 126));
            frame.push_back(static_cast<char>(text.size() >> 8U));
            frame.push_back(static_cast<char>(text.size() & 0xffU));
        }
        frame.append(4, '\0');
        return frame + text;
    }
    // The next frame's payload; its opcode is kept.
    std::string receive() {
        const std::string head = http_.bytes(2);
        opcode_ = head[0] & 0x0f;
        std::size_t size = static_cast<unsigned char>(head[1]);
        if (size == 126) {
            const std::string extended = http_.bytes(2);
            size = static_cast<unsigned char>(extended[0]) * 256U + static_cast<unsigned char>(extended[1]);
        }
        return http_.bytes(size);
    }
    [[nodiscard]] int opcode() const { return opcode_; }

  private:
    HttpClient http_;
    int opcode_ = 0;
};

TEST(WebSocket, CarriesAStateThatIsNotJsonAsAString) {
    Fed fed;
    fed.put_state("m-2", "hello");
    fed.put_state("m-4", "");
    fed.caught_up();
    SocketClient client(fed.port());
    for (const std::string stream : {"match-state", "/events?topics=match-state,high-scores"}) {
        client.send(R"({"type":"subscribe","subscription":"a","stream":")" + stream + R"("})");
        (void)client.receive();
        const std::string first = client.receive();
        EXPECT_TRUE(first.ends_with(R"("data":"hello"})")) << first;
        const std::string second = client.receive();
        EXPECT_TRUE(second.ends_with(R"("data":""})")) << second;
        EXPECT_TRUE(client.receive().starts_with(R"({"type":"live",)"));
        client.send(R"({"type":"unsubscribe","subscription":"a"})");
        (void)client.receive();
    }
}

TEST(WebSocket, CarriesWhatIsNotJsonAsAString) {
    Fed fed;
    fed.raw("m-1", "not \"json\"");
    fed.raw("m-1", "{\"a\":\"\xff\"}");
    fed.caught_up();
    SocketClient client(fed.port());
    client.send(R"({"type":"subscribe","subscription":"a","stream":"/events/scores"})");
    (void)client.receive();
    const std::string first = client.receive();
    EXPECT_TRUE(first.ends_with(R"("data":"not \"json\""})")) << first;
    const std::string second = client.receive();
    EXPECT_TRUE(second.ends_with("\"data\":{\"a\":\"\xef\xbf\xbd\"}}")) << second;
}

TEST(WebSocket, CarriesSeveralStreamsAndResumesThem) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    SocketClient client(fed.port());
    client.send(R"({"type":"subscribe","subscription":"a","stream":"/events/match-state?match=m-1"})");
    EXPECT_EQ(client.receive(), R"({"type":"subscribed","subscription":"a"})");
    EXPECT_TRUE(client.receive().ends_with("\"data\":" + state_of("m-1", 1) + "}"));
    const std::string live = client.receive();
    EXPECT_TRUE(live.starts_with(R"({"type":"live","subscription":"a","id":")")) << live;
    const std::size_t begin = live.find("\"id\":\"") + 6;
    const std::string id = live.substr(begin, live.find('"', begin) - begin);
    // Two that want the same records do not get in each other's way.
    client.send(R"({"type":"subscribe","subscription":"b","stream":"match-state?match=m-1","lastEventId":")" + id +
                "\"}");
    EXPECT_EQ(client.receive(), R"({"type":"subscribed","subscription":"b"})");
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"live","subscription":"b")"));
    client.send(R"({"type":"unsubscribe","subscription":"b"})");
    EXPECT_EQ(client.receive(), R"({"type":"unsubscribed","subscription":"b"})");
    fed.state("m-1", 2);
    EXPECT_TRUE(client.receive().ends_with("\"data\":" + state_of("m-1", 2) + "}"));
}

TEST(WebSocket, AWrongMessageIsAnsweredAndTheSocketStays) {
    Fed fed;
    fed.caught_up();
    SocketClient client(fed.port());
    client.send("garbage");
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"error","subscription":"","status":400)"));
    client.send(R"({"type":"subscribe","subscription":"x","stream":"/events/none"})");
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"error","subscription":"x","status":404)"));
    client.send(R"({"type":"subscribe","subscription":"x"})");
    EXPECT_EQ(client.receive(), R"({"type":"error","subscription":"x","status":400,"detail":"stream is missing"})");
    client.send(R"({"type":"subscribe","subscription":")" + std::string(257, 'x') + R"(","stream":"match-state"})");
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"error","subscription":"","status":400)"));
    client.send(R"({"type":"subscribe","subscription":"x","stream":"match-state","lastEventId":null})");
    EXPECT_EQ(client.receive(), R"({"type":"subscribed","subscription":"x"})") << "null is no id";
    (void)client.receive();
    client.send("ping", 9);
    EXPECT_EQ(client.receive(), "ping");
    EXPECT_EQ(client.opcode(), 10);
}

TEST(WebSocket, WhoLeavesAnswersUnreadIsNotReadFrom) {
    Fed fed;
    fed.caught_up();
    SocketClient client(fed.port());
    const std::string wrong =
        R"({"type":"subscribe","subscription":"x","stream":"/)" + std::string(15'000, 'x') + "\"}";
    constexpr std::size_t kMoreThanSocketsHold = 128U << 20U;
    std::size_t sent = 0;
    while (sent < kMoreThanSocketsHold && client.sent_within(wrong, 2'000)) sent += wrong.size();
    EXPECT_LT(sent, kMoreThanSocketsHold) << "all answers to it are kept in memory";
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"error","subscription":"x","status":404)"));
}

TEST(WebSocket, WhoReadsNothingHoldsOneTurnOfAllItsSubscriptions) {
    Fed fed;
    constexpr int kStreams = 30;
    constexpr int kMatches = 64;
    const std::string long_name(16'000, 'x');
    for (int i = 0; i < kMatches; ++i) fed.put_state("m-" + std::to_string(i), "\"" + long_name + "\"");
    fed.caught_up();
    SocketClient client(fed.port());
    for (int i = 0; i < kStreams; ++i) {
        client.send(R"({"type":"subscribe","subscription":")" + std::to_string(i) + R"(","stream":"match-state"})");
    }
    const auto delivered = [&fed] {
        HttpClient metrics(fed.port());
        EXPECT_EQ(metrics.get("/metrics"), 200);
        const std::string text = metrics.body();
        const std::string name = "\nmatchpoint_http_events_total ";
        return std::stoi(text.substr(text.find(name) + name.size()));
    };
    // Until the sockets are full.
    int before = -1;
    for (int now = delivered(); now != before || now == 0; now = delivered()) {
        before = now;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    EXPECT_LT(before, kStreams * kMatches / 2) << "30 MB are kept for a client that takes nothing";
    int lives = 0;
    int messages = 0;
    while (lives < kStreams) {
        const std::string message = client.receive();
        lives += message.starts_with(R"({"type":"live")") ? 1 : 0;
        messages += message.starts_with(R"({"type":"message")") ? 1 : 0;
    }
    EXPECT_EQ(messages, kStreams * kMatches);
}

TEST(WebSocket, WhoTakesNothingForTooLongIsCutOff) {
    Config config = quick_config();
    config.limits.stall_timeout_ms = 300;
    Fed fed(config);
    for (int i = 0; i < 64; ++i) fed.put_state("m-" + std::to_string(i), "\"" + std::string(200'000, 'x') + "\"");
    fed.caught_up();
    SocketClient client(fed.port());
    client.send(R"({"type":"subscribe","subscription":"a","stream":"match-state"})");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool cut_off = false;
    while (!cut_off && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        HttpClient metrics(fed.port());
        EXPECT_EQ(metrics.get("/metrics"), 200);
        cut_off = metrics.body().find("refusals_total{limit=\"stall_time\"} 1\n") != std::string::npos;
        // Frames that it sends do not keep it.
        (void)client.sent_within("pong", 0);
    }
    EXPECT_TRUE(cut_off);
}

TEST(WebSocket, ASubscriptionAheadOfTheGatewayGoesOnOnceItsEndIsKnown) {
    Config config = quick_config();
    config.heartbeat_ms = 60'000;
    Fed fed(config);
    fed.caught_up();
    const std::string ahead = encode_event_id(topics::kMatchState, {0, 7}, streams::SystemClock().now());
    SocketClient client(fed.port());
    client.send(R"({"type":"subscribe","subscription":"a","stream":"match-state","lastEventId":")" + ahead + "\"}");
    EXPECT_EQ(client.receive(), R"({"type":"subscribed","subscription":"a"})");
    const auto began = std::chrono::steady_clock::now();
    Batch batch;
    batch.ends = {0, 7};
    ASSERT_TRUE(fed.gateway->publish(std::move(batch)));
    EXPECT_TRUE(client.receive().starts_with(R"({"type":"live")"));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4)) << "it waited for nothing";
}

TEST(WebSocket, IsToldWhenKafkaIsAway) {
    Fed fed;
    fed.caught_up();
    SocketClient client(fed.port());
    Batch batch;
    batch.notice = "the source of \"events\" is back";
    ASSERT_TRUE(fed.gateway->publish(std::move(batch)));
    EXPECT_EQ(client.receive(), R"({"type":"notice","detail":"the source of \"events\" is back"})");
}

TEST(WebSocket, ACharacterThatTheLastFrameLeavesUnfinishedEndsIt) {
    Fed fed;
    fed.caught_up();
    SocketClient client(fed.port());
    std::string unfinished = SocketClient::frame_of("\xce", 1);
    unfinished.front() = 1;
    client.send_raw(unfinished + SocketClient::frame_of("", 0));
    EXPECT_EQ(client.receive().substr(0, 2), "\x03\xef");  // 1007
    EXPECT_EQ(client.opcode(), 8);
}

TEST(WebSocket, AWindowThatIsTooSmallIsDeclined) {
    Fed fed;
    const auto agreed = [&fed](const std::string& offers) {
        HttpClient client(fed.port());
        EXPECT_EQ(client.get("/ws",
                             "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: " +
                                 offers + "\r\n"),
                  101);
        return client.header("Sec-WebSocket-Extensions");
    };
    EXPECT_EQ(agreed("permessage-deflate; server_max_window_bits=8"), "");
    EXPECT_EQ(agreed("permessage-deflate; server_max_window_bits=10"), "permessage-deflate; server_max_window_bits=10");
    EXPECT_EQ(agreed("permessage-deflate; server_max_window_bits=8, permessage-deflate"), "permessage-deflate");
}

TEST(WebSocket, AnotherVersionIsToldTheOneThatIsSpoken) {
    Fed fed;
    for (const std::string version : {"Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: abc\r\n", ""}) {
        HttpClient client(fed.port());
        EXPECT_EQ(client.get("/ws",
                             "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                                 version),
                  426)
            << version;
        EXPECT_EQ(client.header("Sec-WebSocket-Version"), "13");
        EXPECT_EQ(client.header("Upgrade"), "websocket");
    }
}

TEST(WebSocket, IsToldThatTheGatewayGoesAway) {
    Fed fed;
    fed.caught_up();
    SocketClient client(fed.port());
    client.send(R"({"type":"subscribe","subscription":"a","stream":"match-state"})");
    (void)client.receive();
    (void)client.receive();
    fed.gateway->drain_and_stop();
    EXPECT_EQ(client.receive().substr(0, 2), "\x03\xe9");  // 1001, going away
    EXPECT_EQ(client.opcode(), 8);
}

TEST(WebSocket, EveryoneIsToldThatTheGatewayGoesAway) {
    Fed fed;
    fed.caught_up();
    std::vector<std::unique_ptr<SocketClient>> clients;
    for (int i = 0; i < 400; ++i) clients.push_back(std::make_unique<SocketClient>(fed.port()));
    fed.gateway->drain_and_stop();
    int told = 0;
    for (const auto& client : clients) {
        try {
            if (client->receive().substr(0, 2) == "\x03\xe9" && client->opcode() == 8) ++told;
        } catch (const std::runtime_error&) {
            // It was cut off.
        }
    }
    EXPECT_EQ(told, 400);
}

TEST(WebSocket, APlainRequestIsToldToUpgrade) {
    Fed fed;
    HttpClient client(fed.port());
    EXPECT_EQ(client.get("/ws"), 426);
    for (const std::string key : {"", "short", "dGhlIHNhbXBsZSBub25jZQ=!"}) {
        HttpClient without_key(fed.port());
        EXPECT_EQ(without_key.get("/ws",
                                  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: " +
                                      key + "\r\n"),
                  400)
            << key;
    }
}

}  // namespace
}  // namespace matchpoint::http
