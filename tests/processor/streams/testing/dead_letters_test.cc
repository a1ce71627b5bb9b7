#include "processor/streams/runtime/dead_letters.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include "processor/streams/runtime/exception_handlers.h"
#include "processor/streams/testing/topology_test_driver.h"

namespace matchpoint::streams {
namespace {

using Word = std::string;

class Choosy final : public Processor<Word, Word> {
  public:
    void init(ProcessorContext<Word, Word>& context) override { context_ = &context; }
    void process(const Record<Word, Word>& record) override {
        if (record.value == "bad") throw std::domain_error("it is bad");
        context_->forward(record);
    }

  private:
    ProcessorContext<Word, Word>* context_ = nullptr;
};

Topology choosy_topology() {
    Topology topology;
    const SerdePair<Word, Word> words{serdes::string(), serdes::string()};
    topology.add_source<Word, Word>("source", {"in"}, words);
    topology.add_processor<Choosy>("choosy", [] { return std::make_unique<Choosy>(); }, {"source"});
    topology.add_sink<Word, Word>("sink", "out", words, {"choosy"});
    return topology;
}

std::shared_ptr<spdlog::logger> quiet() {
    return std::make_shared<spdlog::logger>("quiet", std::make_shared<spdlog::sinks::null_sink_mt>());
}

TestDriverOptions lenient(const std::string& topic) {
    TestDriverOptions options;
    options.handlers = log_and_continue(quiet(), !topic.empty());
    options.dead_letter_topic = topic;
    return options;
}

TEST(DeadLetters, CarryTheRecordAsItWasAndWhatWasWrong) {
    TopologyTestDriver driver(choosy_topology(), lenient("dead"));
    driver.pipe_input("in", {"k", "good", Timestamp{1}, {}});
    driver.pipe_input("in", {"k", "bad", Timestamp{77}, {{"trace", "t-1"}}});
    driver.pipe_input("in", {"k", "\xff", Timestamp{78}, {}});
    const auto letters = driver.read_records("dead");
    ASSERT_EQ(letters.size(), 2U);
    EXPECT_EQ(letters[0].key, "k");
    EXPECT_EQ(letters[0].value, "bad");
    EXPECT_EQ(letters[0].timestamp, Timestamp{77});
    const Headers expected{{"trace", "t-1"},
                           {"__streams.errors.exception", "std::domain_error"},
                           {"__streams.errors.message", "it is bad"},
                           {"__streams.errors.stacktrace", "std::domain_error: it is bad\n\tat task 0_0, node choosy"},
                           {"__streams.errors.topic", "in"},
                           {"__streams.errors.partition", "0"},
                           {"__streams.errors.offset", "1"}};
    EXPECT_EQ(letters[0].headers, expected);
    EXPECT_EQ(letters[1].value, "\xff");
    EXPECT_EQ(letters[1].header("__streams.errors.exception"), "DeserializationError");
    EXPECT_EQ(letters[1].header("__streams.errors.offset"), "2");
    EXPECT_EQ(driver.read_records("out").size(), 1U);
    EXPECT_EQ(driver.dropped_records(), 2);
}

TEST(DeadLetters, WithoutATopicTheRecordIsSkipped) {
    TopologyTestDriver driver(choosy_topology(), lenient(""));
    driver.pipe_input("in", {"k", "bad", Timestamp{1}, {}});
    driver.pipe_input("in", {"k", "good", Timestamp{2}, {}});
    EXPECT_EQ(driver.produced_topics(), std::set<std::string>{"out"});
}

TEST(DeadLetters, AskedForWithoutATopicFails) {
    TestDriverOptions options = lenient("");
    options.handlers.processing = [](const auto&, TaskId, const auto&) { return ErrorResponse::kDeadLetter; };
    TopologyTestDriver driver(choosy_topology(), options);
    EXPECT_THROW(driver.pipe_input("in", {"k", "bad", Timestamp{1}, {}}), StreamsError);
}

TEST(DeadLetters, ARefusedDeserializationIsNotOfferedToTheProcessingHandler) {
    TestDriverOptions options = lenient("dead");
    options.handlers.deserialization = nullptr;
    TopologyTestDriver driver(choosy_topology(), options);
    EXPECT_THROW(driver.pipe_input("in", {"k", "\xff", Timestamp{1}, {}}), UnreadableRecord);
    EXPECT_TRUE(driver.read_records("dead").empty());
}

// Takes what it is sent.
class KeepingCollector final : public RecordCollector {
  public:
    SinkTopic resolve(std::string_view) override { return {.handle = 0, .partitions = 3}; }
    void send(SinkTopic, Partition, const OutputRecord& record) override {
        keys.emplace_back(record.key.value_or("(none)"));
        values.emplace_back(record.value.value_or("(none)"));
    }
    std::vector<Bytes> keys;
    std::vector<Bytes> values;
};

TEST(DeadLetters, ForARecordThatIsTooLargeTheInputItCameFromIsWritten) {
    KeepingCollector collector;
    DeadLetters letters("dead", collector, nullptr);
    const Bytes large(1'000, 'x');
    const OutputRecord refused{.key = "out-key", .value = large, .timestamp = Timestamp{5}, .headers = nullptr};
    RawRecord input;
    input.key = "in-key";
    input.value = "in";
    letters.set_current(&input);
    EXPECT_TRUE(letters.settle_refused(ErrorResponse::kDeadLetter, "out", refused));
    letters.set_current(nullptr);
    EXPECT_TRUE(letters.settle_refused(ErrorResponse::kDeadLetter, "out", refused));
    EXPECT_TRUE(letters.settle_refused(ErrorResponse::kFail, "dead", refused));  // a letter too large itself is dropped
    EXPECT_FALSE(letters.settle_refused(ErrorResponse::kFail, "out", refused));
    EXPECT_EQ(collector.keys, (std::vector<Bytes>{"in-key", "out-key"}));
    EXPECT_EQ(collector.values, (std::vector<Bytes>{"in", "(none)"}));
}

TEST(ExceptionHandlers, AreNamedAsInKafkaStreams) {
    const auto parse = [](const std::string& key, const std::string& value) {
        return StreamsConfig::parse({{"application.id", "a"}, {"bootstrap.servers", "b:1"}, {key, value}});
    };
    const std::string package = "org.apache.kafka.streams.errors.";
    EXPECT_TRUE(parse("deserialization.exception.handler", package + "LogAndContinueExceptionHandler")
                    .continue_on_deserialization_error);
    EXPECT_TRUE(
        parse("processing.exception.handler", "LogAndContinueProcessingExceptionHandler").continue_on_processing_error);
    EXPECT_FALSE(
        parse("production.exception.handler", "DefaultProductionExceptionHandler").continue_on_production_error);
    EXPECT_THROW(parse("processing.exception.handler", "LogAndContinueExceptionHandler"), ConfigError);
    EXPECT_THROW(parse("deserialization.exception.handler", "com.example.Mine"), ConfigError);
    const ErrorHandlers handlers =
        handlers_from(parse("processing.exception.handler", "LogAndContinueProcessingExceptionHandler"), {}, quiet());
    EXPECT_TRUE(handlers.processing);
    EXPECT_FALSE(handlers.deserialization);
}

}  // namespace
}  // namespace matchpoint::streams
