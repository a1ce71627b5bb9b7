// What a topic takes is changed while the application runs, in either direction: no transaction fails for ever, and no
// restart is needed.
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

class TopicLimitsChange : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 1, {{"message.timestamp.after.max.ms", "9223372036854775807"}});
        out_ =
            topic("out", 1, {{"message.timestamp.after.max.ms", "9223372036854775807"}, {"max.message.bytes", "2000"}});
    }
    [[nodiscard]] Topology growing() const {
        StreamsBuilder builder;
        builder.stream<std::string, std::string>(in_, {.key = serdes::string(), .value = serdes::string()})
            .map_values([](const std::string& value) { return value == "large" ? std::string(10'000, 'x') : value; })
            .to(out_);
        return builder.build();
    }
    [[nodiscard]] std::unique_ptr<Instance> start() {
        auto app = std::make_unique<Instance>(
            growing(), config("one", {{"production.exception.handler", "LogAndContinueProductionExceptionHandler"}}));
        app->streams().start();
        return app;
    }
    void change(const std::string& key, const std::string& value) {
        ASSERT_FALSE(admin().alter_configs(out_, {{key, value}}, kPatience));
    }
    [[nodiscard]] bool comes(const std::string& value) const {
        return eventually([&] {
            const auto values = read(out_)["k"];
            return !values.empty() && values.back() == value;
        });
    }

    std::string in_, out_;
};

TEST_F(TopicLimitsChange, ARecordFromTheFutureIsTakenBackToWhatIsAllowed) {
    auto app = start();
    produce(in_, {{"k", "one"}});
    ASSERT_TRUE(comes("one")) << app->log();
    change("message.timestamp.after.max.ms", "3600000");
    const Timestamp tomorrow{SystemClock().now().value() + 86'400'000};
    produce(in_, {{"k", "ahead"}}, tomorrow);
    produce(in_, {{"k", "two"}});
    EXPECT_TRUE(comes("two")) << app->log();
    EXPECT_EQ(read(out_)["k"], (std::vector<std::string>{"one", "ahead", "two"})) << app->log();
}

TEST_F(TopicLimitsChange, ALargeRecordIsDroppedUntilTheTopicTakesIt) {
    auto app = start();
    produce(in_, {{"k", "large"}, {"k", "one"}});
    ASSERT_TRUE(comes("one")) << app->log();
    change("max.message.bytes", "20000");
    EXPECT_TRUE(eventually([&] {
        produce(in_, {{"k", "large"}});
        return read(out_)["k"].size() > 1;
    })) << app->log();
    EXPECT_EQ(read(out_)["k"].at(1), std::string(10'000, 'x'));
    change("max.message.bytes", "2000");
    produce(in_, {{"k", "large"}, {"k", "two"}});
    EXPECT_TRUE(comes("two")) << app->log();
}

}  // namespace
}  // namespace matchpoint::streams
