// pause() and resume(): nothing is processed meanwhile, and nothing else stops.
#include <thread>

#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

class Pause : public Application {};

TEST_F(Pause, KeepsMembershipAndProcessesNothingUntilResumed) {
    const std::string in = topic("in", 2);
    const std::string out = topic("out", 2);
    // Whoever does not poll for longer than this is thrown out.
    Instance app(counting(in, out),
                 config("one", {{"consumer.max.poll.interval.ms", "3000"}, {"consumer.session.timeout.ms", "3000"}}));
    app.streams().start();
    produce(in, rounds(10, 5));
    ASSERT_TRUE(counts_reach(out, 10, 5)) << app.log();

    app.streams().pause();
    EXPECT_TRUE(app.streams().is_paused());
    std::this_thread::sleep_for(milliseconds(300));  // what was polled before is at rest by then
    const std::int64_t processed = app.count(&StreamMetrics::process);
    const std::int64_t closed = app.count(&StreamMetrics::tasks_closed);
    produce(in, rounds(10, 600));  // more than is buffered
    std::this_thread::sleep_for(seconds(4));
    EXPECT_EQ(app.count(&StreamMetrics::process), processed);
    EXPECT_EQ(app.state(), State::kRunning);
    EXPECT_EQ(app.count(&StreamMetrics::tasks_closed), closed) << app.log();

    app.streams().resume();
    EXPECT_FALSE(app.streams().is_paused());
    EXPECT_TRUE(counts_reach(out, 10, 605)) << app.log();
}

TEST_F(Pause, BeforeTheStartRestoresAndJoinsButDoesNotProcess) {
    const std::string in = topic("in", 2);
    const std::string out = topic("out", 2);
    {
        Instance before(counting(in, out), config("one"));
        before.streams().start();
        produce(in, rounds(5, 5));
        ASSERT_TRUE(counts_reach(out, 5, 5)) << before.log();
    }
    Instance app(counting(in, out), config("two"));  // with nothing on disk
    app.streams().pause();
    app.streams().start();
    ASSERT_TRUE(app.reaches(State::kRunning)) << app.log();
    produce(in, rounds(5, 1));
    EXPECT_EQ(app.count(&StreamMetrics::process), 0);
    app.streams().resume();
    EXPECT_TRUE(counts_reach(out, 5, 6)) << app.log();
}

}  // namespace
}  // namespace matchpoint::streams
