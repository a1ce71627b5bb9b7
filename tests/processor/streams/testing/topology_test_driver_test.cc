#include "processor/streams/testing/topology_test_driver.h"

#include <gtest/gtest.h>

#include "processor/streams/topology/dsl/streams_builder.h"
#include "processor/streams/topology/typed_store.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;
using Number = std::int64_t;

// Forwards what it gets; forwards the time when punctuated; keeps the last value of each key.
class Probe final : public Processor<Word, Word> {
  public:
    void init(ProcessorContext<Word, Word>& context) override {
        context_ = &context;
        context.schedule(10, PunctuationType::kStreamTime, [this](Timestamp now) { tell("stream", now); });
        clock_ = context.schedule(100, PunctuationType::kWallClockTime, [this](Timestamp now) { tell("clock", now); });
    }
    void process(const Record<Word, Word>& record) override {
        if (record.value == "throw") throw std::runtime_error("asked to");
        if (record.value == "commit") context_->commit();
        if (record.value == "cancel") clock_->cancel();
        if (record.key && record.value) context_->get_state_store("last").put(*record.key, *record.value);
        context_->forward(record);
    }

  private:
    void tell(const char* what, Timestamp now) { context_->forward({what, std::to_string(now.value()), now, {}}); }
    ProcessorContext<Word, Word>* context_ = nullptr;
    std::unique_ptr<Cancellable> clock_;
};

Topology probe_topology() {
    Topology topology;
    const SerdePair<Word, Word> serdes{serdes::string(), serdes::string()};
    StoreSpec store;
    store.name = "last";
    topology.add_source<Word, Word>("source", {"in"}, serdes);
    topology.add_processor<Probe>("probe", [] { return std::make_unique<Probe>(); }, {"source"});
    topology.add_state_store(store, {"probe"});
    topology.add_sink<Word, Word>("sink", "out", serdes, {"probe"});
    return topology;
}

std::vector<std::pair<Word, Word>> out(TopologyTestDriver& driver) {
    std::vector<std::pair<Word, Word>> records;
    for (const auto& record : driver.read_records("out")) {
        records.emplace_back(record.key.value_or("-"), record.value.value_or("-"));
    }
    return records;
}
using Out = std::vector<std::pair<Word, Word>>;

TEST(TopologyTestDriver, CarriesKeyValueTimestampAndHeaders) {
    TopologyTestDriver driver(probe_topology());
    const Headers headers{{"trace", "7"}, {"empty", std::nullopt}, {"trace", "8"}};
    driver.pipe_input("in", {"k", "v", Timestamp{5}, headers});
    const auto record = driver.read_record("out");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->key, "k");
    EXPECT_EQ(record->value, "v");
    EXPECT_EQ(record->timestamp, Timestamp{5});
    EXPECT_EQ(record->headers, headers);
    EXPECT_EQ(record->partition, Partition{0});
    EXPECT_EQ(driver.read_record("out")->key, "stream");  // the first record punctuates
    EXPECT_FALSE(driver.read_record("out"));
    EXPECT_EQ(driver.stream_time(), Timestamp{5});
}

TEST(TopologyTestDriver, PunctuatesByStreamTimeAndByTheClock) {
    TopologyTestDriver driver(probe_topology());
    driver.pipe_input("in", {"k", "1", Timestamp{100}, {}});
    EXPECT_EQ(out(driver), (Out{{"k", "1"}, {"stream", "100"}}));
    driver.pipe_input("in", {"k", "2", Timestamp{109}, {}});
    EXPECT_EQ(out(driver), (Out{{"k", "2"}}));
    driver.pipe_input("in", {"k", "3", Timestamp{135}, {}});
    EXPECT_EQ(out(driver), (Out{{"k", "3"}, {"stream", "135"}}));
    driver.advance_wall_clock_time(99);
    EXPECT_EQ(out(driver), Out{});
    driver.advance_wall_clock_time(1);
    EXPECT_EQ(out(driver), (Out{{"clock", "100"}}));
    driver.advance_wall_clock_time(450);  // missed ones are made up for by one
    EXPECT_EQ(out(driver), (Out{{"clock", "550"}}));
    driver.pipe_input("in", {"k", "cancel", Timestamp{100}, {}});
    driver.advance_wall_clock_time(1'000);
    EXPECT_EQ(out(driver), (Out{{"k", "cancel"}}));
}

TEST(TopologyTestDriver, LetsHandlersDecideAboutBadRecords) {
    const Bytes not_utf8 = "\xff";
    {
        TopologyTestDriver driver(probe_topology());
        EXPECT_THROW(driver.pipe_input("in", {"k", not_utf8, Timestamp{1}, {}}), StreamsError);
    }
    {
        TopologyTestDriver driver(probe_topology());
        EXPECT_THROW(driver.pipe_input("in", {"k", "throw", Timestamp{1}, {}}), std::runtime_error);
    }
    TestDriverOptions options;
    options.handlers.deserialization = [](const auto&, TaskId, std::string_view) { return ErrorResponse::kContinue; };
    options.handlers.processing = [](const auto&, TaskId, const auto&) { return ErrorResponse::kContinue; };
    TopologyTestDriver driver(probe_topology(), options);
    driver.pipe_input("in", {"k", not_utf8, Timestamp{1}, {}});
    driver.pipe_input("in", {"k", "throw", Timestamp{1}, {}});
    driver.pipe_input("in", {"k", "fine", Timestamp{1}, {}});
    EXPECT_EQ(driver.dropped_records(), 2);
    EXPECT_EQ(out(driver).back(), (std::pair<Word, Word>{"k", "fine"}));
}

TEST(TopologyTestDriver, TellsOfCommitRequestsAndUnknownNames) {
    TopologyTestDriver driver(probe_topology());
    EXPECT_FALSE(driver.take_commit_request());
    driver.pipe_input("in", {"k", "commit", Timestamp{1}, {}});
    EXPECT_TRUE(driver.take_commit_request());
    EXPECT_FALSE(driver.take_commit_request());
    EXPECT_THROW(driver.pipe_input("nowhere", {"k", "v", Timestamp{1}, {}}), StreamsError);
    EXPECT_THROW(static_cast<void>(driver.store("none")), StreamsError);
    EXPECT_FALSE(driver.read_record("nowhere"));
    driver.close();
    driver.close();
    EXPECT_THROW(driver.pipe_input("in", {"k", "v", Timestamp{1}, {}}), StreamsError);
    EXPECT_FALSE(driver.read_records("out").empty());
}

TEST(TopologyTestDriver, StoresAreReadableLoggedAndRestored) {
    TopologyTestDriver first(probe_topology());
    first.pipe_input("in", {"a", "1", Timestamp{1}, {}});
    first.pipe_input("in", {"b", "2", Timestamp{2}, {}});
    first.pipe_input("in", {"a", "3", Timestamp{3}, {}});
    EXPECT_EQ(first.store("last").find("a"), "3");
    const auto changelog = first.read_records("test-last-changelog");
    ASSERT_EQ(changelog.size(), 3U);
    EXPECT_EQ(changelog[2].value, "3");
    EXPECT_EQ(changelog[2].timestamp, Timestamp{3});
    TestDriverOptions options;
    options.changelogs = changelog;
    TopologyTestDriver second(probe_topology(), options);
    EXPECT_EQ(second.store("last").find("a"), "3");
    EXPECT_EQ(second.store("last").find("b"), "2");
    EXPECT_TRUE(second.produced().empty());
}

TEST(TopologyTestDriver, TypedTopicsCountWordsThroughARepartitionTopic) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("lines")
        .flat_map_values([](const Word& line) {
            std::vector<Word> words;
            for (std::size_t at = 0; at < line.size(); at += 2) words.push_back(line.substr(at, 1));
            return words;
        })
        .group_by([](const Word& word) { return word; })
        .count({.store = "counts"})
        .to_stream()
        .to("word-counts");
    TopologyTestDriver driver(builder.build());
    auto lines = driver.create_input_topic("lines", serdes::string(), serdes::string());
    auto counts = driver.create_output_topic("word-counts", serdes::string(), serdes::int64());
    lines.set_time(Timestamp{1'000}, 10);
    lines.pipe_input(std::nullopt, "a b a");
    lines.pipe_input("ignored", "b");
    const auto records = counts.read_records();
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[2], (TestRecord<Word, Number>{"a", 2, Timestamp{1'000}, {}}));
    EXPECT_EQ(records[3], (TestRecord<Word, Number>{"b", 2, Timestamp{1'010}, {}}));
    EXPECT_EQ(driver.read_records("test-counts-repartition").size(), 4U);
    EXPECT_EQ(driver.produced_topics(),
              (std::set<std::string>{"test-counts-changelog", "test-counts-repartition", "word-counts"}));
    EXPECT_THROW(static_cast<void>(counts.read_value()), StreamsError);
}

// Two inputs at once can only come from a record that is forwarded to two topics.
TEST(TopologyTestDriver, TakesTheLowestTimestampFirstAcrossInternalTopics) {
    StreamsBuilder builder;
    const auto source = builder.stream<Word, Number>("in");
    const auto later = source.repartition({.name = "one"});
    const auto earlier = source.repartition({.name = "two"});
    later.merge(earlier).to("out");
    TopologyTestDriver driver(builder.build());
    auto in = driver.create_input_topic("in", serdes::string(), serdes::int64());
    in.pipe_input("k", 1, Timestamp{10});
    const auto records = driver.read_records("out");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(driver.read_records("test-one-repartition").size(), 1U);
    EXPECT_EQ(driver.read_records("test-two-repartition").size(), 1U);
}

}  // namespace
}  // namespace matchpoint::streams
