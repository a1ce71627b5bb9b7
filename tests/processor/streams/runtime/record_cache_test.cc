// Record caches under exactly-once on a broker: what a commit flushes is what it commits, whatever breaks in between.
#include <algorithm>
#include <atomic>

#include "processor/streams/topology/serde.h"
#include "tests/processor/streams/runtime/application_fixture.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

constexpr int kKeys = 20;
constexpr int kRounds = 100;

class RecordCaches : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 1);
        out_ = topic("out", 1);
    }
    // Counts by key; the thread dies of an exception when `deadly_` has been counted down.
    [[nodiscard]] Topology fragile_counting() {
        StreamsBuilder builder;
        builder.stream<std::string, std::string>(in_)
            .peek([this](const std::string&, const std::string&) {
                if (deadly_ > 0 && --deadly_ == 0) throw std::runtime_error("a test's death");
            })
            .group_by_key()
            .count({.store = "counts"})
            .to_stream()
            .map_values([](const std::int64_t& count) { return std::to_string(count); })
            .to(out_);
        return builder.build();
    }
    [[nodiscard]] std::unique_ptr<Instance> start() {
        Instance::Options options;
        options.uncaught_exception = [](const std::exception&) { return UncaughtResponse::kReplaceThread; };
        auto instance = std::make_unique<Instance>(
            fragile_counting(),
            config("one", {{"statestore.cache.max.bytes", "1000000"}, {"commit.interval.ms", "50"}}),
            std::move(options));
        instance->streams().start();
        return instance;
    }
    [[nodiscard]] ::testing::AssertionResult all_reach(int count) const {
        std::map<std::string, std::vector<std::string>> found;
        const bool reached = eventually([&] {
            found = read(out_);
            return found.size() == kKeys && std::all_of(found.begin(), found.end(), [&](const auto& entry) {
                       return entry.second.back() == std::to_string(count);
                   });
        });
        if (reached) return ::testing::AssertionSuccess();
        auto failure = ::testing::AssertionFailure() << "not all keys are at " << count << ":";
        for (const auto& [key, values] : found) failure << " " << key << "=" << values.back();
        return failure;
    }
    // What the store's changelog holds, in the words of the output.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> logged() const {
        auto records = read(id() + "-counts-changelog");
        for (auto& [key, values] : records) {
            for (std::string& value : values) {
                value = std::to_string(serdes::int64()->deserialize(BytesView(value)).value());
            }
        }
        return records;
    }

    std::string in_, out_;
    std::atomic<int> deadly_{0};
};

TEST_F(RecordCaches, CommitExactlyWhatTheyHaveFlushed) {
    auto app = start();
    produce(in_, rounds(kKeys, kRounds));
    ASSERT_TRUE(all_reach(kRounds)) << app->log();

    // The thread dies with updates in its cache that nobody has seen.
    deadly_ = kKeys * kRounds / 2;
    produce(in_, rounds(kKeys, kRounds));
    ASSERT_TRUE(all_reach(2 * kRounds)) << app->log();
    EXPECT_TRUE(app->says("is replaced", milliseconds(0))) << app->log();

    // A transaction cannot be committed: the tasks start over.
    usurp_producers();
    produce(in_, rounds(kKeys, kRounds));
    ASSERT_TRUE(all_reach(3 * kRounds)) << app->log();
    EXPECT_TRUE(app->says("starting over from the last commit", milliseconds(0))) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning)) << app->log();

    const auto out = read(out_);
    std::size_t written = 0;
    for (const auto& [key, values] : out) {
        written += values.size();
        for (std::size_t i = 1; i < values.size(); ++i) {
            EXPECT_LT(std::stoi(values[i - 1]), std::stoi(values[i])) << key << ": counted twice, or lost";
        }
    }
    EXPECT_EQ(logged(), out) << "changelog and output are written by the same flush";
    EXPECT_LT(written, static_cast<std::size_t>(3 * kKeys * kRounds)) << "the cache has held nothing back";

    // And the state on disk is what was committed.
    app.reset();
    app = start();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(all_reach(3 * kRounds + 1)) << app->log();
    EXPECT_EQ(logged(), read(out_));
}

}  // namespace
}  // namespace matchpoint::streams
