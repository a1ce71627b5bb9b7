// A stream thread that dies: replaced, or the end of the client, or of the whole application.
#include <atomic>
#include <mutex>

#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

class ThreadDeath : public Application {
  protected:
    // Counts, and throws at a record whose value is "poison" as often as `deaths` says.
    Topology poisoned(const std::string& in, const std::string& out, std::shared_ptr<std::atomic<int>> deaths) {
        StreamsBuilder builder;
        add_counting(builder, in, out);
        builder.stream<std::string, std::string>(in + "-poison")
            .for_each([deaths](const std::string&, const std::string&) {
                if (deaths->fetch_sub(1) > 0) throw std::runtime_error("poisoned");
            });
        return builder.build();
    }
    void SetUp() override {
        in_ = topic("in", 4);
        out_ = topic("out", 4);
        KafkaBroker::shared().create_topic(in_ + "-poison", 1);
    }
    [[nodiscard]] Instance::Options on_death(UncaughtResponse response) {
        Instance::Options options;
        options.uncaught_exception = [this, response](const std::exception& error) {
            const std::scoped_lock lock(mutex_);
            errors_.emplace_back(error.what());
            return response;
        };
        options.state_listener = [this](State now, State) {
            const std::scoped_lock lock(mutex_);
            states_.push_back(now);
        };
        return options;
    }
    std::vector<std::string> errors() {
        const std::scoped_lock lock(mutex_);
        return errors_;
    }
    std::vector<State> states() {
        const std::scoped_lock lock(mutex_);
        return states_;
    }
    std::string members() {
        std::string clients;
        for (const auto& member : admin().describe_group(id(), kPatience).value().members) {
            clients += member.client_id + " ";
        }
        return clients;
    }
    void poison() { produce(in_ + "-poison", {{"k", "poison"}}); }

    std::string in_;
    std::string out_;
    std::mutex mutex_;
    std::vector<std::string> errors_;
    std::vector<State> states_;
};

TEST_F(ThreadDeath, ReplacedThreadGoesOnFromTheLastCommit) {
    auto deaths = std::make_shared<std::atomic<int>>(3);
    Instance app(poisoned(in_, out_, deaths), config("one", {{"num.stream.threads", "2"}}),
                 on_death(UncaughtResponse::kReplaceThread));
    app.streams().start();
    produce(in_, rounds(20, 10));
    ASSERT_TRUE(counts_reach(out_, 20, 10)) << app.log();
    poison();
    produce(in_, rounds(20, 10));
    ASSERT_TRUE(eventually([&] { return errors().size() == 3; })) << app.log();
    EXPECT_EQ(errors().front(), "poisoned");
    EXPECT_TRUE(counts_reach(out_, 20, 20)) << app.log();
    EXPECT_TRUE(app.reaches(State::kRunning)) << app.log();
    EXPECT_EQ(app.streams().error(), "");
    EXPECT_TRUE(app.streams().close());
    EXPECT_EQ(app.state(), State::kNotRunning);
}

TEST_F(ThreadDeath, ShutsDownTheClientByDefaultAndLeavesTheGroup) {
    auto deaths = std::make_shared<std::atomic<int>>(1);
    Instance::Options options = on_death(UncaughtResponse::kReplaceThread);
    options.uncaught_exception = {};
    Instance app(poisoned(in_, out_, deaths), config(), std::move(options));
    app.streams().start();
    ASSERT_TRUE(app.reaches(State::kRunning)) << app.log();
    poison();
    EXPECT_EQ(app.streams().wait_until_ended(kPatience), State::kError) << app.log();
    EXPECT_EQ(app.streams().error(), "poisoned");
    // The listener hears of a state a moment after state() tells it.
    std::vector<State> seen;
    const auto heard = [&] {
        seen = states();
        return !seen.empty() && seen.back() == State::kError;
    };
    EXPECT_TRUE(eventually(heard));
    ASSERT_GE(seen.size(), 2U);
    EXPECT_EQ(seen[seen.size() - 2], State::kPendingError);
    EXPECT_EQ(seen.back(), State::kError);
    EXPECT_EQ(members(), "");
    // ERROR is final.
    EXPECT_TRUE(app.streams().close());
    EXPECT_EQ(app.state(), State::kError);
}

TEST_F(ThreadDeath, ShutsDownTheWholeApplication) {
    auto deaths = std::make_shared<std::atomic<int>>(1);
    Instance one(poisoned(in_, out_, deaths), config("one"), on_death(UncaughtResponse::kShutdownApplication));
    Instance two(poisoned(in_, out_, deaths), config("two"), on_death(UncaughtResponse::kShutdownApplication));
    one.streams().start();
    two.streams().start();
    ASSERT_TRUE(one.reaches(State::kRunning)) << one.log();
    ASSERT_TRUE(two.reaches(State::kRunning)) << two.log();
    poison();
    EXPECT_EQ(one.streams().wait_until_ended(kPatience), State::kError) << one.log();
    EXPECT_EQ(two.streams().wait_until_ended(kPatience), State::kError) << two.log();
    EXPECT_NE((one.streams().error() + two.streams().error()).find("asks all to shut down"), std::string::npos)
        << one.log() << two.log();
    EXPECT_EQ(members(), "") << one.log() << two.log();
    // Whoever starts later is not concerned.
    Instance three(poisoned(in_, out_, deaths), config("three"));
    three.streams().start();
    produce(in_, rounds(5, 5));
    EXPECT_TRUE(counts_reach(out_, 5, 5)) << three.log();
    EXPECT_EQ(three.state(), State::kRunning);
}

}  // namespace
}  // namespace matchpoint::streams
