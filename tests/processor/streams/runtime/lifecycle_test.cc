// Starting and closing an application in ways that its user did not think through.
#include <thread>

#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

class Lifecycle : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 2);
        out_ = topic("out", 2);
    }
    std::string in_, out_;
};

TEST_F(Lifecycle, CloseMayBeCalledFromManyThreads) {
    Instance app(counting(in_, out_), config());
    app.streams().start();
    std::atomic<int> closed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            if (app.streams().close(kPatience)) ++closed;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(closed, 6) << app.log();
    EXPECT_EQ(app.state(), State::kNotRunning);
    EXPECT_THROW(app.streams().start(), StreamsError);
}

TEST_F(Lifecycle, AStateListenerThatThrowsChangesNothing) {
    std::atomic<int> heard{0};
    Instance::Options options;
    options.state_listener = [&heard](State, State) {
        ++heard;
        throw std::runtime_error("the listener's own fault");
    };
    Instance app(counting(in_, out_), config(), std::move(options));
    app.streams().start();
    EXPECT_THROW(app.streams().start(), StreamsError);
    produce(in_, rounds(5, 5));
    EXPECT_TRUE(counts_reach(out_, 5, 5)) << app.log();
    EXPECT_TRUE(app.streams().close(kPatience));
    EXPECT_EQ(app.state(), State::kNotRunning);
    EXPECT_GE(heard, 4);
    EXPECT_TRUE(app.says("the listener's own fault", milliseconds(0)));
}

class ThrowsAtTheEnd final : public Processor<std::string, std::string> {
  public:
    void init(ProcessorContext<std::string, std::string>& context) override { context_ = &context; }
    void process(const Record<std::string, std::string>& record) override { context_->forward(record); }
    void close() override { throw std::runtime_error("cannot close"); }

  private:
    ProcessorContext<std::string, std::string>* context_ = nullptr;
};

TEST_F(Lifecycle, AProcessorThatCannotCloseKeepsNoTask) {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(in_)
        .process<ThrowsAtTheEnd>([] { return std::make_unique<ThrowsAtTheEnd>(); })
        .to(out_);
    const Topology topology = builder.build();
    Instance one(topology, config("one"));
    one.streams().start();
    ASSERT_TRUE(one.reaches(State::kRunning)) << one.log();
    Instance two(topology, config("two"));
    two.streams().start();  // takes a task from the first
    ASSERT_TRUE(two.reaches(State::kRunning)) << two.log();
    EXPECT_TRUE(one.streams().close(kPatience));
    EXPECT_EQ(one.state(), State::kNotRunning) << one.log();
    EXPECT_EQ(admin().describe_group(id(), kPatience).value().members.size(), 1U);
    produce(in_, rounds(20, 1));
    EXPECT_TRUE(eventually([&] { return read(out_).size() == 20; })) << two.log();
    EXPECT_EQ(two.state(), State::kRunning);
}

}  // namespace
}  // namespace matchpoint::streams
