#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/compress.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TEST(Rest, PagesByKeyLeadToEachOther) {
    Fed fed;
    for (const std::string match : {"m-3", "m-1", "m-5", "m-2", "m-4"}) fed.state(match, 1);
    fed.caught_up();
    HttpClient client(fed.port());
    std::string url = "/api/match-state?limit=2&sport=tennis";
    std::string seen;
    for (int page = 0; page < 3; ++page) {
        ASSERT_EQ(client.get(url), 200) << url;
        for (const auto& state : nlohmann::json::parse(client.body())) seen += state["match"].get<std::string>() + " ";
        const std::string link = client.header("Link");
        const std::size_t next = link.find(", <");
        ASSERT_EQ(next == std::string::npos, page == 2) << link;
        if (page < 2) url = link.substr(next + 3, link.find('>', next) - next - 3);
    }
    EXPECT_EQ(seen, "m-1 m-2 m-3 m-4 m-5 ");
    EXPECT_EQ(client.get("/api/match-state?limit=0"), 400);
}

TEST(Rest, CompressesWhatIsLargeForWhoeverTakesIt) {
    Fed fed;
    for (int i = 0; i < 50; ++i) fed.state("m-" + std::to_string(i), 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    const std::string plain = client.body();
    ASSERT_EQ(client.get("/api/match-state", "Accept-Encoding: br, gzip;q=0.5\r\n"), 200);
    EXPECT_EQ(client.header("Content-Encoding"), "gzip");
    EXPECT_LT(client.body().size(), plain.size() / 4);
    const std::string etag = client.header("ETag");
    EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + etag + "\r\n"), 304);
    ASSERT_EQ(client.get("/api/match-state", "Accept-Encoding: gzip;q=0\r\n"), 200);
    EXPECT_EQ(client.body(), plain);
    EXPECT_EQ(client.header("Content-Encoding"), "");
}

TEST(Rest, TheDescriptionNamesOnlyWhatIsServed) {
    Fed fed;
    fed.state("m-1", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/openapi.json"), 200);
    const auto description = nlohmann::json::parse(client.body());
    for (const auto& [path, methods] : description["paths"].items()) {
        HttpClient other(fed.port());
        if (methods.contains("post")) {
            EXPECT_EQ(other.request("POST " + path, "Content-Length: 0\r\n"), 403)
                << path << ": there is no token here";
            continue;
        }
        if (path.find("scores") != std::string::npos || path.find('{') != std::string::npos) continue;
        EXPECT_TRUE(methods.contains("get"));
        EXPECT_EQ(other.get(path == "/events" ? path + "?topics=match-state" : path), 200) << path;
    }
}

}  // namespace
}  // namespace matchpoint::http
