#include "topics/topic_catalog.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace matchpoint::topics {
namespace {

TEST(TopicCatalog, HoldsTheTopicsOfTheContract) {
    const TopicCatalog catalog;
    EXPECT_EQ(catalog.topics().size(), 5U);
    for (const auto name : {kScores, kMatchState, kHighScores, kScoresRejected, kSimulations}) {
        EXPECT_EQ(catalog.topic(name).name, name);
        EXPECT_GE(catalog.topic(name).partitions, 1);
    }
    EXPECT_TRUE(catalog.topic(kMatchState).compacted);
    EXPECT_TRUE(catalog.topic(kHighScores).compacted);
    EXPECT_FALSE(catalog.topic(kScores).compacted);
    EXPECT_FALSE(catalog.topic(kScoresRejected).compacted);
    EXPECT_EQ(catalog.topic(kMatchState).configs.at("cleanup.policy"), "compact");
}

// One task reads scores and writes match-state, its store's changelog: the same partitions.
TEST(TopicCatalog, ScoresAndMatchStateHaveAsManyPartitions) {
    const TopicCatalog catalog;
    EXPECT_EQ(catalog.topic(kScores).partitions, catalog.topic(kMatchState).partitions);
}

TEST(TopicCatalog, AnUnknownTopicThrows) {
    EXPECT_THROW(static_cast<void>(TopicCatalog().topic("nothing")), std::out_of_range);
}

TEST(TopicCatalog, LoadsAFile) {
    const auto path = std::filesystem::temp_directory_path() / "matchpoint-topic-catalog-test.json";
    std::ofstream(path) << R"({"topics":[{"name":"t","partitions":3,"configs":{"cleanup.policy":"compact,delete"}}]})";
    const TopicCatalog catalog = TopicCatalog::load(path.string());
    std::filesystem::remove(path);
    ASSERT_EQ(catalog.topics().size(), 1U);
    EXPECT_EQ(catalog.topic("t").partitions, 3);
    EXPECT_TRUE(catalog.topic("t").compacted);
}

TEST(TopicCatalog, AFileThatMakesNoSenseThrows) {
    EXPECT_THROW(TopicCatalog::load("/nonexistent/topics.json"), std::runtime_error);
    for (const char* json : {"", "{}", "[]", R"({"topics":1})", R"({"topics":[{}]})",
                             R"({"topics":[{"name":"t","partitions":0,"configs":{}}]})",
                             R"({"topics":[{"name":"","partitions":1,"configs":{}}]})",
                             R"({"topics":[{"name":"t","partitions":1,"configs":{"retention.ms":1}}]})"}) {
        EXPECT_THROW(TopicCatalog::parse(json), std::runtime_error) << json;
    }
}

}  // namespace
}  // namespace matchpoint::topics
