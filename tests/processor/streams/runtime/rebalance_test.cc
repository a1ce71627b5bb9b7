// What moves when instances come and go, and how a task waits for its partitions.
#include <mutex>

#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

class Rebalance : public Application {};

TEST_F(Rebalance, MovesOnlyWhatMustMove) {
    const std::string in = topic("in", 6);
    const std::string out = topic("out", 6);
    Instance one(counting(in, out), config("one"));
    one.streams().start();
    produce(in, rounds(30, 5));
    ASSERT_TRUE(counts_reach(out, 30, 5)) << one.log();
    Instance two(counting(in, out), config("two"));
    two.streams().start();
    ASSERT_TRUE(two.reaches(State::kRunning)) << two.log();
    ASSERT_TRUE(eventually([&] { return two.count(&StreamMetrics::tasks_created) == 3; })) << two.log();
    EXPECT_EQ(one.count(&StreamMetrics::tasks_created), 6);  // those that stayed were not made anew
    EXPECT_EQ(one.count(&StreamMetrics::tasks_closed), 3);
    produce(in, rounds(30, 5));
    EXPECT_TRUE(counts_reach(out, 30, 10)) << one.log() << two.log();
    ASSERT_TRUE(two.streams().close());
    ASSERT_TRUE(eventually([&] { return one.count(&StreamMetrics::tasks_created) == 9; })) << one.log();
    EXPECT_EQ(one.count(&StreamMetrics::tasks_closed), 3);
    produce(in, rounds(30, 1));
    EXPECT_TRUE(counts_reach(out, 30, 11)) << one.log();
}

using States = std::vector<State>;

// The states that an instance has been in.
class Journal {
  public:
    KafkaStreams::StateListener listener() {
        return [this](State now, State) {
            const std::scoped_lock lock(mutex_);
            states_.push_back(now);
        };
    }
    [[nodiscard]] States states() const {
        const std::scoped_lock lock(mutex_);
        return states_;
    }

  private:
    mutable std::mutex mutex_;
    States states_;
};

TEST_F(Rebalance, RunningMeansThatTheGroupHasGivenOutItsPartitions) {
    const std::string in = topic("in", 2);
    const std::string out = topic("out", 2);
    Journal first;
    Journal second;
    Journal third;
    States wanted{State::kRebalancing, State::kRunning};
    Instance one(counting(in, out), config("one"), {.state_listener = first.listener()});
    one.streams().start();
    ASSERT_TRUE(one.reaches(State::kRunning)) << one.log();
    EXPECT_EQ(one.streams().tasks().tasks()->size(), 2U);  // there already, with RUNNING
    // A listener hears of a state a moment after state() tells it.
    EXPECT_TRUE(eventually([&] { return first.states() == wanted; })) << one.log();
    Instance two(counting(in, out), config("two"), {.state_listener = second.listener()});
    two.streams().start();
    wanted.insert(wanted.end(), {State::kRebalancing, State::kRunning});
    // The one gives a task away; the other joins, and does not call itself running before it has been given it.
    const States once{State::kRebalancing, State::kRunning};
    EXPECT_TRUE(eventually([&] { return first.states() == wanted; })) << one.log();
    EXPECT_TRUE(eventually([&] { return second.states() == once; })) << two.log();
    EXPECT_EQ(two.streams().tasks().tasks()->size(), 1U) << two.log();

    // There is nothing left for a third: it runs all the same, and disturbs nobody.
    Instance three(counting(in, out), config("three"), {.state_listener = third.listener()});
    three.streams().start();
    ASSERT_TRUE(three.reaches(State::kRunning)) << three.log();
    EXPECT_TRUE(eventually([&] { return third.states() == once; }));
    EXPECT_EQ(three.count(&StreamMetrics::tasks_created), 0);
    EXPECT_EQ(first.states(), wanted) << one.log();
    EXPECT_EQ(second.states(), once) << two.log();
}

// Merged topics need not be equally wide: every partition of the widest has a task, and a task what there is.
TEST_F(Rebalance, EveryPartitionOfMergedTopicsIsRead) {
    const std::string narrow = topic("a-narrow", 1);
    const std::string wide = topic("b-wide", 3);
    const std::string out = topic("out", 1);
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(narrow)
        .merge(builder.stream<std::string, std::string>(wide))
        .group_by_key()
        .count({.store = "counts"})
        .to_stream()
        .map_values([](const std::int64_t& count) { return std::to_string(count); })
        .to(out);
    const Topology topology = builder.build();
    Instance one(topology, config("one", {{"max.task.idle.ms", "100"}}));
    one.streams().start();
    produce(wide, rounds(30, 1));
    ASSERT_TRUE(counts_reach(out, 30, 1)) << one.log();
    produce(narrow, {{"n", "v"}, {"n", "v"}});
    EXPECT_TRUE(eventually([&] { return read(out)["n"].size() == 2; })) << one.log();
    EXPECT_EQ(one.count(&StreamMetrics::tasks_created), 3);
    ASSERT_TRUE(one.streams().close());
    // With nothing on disk: the changelog is as wide as there are tasks.
    Instance two(topology, config("two"));
    two.streams().start();
    produce(wide, rounds(30, 1));
    EXPECT_TRUE(eventually([&] { return read(out)["k29"].size() == 2; })) << two.log();
    EXPECT_EQ(read(out)["k29"], (std::vector<std::string>{"1", "2"}));
}

// Two inputs of one task, merged: with max.task.idle.ms the earlier record of the empty one is waited for.
TEST_F(Rebalance, TaskWaitsForItsEmptyPartitionAsLongAsConfigured) {
    const std::map<std::string, std::string> keep{{"retention.ms", "-1"}};  // the records are old
    const std::string left = topic("left", 1, keep);
    const std::string right = topic("right", 1, keep);
    const std::string out = topic("out", 1, keep);
    StreamsBuilder builder;
    auto merged = builder.stream<std::string, std::string>(left).merge(builder.stream<std::string, std::string>(right));
    merged.to(out);
    Instance app(builder.build(), config("one", {{"max.task.idle.ms", "3000"}}));
    app.streams().start();
    ASSERT_TRUE(app.reaches(State::kRunning)) << app.log();
    produce(left, {{"k", "second"}}, Timestamp{2'000});
    produce(right, {{"k", "first"}}, Timestamp{1'000});
    ASSERT_TRUE(eventually([&] { return read(out)["k"].size() == 2; })) << app.log();
    EXPECT_EQ(read(out)["k"], (std::vector<std::string>{"first", "second"}));
    // And it does not wait for ever.
    produce(left, {{"k", "alone"}}, Timestamp{3'000});
    EXPECT_TRUE(eventually([&] { return read(out)["k"].size() == 3; })) << app.log();
}

}  // namespace
}  // namespace matchpoint::streams
