// Topics that come and go, and records that no input brings.
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;
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

}  // namespace
}  // namespace matchpoint::streams
