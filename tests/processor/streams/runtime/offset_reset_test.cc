// Where an application begins that the group has committed nothing of: auto.offset.reset, and a source's own.
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;
using Texts = std::vector<std::string>;

class OffsetResets : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 1);
        other_ = topic("other", 1);
        out_ = topic("out", 1);
        produce(in_, {{"in", "before"}});
        produce(other_, {{"other", "before"}});
    }
    [[nodiscard]] Topology copying(OffsetReset of_in) const {
        StreamsBuilder builder;
        builder.stream<std::string, std::string>(in_, {.offset_reset = of_in}).to(out_);
        builder.stream<std::string, std::string>(other_).to(out_);
        return builder.build();
    }
    // Once it runs, one more record each.
    void run_and_go_on(Instance& app) {
        app.streams().start();
        ASSERT_TRUE(app.reaches(State::kRunning)) << app.log();
        produce(in_, {{"in", "after"}});
        produce(other_, {{"other", "after"}});
        const auto both = [&] {
            auto found = read(out_);
            return !found["in"].empty() && found["in"].back() == "after" && !found["other"].empty() &&
                   found["other"].back() == "after";
        };
        EXPECT_TRUE(eventually(both)) << app.log();
    }
    std::string in_, other_, out_;
};

TEST_F(OffsetResets, ASourceMayBeginAtTheEnd) {
    Instance app(copying(OffsetReset::kLatest), config());
    run_and_go_on(app);
    EXPECT_EQ(read(out_)["in"], Texts{"after"});
    EXPECT_EQ(read(out_)["other"], (Texts{"before", "after"}));
}

TEST_F(OffsetResets, ASourceMayBeginAtTheBeginningWhereOthersDoNot) {
    Instance app(copying(OffsetReset::kEarliest), config("one", {{"auto.offset.reset", "latest"}}));
    run_and_go_on(app);
    EXPECT_EQ(read(out_)["in"], (Texts{"before", "after"}));
    EXPECT_EQ(read(out_)["other"], Texts{"after"});
}

}  // namespace
}  // namespace matchpoint::streams
