// What has been consumed of repartition topics does not stay in Kafka.
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

class RepartitionTopics : public Application {};

TEST_F(RepartitionTopics, ArePurgedUpToWhatIsCommitted) {
    const std::string in = topic("in", 2);
    const std::string out = topic("out", 2);
    StreamsBuilder builder;
    builder.stream<std::string, std::string>(in)
        .select_key([](const std::string& key, const std::string&) { return key; })
        .group_by_key()
        .count({.store = "counts"})
        .to_stream()
        .map_values([](const std::int64_t& count) { return std::to_string(count); })
        .to(out);
    Instance app(builder.build(), config("one", {{"repartition.purge.interval.ms", "200"}}));
    app.streams().start();
    produce(in, rounds(10, 20));
    EXPECT_TRUE(counts_reach(out, 10, 20)) << app.log();

    const std::string repartition = id() + "-counts-repartition";
    std::int64_t written = 0;
    const auto empty = [&] {
        std::int64_t left = written = 0;
        for (std::int32_t p = 0; p < 2; ++p) {
            const auto marks = admin().watermarks({repartition, Partition{p}}, kPatience).value();
            left += marks.high.value() - marks.low.value();
            written += marks.high.value();
        }
        return left <= 2;  // the markers of the last transaction lie behind the committed offset
    };
    EXPECT_TRUE(eventually(empty)) << app.log();
    EXPECT_GE(written, 200);
    // And it goes on from there.
    produce(in, rounds(10, 1));
    EXPECT_TRUE(counts_reach(out, 10, 21)) << app.log();
}

}  // namespace
}  // namespace matchpoint::streams
