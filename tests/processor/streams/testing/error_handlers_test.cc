// Which handler is asked about what user code throws, and what goes on afterwards.
#include "processor/streams/runtime/error_handlers.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "processor/streams/testing/topology_test_driver.h"
#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;

class ThrowingSerde final : public Serde<Word> {
  public:
    void serialize(const Word& value, Bytes& out) const override {
        if (value == "unspeakable") throw std::domain_error("not to be written");
        out = value;
    }
    [[nodiscard]] std::optional<Word> deserialize(BytesView data) const override {
        if (data == "bad") throw std::domain_error("no word of ours");
        return Word(data);
    }
};

// What the handlers were told, in order; all of them want to go on.
struct Told {
    std::vector<std::string> texts;
    ErrorResponse answer = ErrorResponse::kContinue;
    [[nodiscard]] TestDriverOptions options() {
        TestDriverOptions options;
        options.handlers.deserialization = [this](const RawRecord&, TaskId, std::string_view detail) {
            texts.push_back("deserialization: " + std::string(detail));
            return ErrorResponse::kContinue;
        };
        options.handlers.serialization = [this](std::string_view topic, TaskId, std::string_view detail) {
            texts.push_back("serialization for " + std::string(topic) + ": " + std::string(detail));
            return answer;
        };
        options.handlers.processing = [this](const RawRecord& record, TaskId, const std::exception& error) {
            texts.push_back("processing, '" + std::string(record.metadata.topic) + "': " + error.what());
            return answer;
        };
        return options;
    }
};

TEST(ErrorHandlers, ADeserializerThatThrowsRefusesTheRecord) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("in", {.value = std::make_shared<ThrowingSerde>()}).to("out");
    Told told;
    TopologyTestDriver driver(builder.build(), told.options());
    driver.pipe_input("in", {"k", "bad", Timestamp{1}, {}});
    driver.pipe_input("in", {"k", "good", Timestamp{2}, {}});
    EXPECT_EQ(told.texts, std::vector<std::string>{"deserialization: the serde of the value failed: no word of ours"});
    EXPECT_EQ(driver.read_records("out").size(), 1U);
}

TEST(ErrorHandlers, ASerializerThatThrowsIsNotTheProcessors) {
    for (const bool key : {true, false}) {
        StreamsBuilder builder;
        const auto throwing = std::make_shared<ThrowingSerde>();
        builder.stream<Word, Word>("in")
            .peek([](const Word&, const Word&) {})
            .to("out", {.key = key ? throwing : nullptr, .value = key ? nullptr : throwing});
        Told told;
        TopologyTestDriver driver(builder.build(), told.options());
        driver.pipe_input("in", {"unspeakable", "unspeakable", Timestamp{1}, {}});
        driver.pipe_input("in", {"k", "v", Timestamp{1}, {}});
        EXPECT_EQ(told.texts, std::vector<std::string>{std::string("serialization for out: the serde of the ") +
                                                       (key ? "key" : "value") + " failed: not to be written"});
        EXPECT_EQ(driver.dropped_records(), 1);
        EXPECT_EQ(driver.read_records("out").size(), 1U);
        told.answer = ErrorResponse::kFail;
        EXPECT_THROW(driver.pipe_input("in", {"unspeakable", "unspeakable", Timestamp{2}, {}}), UnwritableRecord);
        EXPECT_EQ(told.texts.size(), 2U);  // nor is the processing handler asked about it now
    }
}

// A source with two branches; the first ends in a node that throws, below another.
struct TwoBranches {
    StreamsBuilder builder;
    std::vector<std::string> seen;

    TwoBranches() {
        auto in = builder.stream<Word, Word>("in");
        in.peek([this](const Word&, const Word& value) { seen.push_back("above " + value); })
            .map_values([](const Word& value) {
                if (value == "bad") throw std::runtime_error("not this one");
                return value;
            })
            .to("first");
        in.to("second");
    }
};

TEST(ErrorHandlers, WhereProcessingGoesOnOnlyTheNodeThatThrewDropsTheRecord) {
    TwoBranches branches;
    Told told;
    TopologyTestDriver driver(branches.builder.build(), told.options());
    for (const char* value : {"bad", "good"}) driver.pipe_input("in", {"k", value, Timestamp{1}, {}});
    EXPECT_EQ(told.texts, std::vector<std::string>{"processing, 'in': not this one"});
    EXPECT_EQ(branches.seen, (std::vector<std::string>{"above bad", "above good"}));
    EXPECT_EQ(driver.read_records("first").size(), 1U);
    EXPECT_EQ(driver.read_records("second").size(), 2U);
    EXPECT_EQ(driver.dropped_records(), 1);
}

TEST(ErrorHandlers, AreAskedOnceAboutAnExceptionThatComesOut) {
    TwoBranches branches;
    Told told;
    told.answer = ErrorResponse::kFail;
    TopologyTestDriver driver(branches.builder.build(), told.options());
    EXPECT_THROW(driver.pipe_input("in", {"k", "bad", Timestamp{1}, {}}), std::runtime_error);
    EXPECT_EQ(told.texts, std::vector<std::string>{"processing, 'in': not this one"});
    EXPECT_TRUE(driver.read_records("second").empty());
}

TEST(ErrorHandlers, APartitionThatTheTopicDoesNotHaveIsAnError) {
    StreamsBuilder builder;
    const auto partitioner = [](const Record<Word, Word>& record, std::int32_t partitions) {
        if (record.value == "beyond") return Partition{partitions};
        return Partition{record.value == "before" ? -1 : 0};
    };
    builder.stream<Word, Word>("in").to("out", {.name = "sink", .partitioner = partitioner});
    Told told;
    TopologyTestDriver driver(builder.build(), told.options());
    for (const char* value : {"beyond", "good", "before"}) driver.pipe_input("in", {"k", value, Timestamp{1}, {}});
    EXPECT_EQ(told.texts, (std::vector<std::string>{
                              "processing, 'in': the partitioner of sink chose partition 1 of a topic that has 1",
                              "processing, 'in': the partitioner of sink chose partition -1 of a topic that has 1"}));
    EXPECT_EQ(driver.read_records("out").size(), 1U);
}

// Its first punctuation of each kind fails, the second one writes.
class FailingOnce final : public Processor<Word, Word> {
  public:
    void init(ProcessorContext<Word, Word>& context) override {
        for (const auto type : {PunctuationType::kStreamTime, PunctuationType::kWallClockTime}) {
            context.schedule(10, type, [&context, failed = false](Timestamp now) mutable {
                if (!std::exchange(failed, true)) throw std::runtime_error("not yet");
                context.forward({"punctuated", "twice", now, {}});
            });
        }
    }
    void process(const Record<Word, Word>& /*record*/) override {}
};

TEST(ErrorHandlers, AreAskedAboutPunctuatorsToo) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("in").process<FailingOnce>([] { return std::make_unique<FailingOnce>(); }).to("out");
    Told told;
    TopologyTestDriver driver(builder.build(), told.options());
    driver.pipe_input("in", {"k", "v", Timestamp{10}, {}});
    driver.advance_wall_clock_time(10);
    EXPECT_EQ(told.texts, (std::vector<std::string>{"processing, '': not yet", "processing, '': not yet"}));
    EXPECT_EQ(driver.dropped_records(), 2);
    driver.pipe_input("in", {"k", "v", Timestamp{20}, {}});
    driver.advance_wall_clock_time(10);
    EXPECT_EQ(driver.read_records("out").size(), 2U);
}

TEST(ErrorHandlers, AreAskedAboutWhatACacheForwards) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("in")
        .group_by_key()
        .count()
        .to_stream()
        .peek([](const Word& key, std::int64_t) {
            if (key == "bad") throw std::runtime_error("not this one");
        })
        .to("out");
    Told told;
    TestDriverOptions options = told.options();
    options.cache_max_bytes = 10'000;
    TopologyTestDriver driver(builder.build(), options);
    for (const char* key : {"a", "bad", "b"}) driver.pipe_input("in", {key, "v", Timestamp{1}, {}});
    EXPECT_EQ(told.texts, std::vector<std::string>{"processing, 'in': not this one"});
    EXPECT_EQ(driver.read_records("out").size(), 2U);
}

TEST(ErrorHandlers, APunctuatorsExceptionComesOutWithoutAHandler) {
    StreamsBuilder builder;
    builder.stream<Word, Word>("in").process<FailingOnce>([] { return std::make_unique<FailingOnce>(); }).to("out");
    TopologyTestDriver driver(builder.build());
    EXPECT_THROW(driver.advance_wall_clock_time(10), std::runtime_error);
}

}  // namespace
}  // namespace matchpoint::streams
