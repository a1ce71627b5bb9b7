#include "simulator/replay/csv.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/simulator/replay/files.h"

namespace matchpoint::simulator::replay {
namespace {

TEST(Csv, ReadsQuotesLineEndsAndAByteOrderMark) {
    const Files files;
    CsvReader csv(files.write("a.csv",
                              "\xef\xbb\xbfid,name,note\r\n"
                              "1,\"Smith, Jo\",\"she said \"\"out\"\"\"\r\n"
                              "\r\n"
                              "2,\"two\nlines\",\n"
                              "3,last,no line end"));
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.get("id"), "1");
    EXPECT_EQ(csv.get("name"), "Smith, Jo");
    EXPECT_EQ(csv.get("note"), "she said \"out\"");
    EXPECT_EQ(csv.line(), 2U);
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.line(), 4U);
    EXPECT_EQ(csv.get("name"), "two\nlines");
    EXPECT_EQ(csv.get("note"), "");
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.line(), 6U);
    EXPECT_EQ(csv.get("note"), "no line end");
    EXPECT_FALSE(csv.next());
}

TEST(Csv, TheFirstColumnMayBeQuotedBehindAByteOrderMark) {
    const Files files;
    CsvReader csv(files.write("a.csv", "\xef\xbb\xbf\"id\",\"name\"\n1,x\n"));
    ASSERT_TRUE(csv.next());
    EXPECT_EQ(csv.get("id"), "1");
    EXPECT_EQ(csv.get("name"), "x");
}

TEST(Csv, ShortRowsAndUnknownColumnsHaveNoValue) {
    const Files files;
    CsvReader csv(files.write("a.csv", "a,b\n1\n"));
    ASSERT_TRUE(csv.next());
    EXPECT_FALSE(csv.complete());
    EXPECT_EQ(csv.get("a"), "1");
    EXPECT_FALSE(csv.get("b").has_value());
    EXPECT_FALSE(csv.get("c").has_value());
    EXPECT_TRUE(csv.has("b"));
}

TEST(Csv, AnEmptyFileHasNothing) {
    const Files files;
    CsvReader csv(files.write("a.csv", ""));
    EXPECT_FALSE(csv.next());
    EXPECT_FALSE(csv.has("a"));
    EXPECT_THROW(CsvReader("/nonexistent.csv"), std::runtime_error);
}

}  // namespace
}  // namespace matchpoint::simulator::replay
