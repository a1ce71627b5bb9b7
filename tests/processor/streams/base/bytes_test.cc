#include "processor/streams/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace matchpoint::streams {
namespace {

TEST(Bytes, WritesNumbersBigEndian) {
    Bytes out;
    append_be16(out, 0x0102U);
    append_be32(out, 0x03040506U);
    append_be64(out, 0x0708090a0b0c0d0eULL);
    EXPECT_EQ(out, Bytes("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e"));
    EXPECT_EQ(read_be16(out.data()), 0x0102U);
    EXPECT_EQ(read_be32(out.data() + 2), 0x03040506U);
    EXPECT_EQ(read_be64(out.data() + 6), 0x0708090a0b0c0d0eULL);
}

TEST(Bytes, VarintsTakeOneByteForEverySevenBits) {
    const auto encoded = [](std::uint64_t value) {
        Bytes out;
        append_varint(out, value);
        return out;
    };
    EXPECT_EQ(encoded(0), Bytes("\0", 1));
    EXPECT_EQ(encoded(127), Bytes("\x7f"));
    EXPECT_EQ(encoded(128), Bytes("\x80\x01"));
    EXPECT_EQ(encoded(300), Bytes("\xac\x02"));
    EXPECT_EQ(encoded(std::numeric_limits<std::uint64_t>::max()).size(), 10U);
}

TEST(Bytes, VarintsComeBackAtEveryBoundary) {
    for (unsigned bit = 0; bit < 64; ++bit) {
        for (const std::uint64_t value : {(1ULL << bit) - 1, 1ULL << bit, (1ULL << bit) + 1}) {
            Bytes out;
            append_varint(out, value);
            ByteReader reader(out);
            EXPECT_EQ(reader.varint(), value);
            EXPECT_TRUE(reader.ok() && reader.at_end());
        }
    }
}

TEST(Bytes, ZigzagKeepsSmallNegativeNumbersSmall) {
    EXPECT_EQ(zigzag(0), 0U);
    EXPECT_EQ(zigzag(-1), 1U);
    EXPECT_EQ(zigzag(1), 2U);
    EXPECT_EQ(zigzag(-2), 3U);
    constexpr std::array<std::int64_t, 4> kValues{std::numeric_limits<std::int64_t>::min(), -1, 1,
                                                  std::numeric_limits<std::int64_t>::max()};
    for (const std::int64_t value : kValues) EXPECT_EQ(unzigzag(zigzag(value)), value);
}

TEST(ByteReader, ReadsWhatWasWrittenInOrder) {
    Bytes out;
    append_string(out, "key");
    append_varint(out, zigzag(-5));
    append_be32(out, 7);
    append_be64(out, 8);
    append_string(out, "");
    out.push_back('\x2a');
    ByteReader reader(out);
    EXPECT_EQ(reader.string(), "key");
    EXPECT_EQ(reader.zigzag_varint(), -5);
    EXPECT_EQ(reader.be32(), 7U);
    EXPECT_EQ(reader.be64(), 8U);
    EXPECT_EQ(reader.string(), "");
    EXPECT_EQ(reader.u8(), 42U);
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.at_end());
}

TEST(ByteReader, FailsForGoodOnceAnythingIsShort) {
    Bytes whole;
    append_string(whole, "four");
    append_be64(whole, 1);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        ByteReader reader(BytesView(whole).substr(0, size));
        (void)reader.string();
        (void)reader.be64();
        EXPECT_FALSE(reader.ok()) << size << " bytes";
        EXPECT_EQ(reader.u8(), 0U);
        EXPECT_EQ(reader.take(1), "");
    }
}

TEST(ByteReader, RefusesALengthThatWrapsAround) {
    Bytes out;
    append_varint(out, std::numeric_limits<std::uint64_t>::max());
    out += "abc";
    ByteReader reader(out);
    EXPECT_EQ(reader.string(), "");
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, RefusesAVarintLongerThanTenBytes) {
    ByteReader reader(BytesView("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
    EXPECT_EQ(reader.varint(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(PrefixEnd, IsTheSmallestKeyAfterAllWithThePrefix) {
    EXPECT_EQ(prefix_end("ab"), "ac");
    EXPECT_EQ(prefix_end(BytesView("a\xff", 2)), "b");
    EXPECT_EQ(prefix_end(BytesView("\x7f", 1)), "\x80");
    EXPECT_EQ(prefix_end(BytesView("\xff\xff", 2)), std::nullopt);
    EXPECT_EQ(prefix_end(""), std::nullopt);
}

}  // namespace
}  // namespace matchpoint::streams
