#include "processor/streams/base/murmur2.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace matchpoint::streams {
namespace {

// From Kafka's own UtilsTest.testMurmur2.
TEST(Murmur2, HashesAsKafkasJavaClient) {
    EXPECT_EQ(murmur2("21"), -973932308);
    EXPECT_EQ(murmur2("foobar"), -790332482);
    EXPECT_EQ(murmur2("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(murmur2("a-little-bit-longer-string"), -1486304829);
    EXPECT_EQ(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    EXPECT_EQ(murmur2("abc"), 479470107);
}

TEST(Murmur2, TakesBytesAsUnsigned) {
    // Utils.murmur2 of the UTF-8 of "Ünïcödé".
    const std::string text =
        "\xc3\x9cn\xc3\xaf"
        "c\xc3\xb6"
        "d\xc3\xa9";
    EXPECT_EQ(murmur2(text), 1099742038);
    EXPECT_EQ(murmur2(""), 275646681);
}

TEST(PartitionForKey, DropsTheSignBitAsJavaDoes) {
    EXPECT_EQ(partition_for_key("21", 6).value(), (-973932308 & 0x7fffffff) % 6);
    EXPECT_EQ(partition_for_key("abc", 6).value(), 479470107 % 6);
    // By Kafka 4.3.1: toPositive(murmur2("match-<i>")) % partitions.
    const std::array<std::int32_t, 10> of_six{0, 2, 1, 1, 0, 4, 4, 0, 5, 3};
    const std::array<std::int32_t, 10> of_twelve{0, 2, 7, 1, 0, 10, 4, 6, 5, 3};
    for (std::size_t i = 0; i < of_six.size(); ++i) {
        const std::string key = "match-" + std::to_string(i);
        EXPECT_EQ(partition_for_key(key, 6).value(), of_six[i]);
        EXPECT_EQ(partition_for_key(key, 12).value(), of_twelve[i]);
    }
    for (int i = 0; i < 1000; ++i) {
        const std::int32_t partition = partition_for_key("match-" + std::to_string(i), 7).value();
        EXPECT_TRUE(partition >= 0 && partition < 7);
    }
}

}  // namespace
}  // namespace matchpoint::streams
