#include "simulator/progress.h"

#include <gtest/gtest.h>

namespace matchpoint::simulator {
namespace {

Progress::Figures at(std::int64_t seconds, std::uint64_t events) {
    return {.elapsed_us = seconds * 1'000'000, .published = events, .acknowledged = events, .live = 3, .finished = 1};
}

TEST(Progress, WritesALineNowAndThenToAPipe) {
    std::string text;
    Progress progress(Progress::Style::kLines, [&text](std::string_view more) { text.append(more); });
    for (int second = 0; second <= 20; ++second) progress.update(at(second, static_cast<std::uint64_t>(second) * 50));
    EXPECT_EQ(text,
              "10 s: 500 events, 50.0 a second, 500 acknowledged; 3 matches live, 1 finished\n"
              "20 s: 1000 events, 50.0 a second, 1000 acknowledged; 3 matches live, 1 finished\n");
}

TEST(Progress, RewritesItsLineOnATerminalAndClearsIt) {
    std::string text;
    {
        Progress progress(Progress::Style::kInPlace, [&text](std::string_view more) { text.append(more); });
        progress.update(at(1, 500));
        EXPECT_EQ(text, "\r\x1b[K1 s: 500 events, 500 a second, 500 acknowledged; 3 matches live, 1 finished");
        text.clear();
        progress.say("Kafka is back");
        EXPECT_EQ(text, "\r\x1b[KKafka is back\n");
        progress.update(at(2, 500));
        text.clear();
    }
    EXPECT_EQ(text, "\r\x1b[K");
}

TEST(Progress, TheRateIsThatSinceTheLastLine) {
    std::string text;
    Progress progress(Progress::Style::kLines, [&text](std::string_view more) { text.append(more); });
    progress.update(at(10, 10'000'000));
    text.clear();
    progress.update(at(20, 10'000'000));
    EXPECT_NE(text.find(" 0.0 a second"), std::string::npos) << text;
}

TEST(Progress, QuietSaysOnlyWhatIsSaid) {
    std::string text;
    Progress progress(Progress::Style::kNone, [&text](std::string_view more) { text.append(more); });
    progress.update(at(100, 10));
    EXPECT_EQ(text, "");
    progress.say("done");
    EXPECT_EQ(text, "done\n");
}

TEST(Progress, TellsWhatIsLeftWhereThereIsAnEnd) {
    std::string written;
    Progress progress(Progress::Style::kLines, [&written](std::string_view text) { written += text; });
    progress.update({.elapsed_us = 10'000'000, .left_us = 59'000'001});
    progress.update({.elapsed_us = 20'000'000, .left_us = 600'000'000});
    progress.update({.elapsed_us = 30'000'000, .left_us = 7'500'000'000});
    EXPECT_NE(written.find("; 60 s left\n"), std::string::npos) << written;
    EXPECT_NE(written.find("; 10 min left\n"), std::string::npos) << written;
    EXPECT_NE(written.find("; 2 h 5 min left\n"), std::string::npos) << written;
}

}  // namespace
}  // namespace matchpoint::simulator
