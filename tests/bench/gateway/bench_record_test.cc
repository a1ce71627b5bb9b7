#include "tests/bench/gateway/bench_record.h"

#include <gtest/gtest.h>

namespace matchpoint::bench {
namespace {

TEST(BenchRecord, IsReadAsWrittenAndTakenFromTheText) {
    const BenchRecord record{17, 123, 1'795'235'906'251'000'001};
    std::string json;
    record.write(json);
    EXPECT_NEAR(static_cast<double>(json.size()), 300, 60);
    std::string both = json + "," + json;
    std::string_view text = both;
    const auto read = take_record(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->match, 17U);
    EXPECT_EQ(read->seq, 123U);
    EXPECT_EQ(read->published_ns, record.published_ns);
    EXPECT_EQ(record.key(), "m-00017");
    EXPECT_EQ(text, "," + json);
}

TEST(BenchRecord, AChangeOfAnyByteIsFound) {
    const BenchRecord record{17, 123, 5};
    std::string json;
    record.write(json);
    for (std::size_t i = 0; i < json.size(); ++i) {
        std::string damaged = json;
        damaged[i] = '\x01';
        std::string_view text = damaged;
        EXPECT_FALSE(take_record(text)) << i;
    }
    std::string_view cut = std::string_view(json).substr(0, json.size() - 1);
    EXPECT_FALSE(take_record(cut));
}

}  // namespace
}  // namespace matchpoint::bench
