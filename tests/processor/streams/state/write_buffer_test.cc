#include "processor/streams/state/write_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace matchpoint::streams::state {
namespace {

using Rows = std::vector<std::pair<Bytes, Bytes>>;

Scan everything(Direction direction = Direction::kForward) {
    return Scan::inclusive(std::nullopt, std::nullopt, direction);
}

Rows rest_of(WriteBuffer::Cursor& cursor) {
    Rows rows;
    for (; cursor.valid(); cursor.next()) {
        const bool erased = cursor.kind() == WriteBuffer::Kind::kErase;
        rows.emplace_back(cursor.key(), erased ? "(erased)" : Bytes(cursor.value()));
    }
    return rows;
}

Rows rows_of(WriteBuffer& buffer, const Scan& scan) {
    WriteBuffer::Cursor cursor(buffer, scan);
    return rest_of(cursor);
}

TEST(WriteBuffer, FindsTheLastWriteOfEachKeyAsItGrows) {
    WriteBuffer buffer;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20'000; ++i) {
            const Bytes key = "key-" + std::to_string(i);
            if (i % 7 == round) {
                buffer.erase(key);
            } else {
                buffer.put(key, std::string(static_cast<std::size_t>(i % 50), 'v') + std::to_string(round));
            }
        }
    }
    EXPECT_EQ(buffer.size(), 20'000U);
    for (int i = 0; i < 20'000; ++i) {
        const WriteBuffer::Entry* entry = buffer.find("key-" + std::to_string(i));
        ASSERT_NE(entry, nullptr);
        if (i % 7 == 2) {
            EXPECT_EQ(entry->newest.kind, WriteBuffer::Kind::kErase);
        } else {
            EXPECT_EQ(entry->newest.value, std::string(static_cast<std::size_t>(i % 50), 'v') + "2");
        }
    }
    EXPECT_EQ(buffer.find("key-20000"), nullptr);
}

TEST(WriteBuffer, TellsAnEmptyValueFromAnErase) {
    WriteBuffer buffer;
    buffer.put("a", "");
    buffer.erase("b");
    EXPECT_EQ(buffer.find("a")->newest.kind, WriteBuffer::Kind::kPut);
    EXPECT_EQ(buffer.find("b")->newest.kind, WriteBuffer::Kind::kErase);
}

TEST(WriteBuffer, StaysSmallWhenOneKeyIsOverwrittenForEver) {
    WriteBuffer buffer;
    std::mt19937 random(7);
    for (int i = 0; i < 200'000; ++i) buffer.put("hot", std::string(random() % 1000, 'x'));
    for (int i = 0; i < 1000; ++i) {
        buffer.erase("hot");
        buffer.put("hot", std::string(999, 'y'));
    }
    EXPECT_LT(buffer.size_bytes(), 32U << 10U);
}

TEST(WriteBuffer, TakesAValueThatLiesInItself) {
    WriteBuffer buffer;
    buffer.put("a", "0123456789");
    buffer.put("a", buffer.find("a")->newest.value.substr(3, 5));
    EXPECT_EQ(buffer.find("a")->newest.value, "34567");
    buffer.put("b", buffer.find("a")->newest.value);
    EXPECT_EQ(buffer.find("b")->newest.value, "34567");
}

TEST(WriteBuffer, CursorWalksWhatWasThereWhenItWasMade) {
    for (const Direction direction : {Direction::kForward, Direction::kReverse}) {
        WriteBuffer buffer;
        for (const char* key : {"b", "d", "f", "h"}) buffer.put(key, "old");
        buffer.erase("f");
        WriteBuffer::Cursor cursor(buffer, everything(direction));
        cursor.next();  // so that it stands in the middle
        for (const char* key : {"a", "c", "e", "g", "i"}) buffer.put(key, "came later");
        for (const char* key : {"b", "d", "f", "h"}) buffer.put(key, "new");
        (void)rows_of(buffer, everything());  // another cursor takes the new keys into the index
        for (const char* key : {"b", "d", "f", "h"}) buffer.erase(key);

        const Rows forward{{"d", "old"}, {"f", "(erased)"}, {"h", "old"}};
        const Rows reverse{{"f", "(erased)"}, {"d", "old"}, {"b", "old"}};
        EXPECT_EQ(rest_of(cursor), direction == Direction::kForward ? forward : reverse);
    }
}

TEST(WriteBuffer, CursorKeepsToItsBounds) {
    WriteBuffer buffer;
    for (const char* key : {"a", "b", "ba", "c", "\xff", "\xff\xff"}) buffer.put(key, "");
    EXPECT_EQ(rows_of(buffer, Scan::inclusive("b", "c", Direction::kForward)),
              (Rows{{"b", ""}, {"ba", ""}, {"c", ""}}));
    EXPECT_EQ(rows_of(buffer, Scan::inclusive("b", "bz", Direction::kReverse)), (Rows{{"ba", ""}, {"b", ""}}));
    EXPECT_EQ(rows_of(buffer, Scan::prefix("b")), (Rows{{"b", ""}, {"ba", ""}}));
    EXPECT_EQ(rows_of(buffer, Scan::prefix("\xff")), (Rows{{"\xff", ""}, {"\xff\xff", ""}}));
    EXPECT_EQ(rows_of(buffer, Scan::inclusive("d", "e", Direction::kForward)), Rows{});
    EXPECT_EQ(rows_of(buffer, Scan::inclusive("c", "b", Direction::kForward)), Rows{});
    EXPECT_EQ(rows_of(buffer, Scan::inclusive("c", "b", Direction::kReverse)), Rows{});
}

TEST(WriteBuffer, GivesBackWhatALargeTransactionTook) {
    WriteBuffer buffer;
    for (int i = 0; i < 200'000; ++i) buffer.put("key-" + std::to_string(i), std::string(100, 'x'));
    ASSERT_GT(buffer.size_bytes(), 30U << 20U);
    buffer.clear();
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.find("key-1"), nullptr);
    EXPECT_LE(buffer.size_bytes(), 3 * WriteBuffer::kKeptBytes);
    buffer.put("key-1", "again");
    EXPECT_EQ(rows_of(buffer, everything()), (Rows{{"key-1", "again"}}));
}

}  // namespace
}  // namespace matchpoint::streams::state
