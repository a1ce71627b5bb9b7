#include "processor/streams/state/timestamped_value.h"

#include <gtest/gtest.h>

namespace matchpoint::streams::state {
namespace {

TEST(TimestampedValue, IsEightBytesBigEndianThenTheValue) {
    Bytes stored = "was here before";
    join_timestamped(Timestamp{0x0102030405060708}, "v", stored);
    EXPECT_EQ(stored, Bytes("\x01\x02\x03\x04\x05\x06\x07\x08v", 9));
    const auto split = split_timestamped(stored);
    ASSERT_TRUE(split);
    EXPECT_EQ(split->timestamp, Timestamp{0x0102030405060708});
    EXPECT_EQ(split->value, "v");
}

TEST(TimestampedValue, KeepsAnEmptyValueAndNoTimestamp) {
    Bytes stored;
    join_timestamped(kNoTimestamp, "", stored);
    EXPECT_EQ(stored, Bytes(8, '\xff'));
    const auto split = split_timestamped(stored);
    ASSERT_TRUE(split);
    EXPECT_EQ(split->timestamp, kNoTimestamp);
    EXPECT_EQ(split->value, "");
}

TEST(TimestampedValue, RefusesWhatIsTooShort) {
    EXPECT_FALSE(split_timestamped("1234567"));
}

}  // namespace
}  // namespace matchpoint::streams::state
