#include "processor/scoring/json_writer.h"

#include <array>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "processor/scoring/text_buffer.h"

namespace matchpoint::scoring {
namespace {

TEST(JsonWriter, PutsTheCommas) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("a").number(1).key("b").begin_array().number(-2).null().boolean(true).string("x");
    out.begin_object().end_object().begin_array().end_array().end_array().key("c").raw("[3]").end_object();
    EXPECT_EQ(text, R"({"a":1,"b":[-2,null,true,"x",{},[]],"c":[3]})");
}

TEST(JsonWriter, EscapesWhatJsonForbids) {
    std::string all;
    for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
    all += "Ān 網球";
    std::string text;
    JsonWriter(text).string(all);
    EXPECT_EQ(nlohmann::json::parse(text).get<std::string>(), all);
}

TEST(JsonWriter, EscapesWhereverItStandsInATextOfAnyLength) {
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const int c : {0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff}) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(c);
                std::string middle(1, static_cast<char>(c));
                if (c == 0x00) middle = "\\u0000";
                if (c == 0x1f) middle = "\\u001f";
                if (c == 0x22) middle = "\\\"";
                if (c == 0x5c) middle = "\\\\";
                std::string out;
                append_json_string(out, text);
                EXPECT_EQ(out, '"' + std::string(at, 'x') + middle + std::string(size - at - 1, 'x') + '"')
                    << "character " << c << " at " << at << " of " << size;
            }
        }
    }
}

TEST(JsonWriter, WritesTheExtremesOfIntegers) {
    std::string text;
    JsonWriter out(text);
    out.begin_array().number(std::numeric_limits<std::int64_t>::min());
    out.number(std::numeric_limits<std::uint64_t>::max()).end_array();
    EXPECT_EQ(text, "[-9223372036854775808,18446744073709551615]");
}

TEST(TextBuffer, PutsTogetherTextNumbersAndPairs) {
    TextBuffer<64> text;
    text.text("a").text({}).character(' ').number(7U).character(' ').number(4'294'967'295U).character(' ');
    text.pair(std::array<std::uint32_t, 2>{10, 8}, '-');
    EXPECT_EQ(text.view(), "a 7 4294967295 10-8");
}

}  // namespace
}  // namespace matchpoint::scoring
