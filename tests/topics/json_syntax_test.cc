#include "topics/json_syntax.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

namespace matchpoint::topics {
namespace {

TEST(JsonSyntax, AcceptsEveryKindOfValue) {
    for (const char* text : {"0", "-0", "10", "1.5", "-1.5e-10", "1E+2", "true", "false", "null", "\"\"",
                             R"("\"\\\/\b\f\n\r\t\u00e9")", R"("\ud83d\ude00")", "[]", "{}", " [ 1 , [ ] , { } ] ",
                             R"({"a":{"b":[1,2,{"c":null}]}})", "1e999", "123456789012345678901234567890"}) {
        EXPECT_TRUE(is_json_value(text)) << text;
    }
}

TEST(JsonSyntax, RefusesWhatIsNone) {
    for (const char* text : {"",
                             " ",
                             "00",
                             "01",
                             "-",
                             "+1",
                             "1.",
                             ".1",
                             "1e",
                             "1e+",
                             "0x1",
                             "tru",
                             "truee",
                             "nulls",
                             "True",
                             "\"",
                             "\"\\\"",
                             R"("\a")",
                             R"("\u12")",
                             R"("\ud800")",
                             R"("\udc00")",
                             R"("\ud800\u0041")",
                             "\"\n\"",
                             "[",
                             "[1,]",
                             "[,]",
                             "[1 2]",
                             "[1}",
                             "{",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{1:1}",
                             "{\"a\":1]",
                             "1 1",
                             "[] []"}) {
        EXPECT_FALSE(is_json_value(text)) << text;
    }
    EXPECT_FALSE(is_json_value(std::string_view("\0", 1)));
    EXPECT_FALSE(is_json_value(std::string_view("\"\0\"", 3)));
    EXPECT_FALSE(is_json_value(std::string_view("1\0", 2)));
}

TEST(JsonSyntax, BoundsTheDepth) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
    };
    EXPECT_TRUE(is_json_value(nested(kMaxJsonDepth)));
    EXPECT_FALSE(is_json_value(nested(kMaxJsonDepth + 1)));
    EXPECT_FALSE(is_json_value(std::string(1000000, '[')));
    EXPECT_FALSE(is_json_value(std::string(1000000, '{')));
}

TEST(JsonSyntax, ScalarsAndStringBodiesStandAlone) {
    EXPECT_TRUE(is_json_scalar("-1.5"));
    EXPECT_TRUE(is_json_scalar("null"));
    EXPECT_FALSE(is_json_scalar("[]"));
    EXPECT_FALSE(is_json_scalar("1 "));
    EXPECT_FALSE(is_json_scalar(""));
    EXPECT_TRUE(is_json_string_body(""));
    EXPECT_TRUE(is_json_string_body("a\\u0000b"));
    EXPECT_FALSE(is_json_string_body("a\"b"));
    EXPECT_FALSE(is_json_string_body("a\\"));
}

// Texts made of JSON's own characters, so that a good part of them is JSON.
TEST(JsonSyntax, AgreesWithNlohmannOnRandomText) {
    const bool holds = rc::check([] {
        const auto tokens = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element<std::string>("[", "]", "{", "}", ":", ",", "\"a\"", "1", "-0.5e3", "true", "null", " ",
                                          "\\", "\"", "0", "\"\\u00e9\"", "e", "."));
        std::string text;
        for (const std::string& token : tokens) text += token;
        RC_CLASSIFY(nlohmann::json::accept(text), "JSON");
        RC_ASSERT(is_json_value(text) == nlohmann::json::accept(text));
    });
    EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace matchpoint::topics
