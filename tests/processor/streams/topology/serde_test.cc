// The bytes that Java's serializers write, and what the DSL puts on repartition topics.
#include "processor/streams/topology/serde.h"

#include <limits>

#include <gtest/gtest.h>

#include "processor/streams/topology/dsl/change.h"
#include "processor/streams/topology/dsl/timestamped_store.h"

namespace matchpoint::streams {
namespace {

template <typename T>
Bytes written(const SerdePtr<T>& serde, const T& value) {
    Bytes out;
    serde->serialize(value, out);
    return out;
}

TEST(Serde, NumbersAreBigEndianAsInJava) {
    EXPECT_EQ(written(serdes::int32(), std::int32_t{258}), Bytes("\0\0\1\2", 4));
    EXPECT_EQ(written(serdes::int32(), std::int32_t{-1}), Bytes(4, '\xff'));
    EXPECT_EQ(written(serdes::int64(), std::int64_t{1} << 40U), Bytes("\0\0\1\0\0\0\0\0", 8));
    EXPECT_EQ(written(serdes::float64(), 1.0), Bytes("\x3f\xf0\0\0\0\0\0\0", 8));
    for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                     std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_EQ(serdes::int64()->deserialize(written(serdes::int64(), value)), value);
    }
    EXPECT_EQ(serdes::float64()->deserialize(written(serdes::float64(), -0.1)), -0.1);
}

TEST(Serde, RefusesWhatHasTheWrongSize) {
    EXPECT_FALSE(serdes::int32()->deserialize("abc"));
    EXPECT_FALSE(serdes::int64()->deserialize("abcdefghi"));
    EXPECT_FALSE(serdes::float64()->deserialize(""));
    EXPECT_TRUE(serdes::bytes()->deserialize(""));
}

TEST(Serde, StringsAreUtf8) {
    for (const char* good : {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8e\xbe"}) {
        EXPECT_EQ(serdes::string()->deserialize(good), good);
    }
    for (const char* bad : {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"}) {
        EXPECT_FALSE(serdes::string()->deserialize(bad)) << bad;
    }
}

TEST(ChangeSerde, HasTheThreeFormsOfKafkaStreams) {
    const SerdePtr<Change<Bytes>> serde = std::make_shared<ChangeSerde<Bytes>>(serdes::bytes());
    EXPECT_EQ(written(serde, {"new", std::nullopt}), Bytes("new\1", 4));
    EXPECT_EQ(written(serde, {std::nullopt, "old"}), Bytes("old\0", 4));
    EXPECT_EQ(written(serde, {"new", "older"}), Bytes("\6newolder\2", 10));
    EXPECT_THROW(written(serde, Change<Bytes>{}), StreamsError);
    for (const Change<Bytes>& change :
         {Change<Bytes>{"", std::nullopt}, Change<Bytes>{std::nullopt, ""}, Change<Bytes>{Bytes(200, 'n'), "o"}}) {
        const auto read = serde->deserialize(written(serde, change));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->new_value, change.new_value);
        EXPECT_EQ(read->old_value, change.old_value);
    }
}

TEST(ChangeSerde, RefusesWhatIsNoChange) {
    const ChangeSerde<std::int64_t> serde(serdes::int64());
    for (const Bytes& bad : {Bytes(), Bytes("\3", 1), Bytes("\1", 1), Bytes("12345678\3", 9), Bytes("\x30short\2", 7),
                             Bytes("\1x\2", 3)}) {
        EXPECT_FALSE(serde.deserialize(bad));
    }
}

TEST(TimestampedStore, RestoresTheRecordsTimestampBeforeTheValue) {
    Bytes stored;
    RawRecord record;
    record.value = "v";
    record.timestamp = Timestamp{258};
    EXPECT_TRUE(restore_timestamped(record, stored));
    EXPECT_EQ(stored, Bytes("\0\0\0\0\0\0\1\2v", 9));
    record.value.reset();
    EXPECT_FALSE(restore_timestamped(record, stored));
}

}  // namespace
}  // namespace matchpoint::streams
