// Output that no input brings, output for topics that do not exist, and input from one that is deleted.
#include <future>

#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using Texts = std::vector<std::string>;

class Topics : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 1);
        out_ = topic("out", 1);
    }
    std::string in_, out_;
};

// Says once what time it is, some time after the start.
class Striking final : public Processor<std::string, std::string> {
  public:
    void init(ProcessorContext<std::string, std::string>& context) override {
        once_ = context.schedule(100, PunctuationType::kWallClockTime, [this, &context](Timestamp now) {
            once_->cancel();
            context.forward({"clock", "struck", now, {}});
        });
    }
    void process(const Record<std::string, std::string>& /*record*/) override {}

  private:
    std::unique_ptr<Cancellable> once_;
};

TEST_F(Topics, WhatAPunctuatorWritesIsCommittedWithoutAnyInput) {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(in_)
        .process<Striking>([] { return std::make_unique<Striking>(); })
        .to(out_);
    Instance app(builder.build(), config());
    app.streams().start();
    EXPECT_TRUE(eventually([&] { return read(out_)["clock"] == Texts{"struck"}; })) << app.log();
}

TEST_F(Topics, AFloodForATopicThatDoesNotExistIsWorkedOff) {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(in_).to([this](const Record<std::string, std::string>& record) {
        return record.value == "lost" ? out_ + "-nowhere" : out_;
    });
    std::atomic<int> refused{0};
    Instance::Options options;
    options.handlers.processing = [&refused](const RawRecord&, TaskId, const std::exception& error) {
        if (std::string(error.what()).find("does not exist") != std::string::npos) ++refused;
        return ErrorResponse::kContinue;
    };
    Instance app(builder.build(), config(), std::move(options));
    app.streams().start();
    Records records(500, {"k", "lost"});
    records.emplace_back("k", "found");
    produce(in_, records);
    EXPECT_TRUE(eventually([&] { return read(out_)["k"] == Texts{"found"}; })) << app.log();
    EXPECT_EQ(refused, 500);
}

// librdkafka says nothing of it, and would keep whoever destroys its client.
TEST_F(Topics, ASourceThatIsDeletedEndsTheApplication) {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(in_).to(out_);
    auto app = std::make_unique<Instance>(builder.build(), config());
    app->streams().start();
    produce(in_, {{"k", "v"}});
    ASSERT_TRUE(eventually([&] { return read(out_)["k"] == Texts{"v"}; })) << app->log();
    ASSERT_FALSE(admin().delete_topics({in_}, kPatience));
    ASSERT_TRUE(app->reaches(KafkaStreams::State::kError)) << app->log();
    EXPECT_NE(app->streams().error().find("source topic " + in_ + " does not exist any more"), std::string::npos)
        << app->streams().error();
    auto gone = std::async(std::launch::async, [&app] { app.reset(); });
    if (gone.wait_for(kPatience) != std::future_status::ready) {
        GTEST_FAIL() << "it does not let itself be destroyed";  // and the test hangs
    }
}

}  // namespace
}  // namespace matchpoint::streams
