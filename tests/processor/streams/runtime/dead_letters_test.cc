// Dead letters on a broker: each record that cannot be read, processed or written is there once, as it came, and the
// others go on.
#include "processor/streams/kafka/consumer.h"
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

struct Letter {
    std::string value;
    Timestamp timestamp;
    std::map<std::string, std::string> headers;
};

class DeadLettersOnABroker : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 1);
        out_ = topic("out", 1, {{"max.message.bytes", "2000"}});
        dead_ = topic("dead", 1);
    }
    [[nodiscard]] Topology choosy() const {
        StreamsBuilder builder;
        // This serde refuses what is not UTF-8.
        builder.stream<std::string, std::string>(in_, {.key = serdes::string(), .value = serdes::string()})
            .map_values([](const std::string& value) {
                if (value == "bad") throw std::domain_error("it is bad");
                return value == "large" ? std::string(10'000, 'x') : value;
            })
            .to(out_);
        return builder.build();
    }
    [[nodiscard]] std::unique_ptr<Instance> start() const {
        auto instance = std::make_unique<Instance>(
            choosy(), config("one", {{"errors.dead.letter.queue.topic.name", dead_},
                                     {"deserialization.exception.handler", "LogAndContinueExceptionHandler"},
                                     {"processing.exception.handler", "LogAndContinueProcessingExceptionHandler"},
                                     {"production.exception.handler", "LogAndContinueProductionExceptionHandler"}}));
        instance->streams().start();
        return instance;
    }
    [[nodiscard]] std::vector<Letter> letters() const {
        kafka::KafkaConfig config = KafkaBroker::shared().config();
        config.set("isolation.level", "read_committed").set("enable.partition.eof", "true");
        kafka::Consumer consumer(std::move(config), {});
        std::vector<Letter> found;
        EXPECT_FALSE(consumer.assign({{{dead_, Partition{0}}, kafka::kBeginning, {}}}));
        while (true) {
            auto polled = consumer.poll(kPatience);
            const auto* message = std::get_if<kafka::Message>(&polled);
            if (message == nullptr) break;
            Letter letter{std::string(message->value().value_or("-")), message->timestamp(), {}};
            for (const Header& header : message->copy_headers())
                letter.headers[header.name] = header.value.value_or("");
            found.push_back(std::move(letter));
        }
        return found;
    }

    std::string in_, out_, dead_;
};

TEST_F(DeadLettersOnABroker, EachIsWrittenOnceAsItCame) {
    auto app = start();
    const Records given{{"k", "one"}, {"k", "\xff"}, {"k", "bad"}, {"k", "large"}, {"k", "two"}};
    const Timestamp now = SystemClock().now();
    produce(in_, given, now);
    ASSERT_TRUE(eventually([&] { return read(out_)["k"].size() == 2; })) << app->log();
    // With letters in the transaction that cannot be committed, too.
    usurp_producers();
    produce(in_, given, now);
    ASSERT_TRUE(eventually([&] { return read(out_)["k"].size() == 4; })) << app->log();
    EXPECT_TRUE(app->says("starting over from the last commit", milliseconds(0))) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning)) << app->log();

    EXPECT_EQ(read(out_)["k"], (std::vector<std::string>{"one", "two", "one", "two"}));
    const std::vector<Letter> found = letters();
    ASSERT_EQ(found.size(), 6U) << app->log();
    const std::vector<std::string> values{"\xff", "bad", "large", "\xff", "bad", "large"};
    const std::vector<std::string> offsets{"1", "2", "3", "6", "7", "8"};
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].value, values[i]) << i;
        EXPECT_EQ(found[i].timestamp, now) << i;
        EXPECT_EQ(found[i].headers.at("__streams.errors.topic"), in_) << i;
        EXPECT_EQ(found[i].headers.at("__streams.errors.partition"), "0") << i;
        EXPECT_EQ(found[i].headers.at("__streams.errors.offset"), offsets[i]) << i;
    }
    EXPECT_EQ(found[0].headers.at("__streams.errors.exception"), "DeserializationError");
    EXPECT_EQ(found[1].headers.at("__streams.errors.exception"), "std::domain_error");
    EXPECT_EQ(found[1].headers.at("__streams.errors.message"), "it is bad");
    EXPECT_NE(found[2].headers.at("__streams.errors.message"), "");
}

// A letter must not be the reason why the record is not seen again: what fails is not committed.
TEST_F(DeadLettersOnABroker, AHandlerThatFailsKeepsTheRecordInItsPlace) {
    const StreamsConfig::Map settings = config("one", {{"errors.dead.letter.queue.topic.name", dead_}});
    {
        Instance app(choosy(), settings);
        app.streams().start();
        produce(in_, {{"k", "one"}, {"k", "bad"}});
        EXPECT_TRUE(app.reaches(State::kError)) << app.log();
        EXPECT_TRUE(letters().empty());
    }
    auto app = start();
    EXPECT_TRUE(eventually([&] { return letters().size() == 1; })) << app->log();
    EXPECT_EQ(read(out_)["k"], std::vector<std::string>{"one"}) << app->log();
}

// Going on after what processors throw says nothing of records that cannot be written.
TEST_F(DeadLettersOnABroker, ARecordThatItsTopicRefusesIsNotTheProcessingHandlers) {
    Instance app(choosy(),
                 config("one", {{"processing.exception.handler", "LogAndContinueProcessingExceptionHandler"}}));
    app.streams().start();
    produce(in_, {{"k", "bad"}, {"k", "one"}, {"k", "large"}, {"k", "two"}});
    EXPECT_TRUE(app.reaches(State::kError)) << app.log();
    EXPECT_NE(app.streams().error().find("max.message.bytes=2000"), std::string::npos) << app.streams().error();
    EXPECT_TRUE(read(out_)["k"].empty() || read(out_)["k"] == std::vector<std::string>{"one"});
}

}  // namespace
}  // namespace matchpoint::streams
