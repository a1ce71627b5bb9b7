// Behind a proxy: whose address it is that limits and the access log see.
#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/config.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TrustedProxies trusting(std::string_view list, TrustedProxies::Header header = TrustedProxies::Header::kXForwardedFor) {
    TrustedProxies proxies;
    proxies.trust(list);
    proxies.read(header);
    return proxies;
}

Message with(const std::string& name, const std::vector<std::string>& lines) {
    Message message;
    for (const std::string& line : lines) message.insert(name, line);
    return message;
}

std::string client_of(const TrustedProxies& proxies, const std::string& peer, const std::vector<std::string>& lines) {
    return proxies.client_of(peer, with("X-Forwarded-For", lines));
}

TEST(TrustedProxies, AreNoneUnlessTold) {
    EXPECT_EQ(client_of({}, "127.0.0.1", {"203.0.113.9"}), "127.0.0.1");
}

TEST(TrustedProxies, AreBelievedAndNobodyElse) {
    const TrustedProxies proxies = trusting("127.0.0.1,10.1.0.0/16,fd00::/8");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"203.0.113.9"}), "203.0.113.9");
    EXPECT_EQ(client_of(proxies, "fd12::1", {"203.0.113.9"}), "203.0.113.9");
    EXPECT_EQ(client_of(proxies, "::ffff:127.0.0.1", {"203.0.113.9"}), "203.0.113.9")
        << "as a socket for both gives it";
    EXPECT_EQ(client_of(proxies, "127.0.0.2", {"203.0.113.9"}), "127.0.0.2");
    EXPECT_EQ(client_of(proxies, "10.2.0.1", {"203.0.113.9"}), "10.2.0.1");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {}), "127.0.0.1");
}

TEST(TrustedProxies, TheRightmostAddressThatIsNotTheirsCounts) {
    const TrustedProxies proxies = trusting("127.0.0.1, 10.0.0.0/8, fd00::/8");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"1.1.1.1, 203.0.113.9, 10.0.0.7"}), "203.0.113.9")
        << "what stands left of it anybody may have written";
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"1.1.1.1", "203.0.113.9,10.0.0.7", "fd00::1"}), "203.0.113.9")
        << "lines of the header are one list";
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"10.0.0.7, 10.0.0.8"}), "10.0.0.7") << "a client that is one of our own";
}

TEST(TrustedProxies, SpellingsOfAnAddressAreOneClient) {
    const TrustedProxies proxies = trusting("127.0.0.1");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"203.0.113.9:4711"}), "203.0.113.9");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"::ffff:203.0.113.9"}), "203.0.113.9");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"2001:DB8:0::1"}), "2001:db8::1");
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {"[2001:db8::1]:4711"}), "2001:db8::1");
}

TEST(TrustedProxies, WhatIsNoAddressIsTheProxys) {
    const TrustedProxies proxies = trusting("127.0.0.1,10.0.0.0/8");
    for (const std::string value :
         {"", " ", ",", "unknown", "1.2.3", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456", "[::1", "[::1]x", "[1.2.3.4]",
          "fe80::1%eth0", "\"1.2.3.4\"", "1.2.3.4 5.6.7.8", "for=1.2.3.4", "::::"}) {
        EXPECT_EQ(client_of(proxies, "127.0.0.1", {"9.9.9.9, " + value}), "127.0.0.1") << value;
        EXPECT_EQ(client_of(proxies, "127.0.0.1", {value + ", 203.0.113.9"}), "203.0.113.9") << value;
        EXPECT_EQ(client_of(proxies, "127.0.0.1", {value + ", 10.0.0.7"}), "10.0.0.7") << value;
    }
    EXPECT_EQ(client_of(proxies, "127.0.0.1", {std::string(10'000, '1')}), "127.0.0.1");
}

TEST(TrustedProxies, ReadTheStandardHeaderWhereToldTo) {
    const TrustedProxies proxies = trusting("127.0.0.1,10.0.0.0/8", TrustedProxies::Header::kForwarded);
    const auto forwarded = [&proxies](const std::string& value) {
        return proxies.client_of("127.0.0.1", with("Forwarded", {value}));
    };
    EXPECT_EQ(forwarded("for=203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(forwarded("proto=https;For=\"203.0.113.9:47011\" ; by=10.0.0.1"), "203.0.113.9");
    EXPECT_EQ(forwarded("for=1.1.1.1, for=\"[2001:db8::17]:4711\";proto=http, for=10.0.0.7"), "2001:db8::17");
    EXPECT_EQ(forwarded("for=\"1.1.1.1, for=203.0.113.9"), "203.0.113.9") << "a quote that a client left open";
    for (const std::string value :
         {"for=_hidden", "for=unknown", "proto=https", "for", "for=", "for=\"", "203.0.113.9"})
        EXPECT_EQ(forwarded(value), "127.0.0.1") << value;
    Message both = with("X-Forwarded-For", {"1.1.1.1"});
    EXPECT_EQ(proxies.client_of("127.0.0.1", both), "127.0.0.1") << "the other may come from the client";
    both.insert("Forwarded", "for=203.0.113.9");
    EXPECT_EQ(proxies.client_of("127.0.0.1", both), "203.0.113.9");
    EXPECT_EQ(trusting("127.0.0.1").client_of("127.0.0.1", both), "1.1.1.1");
}

TEST(TrustedProxies, SettingsSayWhatIsWrong) {
    Config config;
    config.set("proxies.trusted", "10.0.0.0/8, ::1");
    config.set("proxies.header", "forwarded");
    EXPECT_TRUE(config.proxies.trusts("10.255.0.1"));
    EXPECT_TRUE(config.proxies.trusts("::1"));
    for (const std::string wrong : {"localhost", "10.0.0.0/33", "10.0.0.0/", "::1/129", "10.0.0", "1.2.3.4:80"}) {
        EXPECT_THROW(config.set("proxies.trusted", wrong), std::invalid_argument) << wrong;
    }
    EXPECT_TRUE(config.proxies.trusts("10.255.0.1")) << "a wrong list leaves the one before";
    EXPECT_THROW(config.set("proxies.header", "X-Real-IP"), std::invalid_argument);
}

Config behind_a_proxy() {
    Config config = quick_config();
    config.set("proxies.trusted", "127.0.0.1");
    return config;
}

std::string from(const std::string& address) {
    return "X-Forwarded-For: " + address + "\r\n";
}

TEST(BehindAProxy, EachClientHasPlacesOfItsOwn) {
    Config config = behind_a_proxy();
    config.limits.connections_per_address = 1;
    Fed fed(config);
    fed.caught_up();
    HttpClient shared(fed.port());
    {
        HttpClient stream(fed.port());
        ASSERT_EQ(stream.get("/events/match-state", from("203.0.113.1")), 200);
        // The proxy's own connection serves others, and this one again once its stream is over.
        ASSERT_EQ(shared.get("/healthz", from("203.0.113.1")), 503);
        EXPECT_NE(shared.body().find("from this address"), std::string::npos);
        EXPECT_EQ(shared.header("Retry-After"), "5");
        for (const std::string other : {"203.0.113.2", "203.0.113.3", "203.0.113.2"}) {
            ASSERT_EQ(shared.get("/healthz", from(other)), 200) << other;
            (void)shared.body();
        }
        HttpClient second(fed.port());
        ASSERT_EQ(second.get("/events/match-state", from("203.0.113.2")), 200);
        HttpClient third(fed.port());
        EXPECT_EQ(third.get("/events/match-state", from("203.0.113.2")), 503);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    int status = 503;
    while (status == 503 && std::chrono::steady_clock::now() < end) {
        status = shared.get("/healthz", from("203.0.113.1"));
        (void)shared.body();
    }
    EXPECT_EQ(status, 200) << "its place is free once its stream is over";
}

TEST(BehindAProxy, TheAccessLogNamesTheClient) {
    const auto file = std::filesystem::temp_directory_path() / ("mp-proxies-" + std::to_string(::getpid()) + ".log");
    Config config = behind_a_proxy();
    config.access_log = file.string();
    {
        Fed fed(config);
        fed.caught_up();
        HttpClient client(fed.port());
        client.get("/healthz", from("1.1.1.1, 203.0.113.7"));
        (void)client.body();
    }
    std::ifstream in(file);
    const std::string log{std::istreambuf_iterator<char>(in), {}};
    std::filesystem::remove(file);
    EXPECT_TRUE(log.starts_with("203.0.113.7 - - [")) << log;
}

TEST(BehindAProxy, WhoGuessesTokensIsLimitedAlone) {
    struct Nobody final : Publisher {
        void publish(std::string_view, std::vector<OutgoingEvent>, Done) override {}
    } publisher;
    Config config = behind_a_proxy();
    config.publish.token = "umpires-only";
    config.publish.events_per_second = 1;
    config.publish.burst = 2;
    Fed fed(config, &publisher);
    HttpClient client(fed.port());
    const auto post = [&client](const std::string& address) {
        const int status = client.request("POST /api/scores", from(address) + "Content-Length: 0\r\n");
        (void)client.body();
        return status;
    };
    int status = 401;
    for (int i = 0; i < 1'000 && status == 401; ++i) status = post("203.0.113.1");
    EXPECT_EQ(status, 429);
    EXPECT_EQ(post("203.0.113.2"), 401);
}

}  // namespace
}  // namespace matchpoint::http
