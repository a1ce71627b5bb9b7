// What is the DSL's own: functions of plain and of optional values, serdes, mistakes. What it has in common with Kafka
// Streams is compared with it in tests/processor/streams/differential.
#include <gtest/gtest.h>

#include "processor/streams/testing/topology_test_driver.h"
#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;
using MaybeWord = std::optional<Word>;
using Number = std::int64_t;
struct Unknown {
    int anything = 0;
};

class Dsl : public ::testing::Test {
  protected:
    // The values that come out for a value, a tombstone and a record without a key.
    std::vector<MaybeWord> values_out() {
        TopologyTestDriver driver(builder_.build());
        driver.pipe_input("in", {"k", "v", Timestamp{0}, {}});
        driver.pipe_input("in", {"k", std::nullopt, Timestamp{0}, {}});
        driver.pipe_input("in", {std::nullopt, "v", Timestamp{0}, {}});
        std::vector<MaybeWord> values;
        for (const auto& record : driver.read_records("out")) values.push_back(record.value);
        dropped_ = driver.dropped_records();
        return values;
    }
    using Values = std::vector<MaybeWord>;
    StreamsBuilder builder_;
    KStream<Word, Word> in_ = builder_.stream<Word, Word>("in");
    std::int64_t dropped_ = 0;
};

TEST_F(Dsl, PlainFunctionsAreNotAskedAboutWhatIsAbsent) {
    in_.map_values([](const Word& v) { return v + "!"; }).to("out");
    EXPECT_EQ(values_out(), (Values{"v!", std::nullopt, "v!"}));
}

TEST_F(Dsl, PlainFunctionsOfKeyAndValueNeedBoth) {
    in_.map_values([](const Word& k, const Word& v) { return k + v; }).to("out");
    EXPECT_EQ(values_out(), (Values{"kv", std::nullopt, std::nullopt}));
}

TEST_F(Dsl, OptionalFunctionsAreAskedAboutEverything) {
    in_.map_values([](const MaybeWord& k, const MaybeWord& v) { return k.value_or("-") + v.value_or("-"); }).to("out");
    EXPECT_EQ(values_out(), (Values{"kv", "k-", "-v"}));
}

TEST_F(Dsl, APredicateIsFalseOfWhatItCannotBeAskedAbout) {
    in_.filter([](const Word&, const Word&) { return true; }).to("out");
    EXPECT_EQ(values_out(), Values{"v"});
}

TEST_F(Dsl, AndSoFilterNotKeepsIt) {
    in_.filter_not([](const Word&, const Word&) { return true; }).to("out");
    EXPECT_EQ(values_out(), (Values{std::nullopt, "v"}));
}

TEST_F(Dsl, MapDropsAndCountsWhatItCannotBeAskedAbout) {
    in_.map([](const Word& k, const Word& v) { return KeyValue<Word, Word>{v, k}; }).to("out");
    EXPECT_EQ(values_out(), Values{"k"});
    EXPECT_EQ(dropped_, 2);
}

TEST_F(Dsl, ATypeWithoutASerdeIsRefusedWhereItIsWritten) {
    const auto unknown = in_.map_values([](const Word&) { return Unknown{}; });
    EXPECT_NO_THROW(unknown.filter([](const Unknown& u) { return u.anything == 0; }));
    EXPECT_THROW(unknown.to("out"), TopologyError);
    EXPECT_THROW(unknown.repartition(), TopologyError);
    EXPECT_THROW(unknown.group_by_key().reduce([](const Unknown& a, const Unknown&) { return a; }), TopologyError);
}

TEST_F(Dsl, JoinedRepartitionTopicsMustAgreeOnPartitions) {
    const auto counts = in_.repartition({.name = "three", .partitions = 3}).group_by_key().count();
    const auto stream = in_.repartition({.name = "four", .partitions = 4});
    stream.join(counts, [](const Word& v, Number) { return v; }).to("out");
    EXPECT_THROW(static_cast<void>(builder_.build()), TopologyError);
}

TEST_F(Dsl, JoinedTopicsAreCopartitioned) {
    in_.join(builder_.table<Word, Word>("table"), [](const Word& v, const Word&) { return v; }).to("out");
    const auto parts = builder_.build().subtopologies("app");
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].copartitioned, (std::vector<std::vector<std::string>>{{"in", "table"}}));
}

TEST_F(Dsl, ATopicIsReadOnceHoweverOftenItIsAskedFor) {
    builder_.stream<Word, Word>("in").to("out");
    in_.to("out-too");
    EXPECT_EQ(values_out().size(), 3U);
    EXPECT_THROW((builder_.stream<Word, Word>(std::vector<std::string>{"in", "more"})), TopologyError);
    EXPECT_THROW((builder_.table<Word, Word>("in")), TopologyError);
}

TEST_F(Dsl, UnknownStoresAreRefused) {
    class Idle final : public Processor<Word, Word> {
      public:
        void process(const Record<Word, Word>& /*record*/) override {}
    };
    EXPECT_THROW(in_.process<Idle>([] { return std::make_unique<Idle>(); }, {}, {"none"}), TopologyError);
}

TEST(DslTables, HaveAStoreOnlyIfSomebodyNeedsOne) {
    StreamsBuilder builder;
    const auto table = builder.table<Word, Number>("table");
    table.map_values([](Number n) { return n + 1; }).to_stream().to("out");
    EXPECT_TRUE(builder.build().subtopologies("app")[0].stores.empty());
    table.group_by([](const Word& k, Number n) { return KeyValue<Word, Number>{k, n}; }).count().to_stream().to("n");
    const auto parts = builder.build().subtopologies("app");
    ASSERT_EQ(parts.size(), 2U);
    ASSERT_EQ(parts[0].stores.size(), 1U);
    EXPECT_EQ(parts[0].stores[0].changelog_topic, "app-table-STATE-STORE-0000000000-changelog");
    EXPECT_EQ(table.queryable_store_name(), "");
}

TEST(DslTables, StoreOptionsReachTheStore) {
    StreamsBuilder builder;
    const auto counts = builder.stream<Word, Word>("in").group_by_key().count(
        {.store = "counts", .kind = StoreSpec::Kind::kInMemory, .changelog_configs = {{"segment.bytes", "1000"}}});
    EXPECT_EQ(counts.queryable_store_name(), "counts");
    const auto stores = builder.build().subtopologies("app")[0].stores;
    ASSERT_EQ(stores.size(), 1U);
    EXPECT_EQ(stores[0].kind, StoreSpec::Kind::kInMemory);
    EXPECT_EQ(stores[0].changelog_configs.at("segment.bytes"), "1000");
    EXPECT_TRUE(stores[0].restore);
}

}  // namespace
}  // namespace matchpoint::streams
