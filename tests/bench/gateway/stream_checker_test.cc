#include "tests/bench/gateway/stream_checker.h"

#include <gtest/gtest.h>

namespace matchpoint::bench {
namespace {

class StreamCheckerTest : public ::testing::Test {
  protected:
    StreamCheckerTest() {
        checker_.add_client(StreamChecker::kAll);
        checker_.add_client(1);
        for (const std::size_t client : {0U, 1U}) checker_.on_open(client);
    }
    void give(std::size_t client, std::uint32_t match, std::uint32_t seq, std::int64_t published_ns = 10) {
        std::string json;
        BenchRecord{match, seq, published_ns}.write(json);
        checker_.on_event(client, {"message", json, ""}, 30);
    }
    StreamChecker checker_{3, 2};
    const CheckCounts& counts_ = checker_.counts();
};

TEST_F(StreamCheckerTest, AcceptsEachVersionOnceInOrderFromTheFirstThatCame) {
    for (const std::uint32_t seq : {5U, 6U, 7U}) give(0, 2, seq);
    give(0, 1, 1);
    give(1, 1, 4);
    EXPECT_EQ(counts_.delivered, 5U);
    EXPECT_EQ(counts_.lost + counts_.doubled + counts_.damaged + counts_.unasked, 0U);
    EXPECT_EQ(checker_.snapshots_done(), 1U) << "the client of all has seen two keys";
}

TEST_F(StreamCheckerTest, FindsWhatIsLostDoubledDamagedOrNotAskedFor) {
    give(0, 0, 1);
    give(0, 0, 3);
    EXPECT_EQ(counts_.lost, 1U);
    give(0, 0, 3);
    give(0, 0, 2);
    EXPECT_EQ(counts_.doubled, 2U);
    give(1, 2, 1);
    EXPECT_EQ(counts_.unasked, 1U);
    checker_.on_event(0, {"message", "{}", ""}, 1);
    EXPECT_EQ(counts_.damaged, 1U);
}

TEST_F(StreamCheckerTest, TimesOnlyWhatIsPublishedAfterTheMark) {
    give(0, 0, 1, 10);
    checker_.mark(20);
    give(0, 1, 1, 19);
    give(0, 0, 2, 25);
    EXPECT_EQ(counts_.delivered, 2U);
    EXPECT_EQ(counts_.first_published_ns, 25);
    EXPECT_EQ(checker_.latency().max(), 5U);
}

TEST_F(StreamCheckerTest, ReadsArraysOfRecordsAndSkipsOtherEvents) {
    std::string one;
    std::string two;
    BenchRecord{0, 1, 1}.write(one);
    BenchRecord{0, 2, 1}.write(two);
    checker_.on_event(0, {"data", "[" + one + "," + two + "]", ""}, 3);
    checker_.on_event(0, {"control", "{}", ""}, 3);
    EXPECT_EQ(counts_.delivered, 2U);
    EXPECT_EQ(counts_.damaged, 0U);
}

TEST(Histogram, QuantilesAreWithinTwoPercent) {
    Histogram histogram;
    for (std::int64_t i = 1; i <= 100'000; ++i) histogram.add(i * 1'000);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5)), 50e6, 1e6);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(0.99)), 99e6, 2e6);
    EXPECT_EQ(histogram.max(), 100'000'000U);
}

}  // namespace
}  // namespace matchpoint::bench
