#include "topics/high_score.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

namespace matchpoint::topics {
namespace {

using streams::Timestamp;

const HighScore kRecord{"tennis", "Ada \"A\" Löwe", 120, "points", "m-1", Timestamp{1795235906251}};

TEST(HighScore, WritesTheContractsFieldsInOrder) {
    std::string json = "old";
    write_high_score(kRecord, json);
    EXPECT_EQ(json, R"({"sport":"tennis","player":"Ada \"A\" Löwe","score":120,"unit":"points","match":"m-1",)"
                    R"("at":1795235906251})");
}

TEST(HighScore, ReadsWhatItWrites) {
    const bool holds = rc::check([](std::string player, std::string match, std::int64_t score, std::int64_t at) {
        const auto ascii = [](std::string& text) {
            for (char& c : text) c = static_cast<char>(c & 0x7f);
        };
        ascii(player), ascii(match);
        const HighScore record{"arcade", player, score, "points", match, Timestamp{at}};
        std::string json;
        write_high_score(record, json);
        RC_ASSERT(nlohmann::json::parse(json)["player"] == player);
        HighScoreReader reader;
        const auto back = reader.read(json);
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == record);
    });
    EXPECT_TRUE(holds);
}

TEST(HighScore, ReadsFieldsInAnyOrderAmongOthers) {
    HighScoreReader reader;
    const auto record =
        reader.read(R"({"x":[1,{}],"at":5,"unit":"runs","match":"m","score":-3,"player":"p","sport":"cricket"})");
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(*record, (HighScore{"cricket", "p", -3, "runs", "m", Timestamp{5}}));
}

TEST(HighScore, RefusesWhatIsNoRecord) {
    HighScoreReader reader;
    for (const char* json : {"", "{", "[]", "1", "{}", R"({"sport":"tennis"})", "\xff",
                             R"({"sport":"t","player":"p","score":"3","unit":"u","match":"m","at":1})",
                             R"({"sport":"t","player":null,"score":3,"unit":"u","match":"m","at":1})",
                             R"({"sport":"t","player":"p","score":3,"unit":"u","match":"m"})"}) {
        EXPECT_FALSE(reader.read(json).has_value()) << json;
    }
    std::string good;
    write_high_score(kRecord, good);
    EXPECT_EQ(reader.read(good), kRecord);
}

TEST(HighScoreKeys, TheFirstSlashDivides) {
    std::string key = "old";
    write_high_score_key("tennis", "Smith/Jones", key);
    EXPECT_EQ(key, "tennis/Smith/Jones");
    const auto parts = parse_high_score_key(key);
    ASSERT_TRUE(parts.has_value());
    EXPECT_EQ(parts->sport, "tennis");
    EXPECT_EQ(parts->player, "Smith/Jones");
    EXPECT_EQ(parse_high_score_key("a//")->player, "/");
    for (const char* bad : {"", "/", "tennis", "tennis/", "/Ada"}) EXPECT_FALSE(parse_high_score_key(bad)) << bad;
}

}  // namespace
}  // namespace matchpoint::topics
