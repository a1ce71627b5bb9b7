#include "processor/streams/base/sensor.h"

#include <thread>

#include <gtest/gtest.h>

namespace matchpoint::streams {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Tally, KeepsExtremesAndSums) {
    Tally tally;
    EXPECT_TRUE(tally.empty());
    tally.add(3);
    tally.add(9);
    tally.add_batch(4, 40);
    EXPECT_EQ(tally.count, 6);
    EXPECT_EQ(tally.sum, 52);
    EXPECT_EQ(tally.min, 3);
    EXPECT_EQ(tally.max, 10);
}

TEST(Sensor, PublishingEmptiesTheTallyAndAddsToTheTotals) {
    Sensor sensor;
    Tally tally;
    tally.add(5);
    sensor.publish(tally, 100 * kSecond);
    EXPECT_TRUE(tally.empty());
    tally.add(7);
    sensor.publish(tally, 101 * kSecond);
    EXPECT_EQ(sensor.total_count(), 2);
    EXPECT_EQ(sensor.total_sum(), 12);
    EXPECT_DOUBLE_EQ(sensor.recent(101 * kSecond).average(), 6);
    EXPECT_DOUBLE_EQ(sensor.recent(101 * kSecond).max(), 7);
    EXPECT_DOUBLE_EQ(sensor.recent(101 * kSecond).min(), 5);
}

TEST(Sensor, CountsWithoutValuesHaveARateAndNoAverage) {
    Sensor sensor;
    Tally tally;
    tally.count = 60;
    sensor.publish(tally, 60 * kSecond);  // 30 s of the window before, none of this one
    EXPECT_DOUBLE_EQ(sensor.recent(60 * kSecond).rate(), 2);
    EXPECT_DOUBLE_EQ(sensor.recent(60 * kSecond).average(), 0);
}

TEST(Sensor, ForgetsWhatIsOlderThanTwoWindows) {
    Sensor sensor;
    Tally tally;
    tally.add(1'000);
    sensor.publish(tally, 10 * kSecond);
    tally.add(10);
    sensor.publish(tally, 40 * kSecond);
    EXPECT_DOUBLE_EQ(sensor.recent(59 * kSecond).max(), 1'000);
    EXPECT_DOUBLE_EQ(sensor.recent(61 * kSecond).max(), 10);  // read a window later, nothing written meanwhile
    EXPECT_DOUBLE_EQ(sensor.recent(95 * kSecond).max(), 0);
    tally.add(3);
    sensor.publish(tally, 200 * kSecond);
    EXPECT_DOUBLE_EQ(sensor.recent(200 * kSecond).max(), 3);
    EXPECT_EQ(sensor.total_count(), 3);
}

TEST(Sensor, IsReadWhileItIsWritten) {
    Sensor sensor;
    std::thread writer([&sensor] {
        Tally tally;
        for (std::int64_t i = 1; i <= 20'000; ++i) {
            tally.add(1);
            sensor.publish(tally, i * kSecond / 100);
        }
    });
    std::int64_t last = 0;
    while (last < 20'000) {
        const std::int64_t now = sensor.total_count();
        ASSERT_GE(now, last);
        last = now;
        ASSERT_GE(sensor.recent(100 * kSecond).rate(), 0);
    }
    writer.join();
}

}  // namespace
}  // namespace matchpoint::streams
