// Tables with record caches, as the test driver runs them: flushed after each record, as a commit does.
#include <sstream>

#include <gtest/gtest.h>

#include "processor/streams/testing/topology_test_driver.h"
#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;
using Number = std::int64_t;

std::vector<Word> words_of(const Word& line) {
    std::istringstream in(line);
    return {std::istream_iterator<Word>(in), {}};
}

TestDriverOptions cached() {
    TestDriverOptions options;
    options.cache_max_bytes = 1'000'000;
    return options;
}

Topology word_count(bool caching) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("lines")
        .flat_map_values(words_of)
        .group_by_key()
        .count({.store = "counts", .caching = caching})
        .to_stream()
        .to("counted");
    return builder.build();
}

std::vector<Number> counted(TopologyTestDriver& driver) {
    auto out = driver.create_output_topic("counted", serdes::string(), serdes::int64());
    std::vector<Number> values;
    for (const auto& record : out.read_records()) values.push_back(*record.value);
    return values;
}

TEST(RecordCache, OnlyTheLastUpdateOfAKeyIsForwardedAndLogged) {
    TopologyTestDriver driver(word_count(true), cached());
    driver.pipe_input("lines", {"k", "one two three", Timestamp{5}, {{"trace", "t"}}});
    driver.pipe_input("lines", {"k", "four", Timestamp{6}, {}});
    const auto records = driver.produced();
    EXPECT_EQ(driver.read_records("test-counts-changelog").size(), 2U);
    EXPECT_EQ(counted(driver), (std::vector<Number>{3, 4}));
    EXPECT_EQ(records.back().timestamp, Timestamp{6});
    // Under the record that it came from.
    for (const auto& record : records) {
        if (record.topic == "counted" && record.timestamp == Timestamp{5}) {
            EXPECT_EQ(record.header("trace"), "t");
        }
    }
}

TEST(RecordCache, IsOffUnlessItHasMemoryAndTheStoreWantsIt) {
    for (const bool without_memory : {true, false}) {
        TopologyTestDriver driver(word_count(without_memory), without_memory ? TestDriverOptions{} : cached());
        driver.pipe_input("lines", {"k", "one two three", Timestamp{5}, {}});
        EXPECT_EQ(counted(driver), (std::vector<Number>{1, 2, 3}));
    }
}

TEST(RecordCache, ATableDownstreamGetsOldAndNewOfWhatWasFlushed) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("lines")
        .flat_map_values(words_of)
        .group_by_key()
        .count({.store = "counts"})
        .group_by([](const Word&, Number count) {
            return KeyValue<Word, Number>{count % 2 == 0 ? "even" : "odd", count};
        })
        .count({.store = "parities"})
        .to_stream()
        .to("counted");
    TopologyTestDriver driver(builder.build(), cached());
    driver.pipe_input("lines", {"k", "a b c", Timestamp{1}, {}});  // 3: odd
    driver.pipe_input("lines", {"k", "d", Timestamp{2}, {}});      // 4: even, and odd no more
    EXPECT_EQ(driver.read_records("test-parities-repartition").size(), 3U);
    auto out = driver.create_output_topic("counted", serdes::string(), serdes::int64());
    std::map<Word, Number> last;
    for (const auto& record : out.read_records()) last[*record.key] = record.value.value_or(-1);
    EXPECT_EQ(last, (std::map<Word, Number>{{"even", 1}, {"odd", 0}}));
}

TEST(RecordCache, ADeleteOfWhatNobodyKnewGoesNowhere) {
    StreamsBuilder builder;
    builder.table<Word, Word>("rows", {}, {.store = "rows-store"}).to_stream().to("out");
    TopologyTestDriver driver(builder.build(), cached());
    driver.pipe_input("rows", {"k", std::nullopt, Timestamp{1}, {}});
    EXPECT_TRUE(driver.produced().empty());
    driver.pipe_input("rows", {"k", "v", Timestamp{2}, {}});
    driver.pipe_input("rows", {"k", std::nullopt, Timestamp{3}, {}});
    EXPECT_EQ(driver.read_records("out").size(), 2U);
}

TEST(RecordCache, IsRefusedOverAPublicChangelog) {
    Topology topology;
    StoreSpec spec;
    spec.name = "s";
    spec.changelog = StoreSpec::Changelog::kPublicTopic;
    spec.changelog_topic = "public";
    spec.caching = true;
    EXPECT_THROW(topology.add_state_store(spec), TopologyError);
}

}  // namespace
}  // namespace matchpoint::streams
