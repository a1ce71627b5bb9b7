// The pages and what browsers are told they may do with them.
#include <gtest/gtest.h>

#include <string>

#include "tests/http/gateway_fixture.h"
#include "tests/http/sse_client.h"

namespace matchpoint::http {
namespace {

using namespace testing;

TEST(Gateway, PagesAreServedUnderAStrictPolicy) {
    Fed fed;
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/"), 200);
    EXPECT_EQ(client.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_TRUE(client.header("Content-Security-Policy").starts_with("default-src 'self'"));
    EXPECT_NE(client.header("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(client.header("X-Frame-Options"), "DENY");
    EXPECT_NE(client.body().find("<html"), std::string::npos);
    const std::string etag = client.header("ETag");
    EXPECT_EQ(client.get("/", "If-None-Match: " + etag + "\r\n"), 304);
    EXPECT_EQ(client.get("/web/event_stream.js"), 200);
    EXPECT_EQ(client.header("Content-Type"), "text/javascript; charset=utf-8");
}

TEST(Gateway, OnlyTheWidgetMayBeFramed) {
    Fed fed;
    HttpClient client(fed.port());
    ASSERT_EQ(client.get("/widget?match=m-1"), 200);
    EXPECT_NE(client.header("Content-Security-Policy").find("frame-ancestors *;"), std::string::npos);
    EXPECT_EQ(client.header("X-Frame-Options"), "");
    (void)client.body();
    ASSERT_EQ(client.get("/umpire"), 200);
    EXPECT_EQ(client.header("X-Frame-Options"), "DENY");
}

}  // namespace
}  // namespace matchpoint::http
