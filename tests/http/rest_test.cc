// Snapshots: what they hold, their validators, codings and links.
#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "http/compress.h"
#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

// With so much that compressing it pays.
void fill(Fed& fed) {
    for (int i = 0; i < 50; ++i) fed.state("m-" + std::to_string(i), 1);
    fed.caught_up();
}

TEST(Rest, SnapshotsAreConditionalAndAStreamContinuesThem) {
    Fed fed;
    fed.state("m-1", 1);
    fed.state("m-2", 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    EXPECT_EQ(client.body(), "[" + state_of("m-1", 1) + ",\n" + state_of("m-2", 1) + "]");
    const std::string link = client.header("Link");
    const std::string etag = client.header("ETag");
    ASSERT_TRUE(link.ends_with(">; rel=\"monitor\"")) << link;
    EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + etag + "\r\n"), 304);
    fed.state("m-2", 2);
    fed.settle();
    EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + etag + "\r\n"), 200);
    (void)client.body();
    EXPECT_EQ(client.get("/api/match-state/m-2"), 200);
    EXPECT_EQ(client.body(), state_of("m-2", 2));
    EXPECT_EQ(client.get("/api/match-state/none"), 404);
    HttpClient stream(fed.port());
    stream.get(link.substr(1, link.find('>') - 1));
    EXPECT_EQ(stream.event().data, state_of("m-2", 2));
}

TEST(Rest, AValidatorIsOfTheContentAndNotOfItsPlaceInTheTopic) {
    Config config = quick_config();
    std::string one_etag;
    std::string all_etag;
    for (const int seq : {1, 2}) {
        // As where Kafka was wiped in between: another state at the same offset.
        Fed fed(config);
        fed.state("m-1", seq);
        fed.caught_up();
        HttpClient client(fed.port());
        EXPECT_EQ(client.get("/api/match-state/m-1", "If-None-Match: " + one_etag + "\r\n"), 200);
        EXPECT_EQ(client.body(), state_of("m-1", seq));
        one_etag = client.header("ETag");
        EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + all_etag + "\r\n"), 200);
        EXPECT_EQ(client.body(), "[" + state_of("m-1", seq) + "]");
        all_etag = client.header("ETag");
    }
}

TEST(Rest, PagesByKeyLeadToEachOther) {
    Fed fed;
    for (const std::string match : {"m-3", "m-1", "m-5", "m-2", "m-4"}) fed.state(match, 1);
    fed.caught_up();
    HttpClient client(fed.port());
    std::string url = "/api/match-state?limit=2&sport=tennis";
    std::string seen;
    std::string first_monitor;
    for (int page = 0; page < 3; ++page) {
        ASSERT_EQ(client.get(url), 200) << url;
        for (const auto& state : nlohmann::json::parse(client.body())) seen += state["match"].get<std::string>() + " ";
        const std::string link = client.header("Link");
        // An entry of the first page may change before the last is asked for: every page names the same stream.
        const std::string monitor = link.substr(0, link.find('>'));
        if (page == 0) first_monitor = monitor;
        EXPECT_EQ(monitor, first_monitor);
        if (page == 0) fed.state("m-1", 2), fed.settle();
        const std::size_t next = link.find(", <");
        ASSERT_EQ(next == std::string::npos, page == 2) << link;
        if (page < 2) url = link.substr(next + 3, link.find('>', next) - next - 3);
    }
    EXPECT_EQ(seen, "m-1 m-2 m-3 m-4 m-5 ");
    EXPECT_EQ(client.get("/api/match-state?limit=0"), 400);
    (void)client.body();
    EXPECT_EQ(client.get("/api/match-state?after=m-3"), 200);
    const std::string rest = client.body();
    EXPECT_EQ(rest.find("\"m-3\""), std::string::npos) << rest;
    EXPECT_NE(rest.find("\"m-4\""), std::string::npos) << rest;
    EXPECT_EQ(client.get("/api/match-state?limit=2&since=garbage"), 200);
    (void)client.body();
    EXPECT_TRUE(client.header("Link").starts_with("</events/match-state?lastEventId=>; rel=\"monitor\""));
    EXPECT_EQ(client.get(first_monitor.substr(1)), 200);
    EXPECT_EQ(client.event().data, state_of("m-1", 2));
}

TEST(Rest, AValueThatIsNotJsonSpoilsNoSnapshot) {
    Fed fed;
    fed.state("m-1", 1);
    fed.put_state("bytes", std::string("\xff\0 \"", 4));
    fed.put_state("empty", "");
    fed.put_state("text", "hello");
    fed.put_state("lines", "{\"a\":\n1}");
    fed.caught_up();
    HttpClient client(fed.port());
    for (const std::string url :
         {"/api/match-state", "/api/match-state?limit=10", "/api/match-state?sport=tennis&sport="}) {
        ASSERT_EQ(client.get(url), 200) << url;
        const std::string body = client.body();
        const auto list = nlohmann::json::parse(body, nullptr, false);
        ASSERT_TRUE(list.is_array()) << url << ": " << body;
        EXPECT_EQ(std::count_if(list.begin(), list.end(), [](const auto& each) { return each.is_object(); }),
                  url.ends_with("sport=") ? 1 : 2)
            << url << ": " << body;
    }
    const auto expect_value = [&client](const std::string& match, const nlohmann::json& value) {
        ASSERT_EQ(client.get("/api/match-state/" + match), 200) << match;
        const std::string body = client.body();
        EXPECT_EQ(nlohmann::json::parse(body, nullptr, false), value) << match << ": " << body;
    };
    expect_value("bytes", std::string("\xef\xbf\xbd\0 \"", 6));
    expect_value("empty", "");
    expect_value("text", "hello");
    expect_value("lines", {{"a", 1}});
}

TEST(Rest, ANameWithACommaIsOneName) {
    Fed fed;
    for (const std::string player : {"Smith, J", "Smith"}) fed.score(player, 1, 1);
    fed.caught_up();
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/high-scores/tennis/Smith,%20J"), 200);
    (void)client.body();
    const std::string link = client.header("Link");
    HttpClient stream(fed.port());
    ASSERT_EQ(stream.get(link.substr(1, link.find('>') - 1)), 200) << link;
    fed.score("Smith", 2, 2);
    fed.score("Smith, J", 2, 2);
    EXPECT_EQ(stream.event().name, "live");
    EXPECT_EQ(stream.event().data, score_of("Smith, J", 2, 2)) << link;
    const auto players = [&client](const std::string& filter) {
        EXPECT_EQ(client.get("/api/high-scores?player=" + filter), 200) << filter;
        std::string seen;
        for (const auto& each : nlohmann::json::parse(client.body())) seen += each["player"].get<std::string>() + ";";
        return seen;
    };
    EXPECT_EQ(players("Smith%5C,%20J,nobody"), "Smith, J;");
    EXPECT_EQ(players("Smith,%20J"), "Smith;") << "two names";
}

TEST(Filter, NamesStandInListsWhateverTheyHold) {
    const std::vector<std::string> all{"a", "Smith, J", ",", "\\", "\\,", "a\\b", "b\\"};
    std::string list;
    for (const std::string& name : all) list += list_name(name) + ",";
    std::vector<std::string> names;
    add_names(names, list);
    EXPECT_EQ(names, all) << list;
    names.clear();
    add_names(names, "a\\b,,x\\");
    EXPECT_EQ(names, (std::vector<std::string>{"a\\b", "x\\"})) << "a backslash before anything else is one";
}

TEST(Rest, ALeaderboardIsOfOneSport) {
    Fed fed;
    fed.score("Ada", 9, 1);
    fed.caught_up();
    HttpClient client(fed.port());
    for (const std::string query : {"sport=tennis,football", "sport=tennis&sport=football"}) {
        EXPECT_EQ(client.get("/api/leaderboard?" + query), 400) << query;
        (void)client.body();
        EXPECT_EQ(client.get("/events/leaderboard?" + query), 400) << query;
        (void)client.body();
    }
    EXPECT_EQ(client.get("/api/leaderboard?sport=tennis&sport=tennis"), 200);
}

TEST(Rest, CompressesWhatIsLargeForWhoeverTakesIt) {
    Fed fed;
    fill(fed);
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    const std::string plain = client.body();
    ASSERT_EQ(client.get("/api/match-state", "Accept-Encoding: br, gzip;q=0.5\r\n"), 200);
    EXPECT_EQ(client.header("Content-Encoding"), "gzip");
    EXPECT_LT(client.body().size(), plain.size() / 4);
    const std::string etag = client.header("ETag");
    EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + etag + "\r\n"), 304);
    EXPECT_EQ(client.header("ETag"), etag) << "a cache renews the answer that it has under this tag";
    EXPECT_EQ(client.header("Vary"), "Accept-Encoding") << "as the answer itself";
    ASSERT_EQ(client.get("/api/match-state", "Accept-Encoding: gzip;Q=0\r\n"), 200);
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

TEST(ContentCodings, AreChosenAsTheClientLikes) {
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd"), ContentCoding::kZstd);
    EXPECT_EQ(choose_coding("gzip, deflate"), ContentCoding::kGzip);
    EXPECT_EQ(choose_coding("gzip, zstd;q=0.5"), ContentCoding::kGzip);
    EXPECT_EQ(choose_coding("zstd;q=0, gzip;q=0"), ContentCoding::kIdentity);
    EXPECT_EQ(choose_coding("gzip;q=0.1, identity;q=1"), ContentCoding::kIdentity);
    EXPECT_EQ(choose_coding("gzip;q=0.5, identity;q=0.5"), ContentCoding::kGzip);
    EXPECT_EQ(choose_coding("*"), ContentCoding::kGzip);
    EXPECT_EQ(choose_coding("br"), ContentCoding::kIdentity);
    EXPECT_EQ(choose_coding(""), ContentCoding::kIdentity);
}

TEST(ContentCodings, ASnapshotInZstdIsTheSame) {
    Fed fed;
    fill(fed);
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/api/match-state"), 200);
    const std::string plain = client.body();
    ASSERT_EQ(client.get("/api/match-state", "Accept-Encoding: gzip, zstd\r\n"), 200);
    ASSERT_EQ(client.header("Content-Encoding"), "zstd");
    const std::string packed = client.body();
    std::string unpacked(plain.size(), '\0');
    EXPECT_EQ(ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), packed.size()), plain.size());
    EXPECT_EQ(unpacked, plain);
    const std::string etag = client.header("ETag");
    EXPECT_TRUE(etag.ends_with("-zstd\""));
    EXPECT_EQ(client.get("/api/match-state", "If-None-Match: " + etag + "\r\n"), 304);
}

}  // namespace
}  // namespace matchpoint::http
