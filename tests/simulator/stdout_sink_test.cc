#include "simulator/stdout_sink.h"

#include <array>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace matchpoint::simulator {
namespace {

class Pipe {
  public:
    Pipe() { EXPECT_EQ(::pipe(fds_.data()), 0); }
    ~Pipe() {
        close_reader();
        close_writer();
    }
    int writer() const { return fds_[1]; }
    void close_reader() { close_end(0); }
    void close_writer() { close_end(1); }
    std::string read_all() {
        std::string text;
        std::array<char, 65536> block{};
        for (;;) {
            const auto count = ::read(fds_[0], block.data(), block.size());
            if (count <= 0) return text;
            text.append(block.data(), static_cast<std::size_t>(count));
        }
    }

  private:
    void close_end(std::size_t end) {
        if (fds_.at(end) >= 0) ::close(fds_.at(end));
        fds_.at(end) = -1;
    }
    std::array<int, 2> fds_{-1, -1};
};

Event event(std::string_view json) {
    return {.match = "m", .json = json, .at = Timestamp{0}, .due_us = 0};
}

TEST(StdoutSink, WritesALineAnEventOnceServed) {
    Pipe pipe;
    StdoutSink sink(pipe.writer());
    EXPECT_TRUE(sink.publish(event(R"({"seq":1})")));
    EXPECT_TRUE(sink.publish(event(R"({"seq":2})")));
    EXPECT_EQ(sink.acknowledged(), 0U);
    sink.serve(Sink::Millis{0});
    EXPECT_EQ(sink.acknowledged(), 2U);
    EXPECT_TRUE(sink.finish(Sink::Millis{0}));
    pipe.close_writer();
    EXPECT_EQ(pipe.read_all(), "{\"seq\":1}\n{\"seq\":2}\n");
}

TEST(StdoutSink, WritesAllOfManyThroughASlowPipe) {
    Pipe pipe;
    const std::string json(1000, 'x');
    std::string text;
    std::thread reader([&] { text = pipe.read_all(); });
    StdoutSink sink(pipe.writer());
    for (int i = 0; i < 3000; ++i) EXPECT_TRUE(sink.publish(event(json)));
    EXPECT_TRUE(sink.finish(Sink::Millis{0}));
    pipe.close_writer();
    reader.join();
    EXPECT_EQ(text.size(), 3000U * 1001U);
    EXPECT_EQ(sink.acknowledged(), 3000U);
}

TEST(StdoutSink, FailsWhenTheReaderHasGone) {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    StdoutSink sink(pipe.writer());
    pipe.close_reader();
    EXPECT_TRUE(sink.publish(event("{}")));
    EXPECT_FALSE(sink.finish(Sink::Millis{0}));
    EXPECT_EQ(sink.acknowledged(), 0U);
    ASSERT_TRUE(sink.failure().has_value());
    EXPECT_NE(sink.failure()->find("Broken pipe"), std::string::npos);
}

}  // namespace
}  // namespace matchpoint::simulator
