#include "processor/scoring/tennis/format.h"

#include <gtest/gtest.h>

#include "tests/processor/scoring/table.h"

namespace matchpoint::scoring::tennis {
namespace {

using nlohmann::json;

std::string refusal(const std::string& start) {
    Bytes move;
    const auto refused = Table::decode_start(*find_sport("tennis"), start, move);
    if (!refused) return "accepted";
    EXPECT_TRUE(move.empty());
    EXPECT_EQ(refused->kind, Refusal::Kind::kInvalid);
    return refused->detail;
}

TEST(TennisFormat, DefaultsToTheContract) {
    const auto expected = json::parse(R"({"best_of":3,"tiebreak_at":6,"tiebreak_points":7,"no_ad":false,
        "final_set":{"kind":"tiebreak","at":6,"points":10}})");
    EXPECT_EQ(Table("tennis", "{}").format(), expected);
    EXPECT_EQ(Table("tennis", R"({"format":{}})").format(), expected);
    EXPECT_EQ(Table("tennis", R"({"format":null,"server":null})").format(), expected);
    EXPECT_EQ(Table("tennis", R"({"format":{"best_of":null,"final_set":null}})").format(), expected);
}

TEST(TennisFormat, IsReadAndWrittenWhole) {
    for (const auto* final_set : {R"({"kind":"advantage"})", R"({"kind":"tiebreak","at":12,"points":7})",
                                  R"({"kind":"match_tiebreak","points":12})"}) {
        json format = {{"best_of", 5}, {"tiebreak_at", 8}, {"tiebreak_points", 5}, {"no_ad", true}};
        format["final_set"] = json::parse(final_set);
        EXPECT_EQ(Table("tennis", json{{"format", format}}.dump()).format(), format);
    }
}

TEST(TennisFormat, NamesWhatIsWrong) {
    EXPECT_EQ(refusal(R"({"format":7})"), "format must be an object");
    EXPECT_EQ(refusal(R"({"format":{"best_of":4}})"), "format.best_of must be 3 or 5");
    EXPECT_EQ(refusal(R"({"format":{"best_of":1}})"), "format.best_of must be from 3 to 5, not 1");
    EXPECT_EQ(refusal(R"({"format":{"best_of":"3"}})"), "format.best_of must be a whole number");
    EXPECT_EQ(refusal(R"({"format":{"tiebreak_at":0}})"), "format.tiebreak_at must be from 1 to 99, not 0");
    EXPECT_EQ(refusal(R"({"format":{"tiebreak_points":1000}})"),
              "format.tiebreak_points must be from 1 to 99, not 1000");
    EXPECT_EQ(refusal(R"({"format":{"no_ad":"yes"}})"), "format.no_ad must be true or false");
    EXPECT_EQ(refusal(R"({"format":{"final_set":"advantage"}})"), "format.final_set must be an object");
    EXPECT_EQ(refusal(R"({"format":{"final_set":{}}})"), "format.final_set.kind is missing");
    EXPECT_EQ(refusal(R"({"format":{"final_set":{"kind":"golden"}}})"),
              "format.final_set.kind must be one of advantage, tiebreak, match_tiebreak");
    EXPECT_EQ(refusal(R"({"format":{"final_set":{"kind":"tiebreak","at":-1}}})"),
              "format.final_set.at must be from 1 to 99, not -1");
    EXPECT_EQ(refusal(R"({"format":{"final_set":{"kind":"tiebreak","points":7.5}}})"),
              "format.final_set.points must be a whole number");
    EXPECT_EQ(refusal(R"({"server":3})"), "server must be from 1 to 2, not 3");
    EXPECT_EQ(refusal(R"({"server":"1"})"), "server must be a whole number");
}

TEST(TennisFormat, FieldsMayComeInAnyOrder) {
    const Table table("tennis", R"({"server":2,"competition":"x","format":{"final_set":{"points":12,"kind":"tiebreak",
        "at":3},"no_ad":true,"best_of":5},"sides":[{"name":"a"},{"name":"b"}]})");
    EXPECT_EQ(table.format()["best_of"], 5);
    EXPECT_EQ(table.format()["final_set"], json::parse(R"({"kind":"tiebreak","at":3,"points":12})"));
    EXPECT_EQ(table.score()["server"], 2);
}

TEST(TennisFormat, StoredBytesThatAreNoneAreTold) {
    streams::ByteReader empty{BytesView{}};
    EXPECT_EQ(parse_format(empty), std::nullopt);
    streams::ByteReader wrong{BytesView("\x04\x06\x07\x02\x06\x0a")};
    EXPECT_EQ(parse_format(wrong), std::nullopt);
}

}  // namespace
}  // namespace matchpoint::scoring::tennis
