// Who may read what, over sockets, with tokens signed here.
#include "http/access/access.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <jwt.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "http/log/base64url.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

const std::string kSecret = "a secret of more than thirty-two bytes";

struct KeyPair {
    std::string secret_pem;
    std::string public_pem;
};

template <typename Write>
std::string pem_of(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    EXPECT_EQ(write(bio.get()), 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

KeyPair make_keys(bool rsa) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(2048))
            : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"),
        &EVP_PKEY_free);
    return {pem_of([&](BIO* bio) {
                return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            }),
            pem_of([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key.get()); })};
}

std::string sign(const std::string& claims, jwt_alg_t algorithm = JWT_ALG_HS256, const std::string& key = kSecret,
                 const std::string& header = "{}") {
    jwt_t* jwt = nullptr;
    EXPECT_EQ(jwt_new(&jwt), 0);
    EXPECT_EQ(jwt_add_headers_json(jwt, header.c_str()), 0);
    EXPECT_EQ(jwt_add_grants_json(jwt, claims.c_str()), 0);
    EXPECT_EQ(
        jwt_set_alg(jwt, algorithm, reinterpret_cast<const unsigned char*>(key.data()), static_cast<int>(key.size())),
        0);
    char* text = jwt_encode_str(jwt);
    const std::string token(text);
    std::free(text);
    jwt_free(jwt);
    return token;
}

std::int64_t seconds_from_now(int seconds) {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
               .count() +
           seconds;
}

std::string bearer(const std::string& token) {
    return "Authorization: Bearer " + token + "\r\n";
}

class AccessTest : public ::testing::Test {
  protected:
    AccessTest() { std::filesystem::create_directories(folder_); }
    ~AccessTest() override { std::filesystem::remove_all(folder_); }
    std::string file(const std::string& name, const std::string& text) {
        const auto path = folder_ / name;
        std::ofstream(path) << text;
        return path.string();
    }
    Config with_secret() {
        Config config = quick_config();
        config.access.secret_file = file("secret", kSecret + "\n");
        config.heartbeat_ms = 160;  // expiry is looked at every sixteenth of it
        return config;
    }
    static void fill(Fed& fed) {
        fed.state("m-1", 1);
        fed.state("m-2", 1);
        fed.score("Ada", 10, 1);
        fed.caught_up();
    }
    static int get(Fed& fed, const std::string& target, const std::string& headers = {}) {
        HttpClient client(fed.port());
        return client.get(target, headers);
    }
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("mp-access-" + std::to_string(::getpid()));
};

TEST_F(AccessTest, ReadingNeedsATokenOnceThereIsAKey) {
    Fed fed(with_secret());
    fill(fed);
    for (const std::string target : {"/events/match-state", "/api/match-state", "/api/match-state/m-1",
                                     "/api/leaderboard", "/events/leaderboard", "/events?topics=match-state"}) {
        HttpClient client(fed.port());
        EXPECT_EQ(client.get(target), 401) << target;
        EXPECT_EQ(client.header("WWW-Authenticate"), "Bearer realm=\"matchpoint\"");
        EXPECT_EQ(get(fed, target, bearer(sign("{}"))), 200) << target;
        EXPECT_EQ(get(fed, target, bearer(sign("{}", JWT_ALG_HS256, kSecret + "?"))), 401) << target;
        EXPECT_EQ(get(fed, target, bearer(sign("{}", JWT_ALG_HS512))), 401) << "another algorithm is another agreement";
        EXPECT_EQ(get(fed, target, bearer("e30.e30.")), 401) << target;
    }
    EXPECT_EQ(get(fed, "/healthz"), 200);
    EXPECT_EQ(get(fed, "/"), 200);
    EXPECT_EQ(get(fed, "/api/match-state", "Cookie: a=b; matchpoint_token=" + sign("{}") + "\r\n"), 200);
    EXPECT_EQ(get(fed, "/api/match-state?access_token=" + sign("{}")), 200);
}

TEST_F(AccessTest, ATokenIsGoodForWhatItNames) {
    Fed fed(with_secret());
    fill(fed);
    const std::string one = bearer(sign(R"({"matches":["m-1"]})"));
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state", one), 200);
    const std::string body = client.body();
    EXPECT_NE(body.find("m-1"), std::string::npos);
    EXPECT_EQ(body.find("m-2"), std::string::npos);
    EXPECT_EQ(client.header("Cache-Control"), "private, no-cache");
    EXPECT_EQ(get(fed, "/api/match-state/m-1", one), 200);
    EXPECT_EQ(get(fed, "/api/match-state/m-2", one), 403);
    EXPECT_EQ(get(fed, "/events/match-state?match=m-1,m-2", one), 403);
    EXPECT_EQ(get(fed, "/api/leaderboard", one), 403) << "made of all matches";
    HttpClient stream(fed.port());
    ASSERT_EQ(stream.get("/events/match-state", one), 200);
    EXPECT_EQ(stream.event().data, state_of("m-1", 1));
    EXPECT_EQ(stream.event().name, "live");
    const std::string states = bearer(sign(R"({"topics":"match-state"})"));
    EXPECT_EQ(get(fed, "/events/match-state", states), 200);
    EXPECT_EQ(get(fed, "/api/high-scores", states), 403);
    EXPECT_EQ(get(fed, "/events?topics=match-state,high-scores", states), 403);
    EXPECT_EQ(get(fed, "/events/match-state", bearer(sign(R"({"topics":[]})"))), 403);
    EXPECT_EQ(get(fed, "/events/match-state", bearer(sign(R"({"matches":7})"))), 403) << "nonsense grants nothing";
}

TEST_F(AccessTest, ATokenTellsNothingOfWhatItIsNotGoodFor) {
    Fed fed(with_secret());
    fed.state("m-1", 1);
    fed.state("m-2", 1);
    fed.score("Ada", 10, 1);  // in m-1, which the token is not good for
    fed.caught_up();
    const std::string one = bearer(sign(R"({"matches":["m-2","m-9"]})"));
    const auto answer = [&fed, &one](const std::string& target, const std::string& name) {
        HttpClient client(fed.port());
        std::string text = std::to_string(client.get(target + name, one));
        text += " " + client.body();
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
            text.replace(at, name.size(), "?");
        return text;
    };
    for (const std::string target : {"/api/match-state/", "/api/match-state?match=", "/events/match-state?match="}) {
        const std::string there = answer(target, "m-1");
        EXPECT_EQ(there.substr(0, 3), "403") << target << ": " << there;
        EXPECT_EQ(there, answer(target, "m-3")) << target << " tells that m-1 exists";
    }
    const std::string there = answer("/api/high-scores/tennis/", "Ada");
    EXPECT_EQ(there.substr(0, 3), "404") << there;
    EXPECT_EQ(there, answer("/api/high-scores/tennis/", "Bea")) << "tells that Ada has a record";
    EXPECT_EQ(get(fed, "/api/match-state/m-9", one), 404) << "what it is good for, it may know to be missing";
}

TEST_F(AccessTest, ATokenThatMustBeUnderstoodOtherwiseIsRefused) {
    Fed fed(with_secret());
    fill(fed);
    const auto status_of = [&fed](const std::string& header) {
        return get(fed, "/api/match-state", bearer(sign("{}", JWT_ALG_HS256, kSecret, header)));
    };
    EXPECT_EQ(status_of(R"({"kid":"k-1"})"), 200);
    EXPECT_EQ(status_of(R"({"crit":["until"],"until":"noon"})"), 401);
}

// RFC 9068. libjwt takes it from 1.12 on; until then its bearer must learn why it is not taken.
TEST_F(AccessTest, AnAccessTokensTypIsTakenOrNamed) {
    Fed fed(with_secret());
    fill(fed);
    const std::string text = base64url_encode(R"({"alg":"HS256","typ":"at+jwt"})") + "." + base64url_encode("{}");
    std::array<unsigned char, 32> mac{};
    ASSERT_NE(HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr),
              nullptr);
    const std::string signature(reinterpret_cast<const char*>(mac.data()), mac.size());
    HttpClient client(fed.port());
    if (client.get("/api/match-state", bearer(text + "." + base64url_encode(signature))) != 200) {
        const std::string body = client.body();
        EXPECT_NE(body.find("its typ, at+jwt, is not one that is taken"), std::string::npos) << body;
    }
    HttpClient unsigned_client(fed.port());
    EXPECT_EQ(unsigned_client.get("/api/match-state", bearer(text + "." + base64url_encode(std::string(32, 'x')))),
              401);
}

TEST_F(AccessTest, WhatOneTokenGotIsNotConfirmedToAnother) {
    Fed fed(with_secret());
    fill(fed);
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state", bearer(sign(R"({"matches":["m-1"]})"))), 200);
    EXPECT_EQ(client.body(), "[" + state_of("m-1", 1) + "]");
    const std::string known = "If-None-Match: " + client.header("ETag") + "\r\n";
    ASSERT_EQ(client.get("/api/match-state", bearer(sign(R"({"matches":["m-2"]})")) + known), 200)
        << "a browser would show the matches of the first";
    EXPECT_EQ(client.body(), "[" + state_of("m-2", 1) + "]");
}

TEST_F(AccessTest, AStreamEndsWithItsToken) {
    Fed fed(with_secret());
    fill(fed);
    HttpClient stream(fed.port());
    ASSERT_EQ(stream.get("/events/match-state", bearer(sign(R"({"exp":)" + std::to_string(seconds_from_now(2)) + "}"))),
              200);
    const std::string rest = stream.rest();
    EXPECT_NE(rest.find(": the token has expired"), std::string::npos) << rest;
    EXPECT_TRUE(rest.ends_with("0\r\n\r\n"));
    EXPECT_EQ(get(fed, "/events/match-state", bearer(sign(R"({"exp":)" + std::to_string(seconds_from_now(-1)) + "}"))),
              401);
    EXPECT_EQ(get(fed, "/events/match-state", bearer(sign(R"({"nbf":)" + std::to_string(seconds_from_now(60)) + "}"))),
              401);
    EXPECT_EQ(get(fed, "/events/match-state", bearer(sign(R"({"exp":"soon"})"))), 401);
}

TEST_F(AccessTest, PublicKeysAreReadAgainWhenTold) {
    const KeyPair rsa = make_keys(true);
    const KeyPair ec = make_keys(false);
    Config config = quick_config();
    config.access.public_keys_file = file("keys.pem", rsa.public_pem + ec.public_pem);
    config.access.issuer = "https://id.example";
    config.access.audience = "scores";
    Fed fed(config);
    fill(fed);
    const std::string claims = R"({"iss":"https://id.example","aud":["scores"]})";
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_RS256, rsa.secret_pem))), 200);
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_ES256, ec.secret_pem))), 200);
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_HS256, rsa.public_pem))), 401)
        << "a public key is no secret";
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign("{}", JWT_ALG_RS256, rsa.secret_pem))), 401);
    EXPECT_EQ(get(fed, "/api/match-state",
                  bearer(sign(R"({"iss":"https://id.example","aud":"tennis"})", JWT_ALG_RS256, rsa.secret_pem))),
              401);
    file("keys.pem", "no key");
    EXPECT_THROW(fed.gateway->reload_access(), std::invalid_argument);
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_RS256, rsa.secret_pem))), 200);
    file("keys.pem", ec.public_pem);
    fed.gateway->reload_access();
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_RS256, rsa.secret_pem))), 401);
    EXPECT_EQ(get(fed, "/api/match-state", bearer(sign(claims, JWT_ALG_ES256, ec.secret_pem))), 200);
}

TEST_F(AccessTest, AWebSocketOfAForeignPageGetsNoCookie) {
    Fed fed(with_secret());
    fill(fed);
    const std::string upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: matchpoint_token=" +
        sign("{}") + "\r\n";
    EXPECT_EQ(get(fed, "/ws", upgrade), 101);
    EXPECT_EQ(get(fed, "/ws", upgrade + "Origin: http://test\r\n"), 101);
    EXPECT_EQ(get(fed, "/ws", upgrade + "Origin: https://evil.example\r\n"), 401);
}

TEST_F(AccessTest, AWebSocketsTokenIsGoodForItsSubscriptions) {
    Fed fed(with_secret());
    fill(fed);
    // As a browser does, which can send no header.
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/ws?access_token=" + sign("{}"),
                         "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
              101);
    const std::string subscribe = R"({"type":"subscribe","subscription":"a","stream":"match-state"})";
    client.send(std::string{"\x81"} + static_cast<char>(0x80U | subscribe.size()) + std::string(4, '\0') + subscribe);
    const std::string expected = R"({"type":"subscribed","subscription":"a"})";
    EXPECT_EQ(client.bytes(2 + expected.size()).substr(2), expected);
}

TEST_F(AccessTest, AKeyThatIsNoneIsNamed) {
    Config config = quick_config();
    config.access.secret_file = file("short", "hello");
    EXPECT_THROW(Access{config.access}, std::invalid_argument);
    config.access.secret_file = (folder_ / "missing").string();
    EXPECT_THROW(Access{config.access}, std::invalid_argument);
}

TEST(Cookies, AreFoundByTheirWholeName) {
    EXPECT_EQ(cookie_of("a=1; token=x.y; b=2", "token"), "x.y");
    EXPECT_EQ(cookie_of("mytoken=1;token=2", "token"), "2");
    EXPECT_EQ(cookie_of("token", "token"), "");
    EXPECT_EQ(cookie_of("", "token"), "");
}

}  // namespace
}  // namespace matchpoint::http
