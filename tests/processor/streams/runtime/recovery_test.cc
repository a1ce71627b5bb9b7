// Transactions, changelogs and state that go wrong under a running application: every input is counted exactly once.
#include <algorithm>
#include <fstream>
#include <random>
#include <thread>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "tests/processor/streams/runtime/application_fixture.h"
#include "tests/processor/streams/runtime/listeners.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

constexpr int kKeys = 20;

class Recovery : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", 2);
        out_ = topic("out", 2);
    }
    [[nodiscard]] std::unique_ptr<Instance> start(const StreamsConfig::Map& more = {}, Instance::Options options = {}) {
        auto instance = std::make_unique<Instance>(counting(in_, out_), config("one", more), std::move(options));
        instance->streams().start();
        return instance;
    }
    // An application that has counted `times` records of each key and was stopped in order.
    void run_once(int times) {
        auto app = start();
        produce(in_, rounds(kKeys, times));
        ASSERT_TRUE(counts_reach(out_, kKeys, times)) << app->log();
    }

    std::string in_;
    std::string out_;
};

TEST_F(Recovery, GoesOnWhenAnotherProducerFencesIt) {
    auto app = start();
    produce(in_, rounds(kKeys, 5));
    ASSERT_TRUE(counts_reach(out_, kKeys, 5)) << app->log();
    usurp_producers();
    produce(in_, rounds(kKeys, 5));
    EXPECT_TRUE(counts_reach(out_, kKeys, 10)) << app->log();
    EXPECT_TRUE(app->says("starting over from the last commit", milliseconds(0))) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning));
}

// What a store in memory has committed is not read again.
TEST_F(Recovery, KeepsAStoreInMemoryWhenItStartsOver) {
    RestoreNotes notes;
    Instance::Options options;
    options.restore_listener = &notes;
    Instance app(counting(in_, out_, StoreSpec::Kind::kInMemory), config(), std::move(options));
    app.streams().start();
    produce(in_, rounds(kKeys, 50));
    ASSERT_TRUE(counts_reach(out_, kKeys, 50)) << app.log();
    usurp_producers();
    produce(in_, rounds(kKeys, 5));
    EXPECT_TRUE(counts_reach(out_, kKeys, 55)) << app.log();
    EXPECT_TRUE(app.says("starting over from the last commit", milliseconds(0))) << app.log();
    EXPECT_TRUE(app.reaches(State::kRunning)) << app.log();
    EXPECT_LT(notes.records, kKeys * 50) << "all of the changelog was read again\n" << app.log();
}

// At any moment of its transactions, too.
TEST_F(Recovery, GoesOnWhenItIsFencedAgainAndAgain) {
    auto app = start();
    int times = 0;
    std::mt19937 random(3);
    for (int fencings = 0; fencings < 6; ++fencings) {
        produce(in_, rounds(kKeys, 50));
        times += 50;
        std::this_thread::sleep_for(milliseconds(random() % 40));
        usurp_producer(fencings % 2);
    }
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, times + 1)) << app->log();
    EXPECT_TRUE(app->says("starting over from the last commit", milliseconds(0))) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning));
}

// A copy of the state directory has the same process id: the same producers, and the same place in the group. The first
// instance is out, for good, and says why; the copy goes on from its last commit.
TEST_F(Recovery, ACopyOfTheStateDirectoryTakesThePlaceOfTheOriginal) {
    auto original = start();
    produce(in_, rounds(kKeys, 20));
    ASSERT_TRUE(counts_reach(out_, kKeys, 20)) << original->log();
    const auto copied = state_of("copy");
    std::filesystem::create_directories(copied);
    std::filesystem::copy(state_of() / "process-id", copied / "process-id");
    produce(in_, rounds(kKeys, 20));
    Instance copy(counting(in_, out_), config("copy"));
    copy.streams().start();
    produce(in_, rounds(kKeys, 20));
    EXPECT_TRUE(counts_reach(out_, kKeys, 60)) << copy.log() << original->log();
    EXPECT_EQ(original->streams().wait_until_ended(kPatience), State::kError) << original->log();
    EXPECT_NE(original->streams().error().find("FENCED_INSTANCE_ID"), std::string::npos) << original->streams().error();
    EXPECT_TRUE(copy.reaches(State::kRunning)) << copy.log();
    produce(in_, rounds(kKeys, 20));
    EXPECT_TRUE(counts_reach(out_, kKeys, 80)) << copy.log() << original->log();
}

TEST_F(Recovery, SkipsWhatAnUpstreamTransactionAborted) {
    auto app = start();
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("transactional.id", id() + "-upstream");
    kafka::Producer upstream(std::move(config), {});
    ASSERT_FALSE(upstream.init_transactions(kPatience));
    const kafka::TopicHandle to = upstream.topic(in_);
    for (const bool commit : {false, true}) {
        ASSERT_FALSE(upstream.begin_transaction());
        for (const auto& [key, value] : rounds(kKeys, 3)) {
            kafka::OutgoingRecord record;
            record.topic = to;
            record.key = key;
            record.value = value;
            ASSERT_EQ(upstream.produce(record), kafka::ProduceStatus::kOk);
        }
        ASSERT_TRUE(upstream.drain(kPatience));
        ASSERT_FALSE(commit ? upstream.commit_transaction(kPatience) : upstream.abort_transaction(kPatience));
    }
    EXPECT_TRUE(counts_reach(out_, kKeys, 3)) << app->log();
}

// Somebody's transaction holds the offsets at which a new task would go on. If Kafka has lost it, for ever: the log
// must tell an operator.
TEST_F(Recovery, SaysThatItWaitsForATransactionThatHoldsItsOffsets) {
    run_once(5);
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("transactional.id", id() + "-lost");
    kafka::Producer holder(std::move(config), {});
    kafka::Consumer member(KafkaBroker::shared().config().set("group.id", id()), {});
    ASSERT_FALSE(holder.init_transactions(kPatience));
    ASSERT_FALSE(holder.begin_transaction());
    ASSERT_FALSE(holder.send_offsets({{{in_, Partition{0}}, Offset{0}, {}}}, member.group_metadata(), kPatience));
    auto app = start();
    EXPECT_TRUE(app->says("held by a transaction that has not ended")) << app->log();
    EXPECT_EQ(app->state(), State::kRebalancing);
    ASSERT_FALSE(holder.abort_transaction(kPatience));
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 6)) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning)) << app->log();
}

// Retention or an operator has deleted records that the store has not seen: what it holds may be long out of date.
TEST_F(Recovery, StartsOverFromTheBeginningOfATruncatedChangelog) {
    run_once(5);
    const auto aside = state_of().string() + ".old";
    std::filesystem::copy(state_of(), aside, std::filesystem::copy_options::recursive);
    std::vector<kafka::PartitionOffset> before;
    for (std::int32_t p = 0; p < 2; ++p) {
        const TopicPartition changelog{id() + "-counts-changelog", Partition{p}};
        before.push_back({changelog, admin().watermarks(changelog, kPatience).value().high, {}});
    }
    {
        auto app = start();
        produce(in_, rounds(kKeys, 1));  // every key is in what will be left
        ASSERT_TRUE(counts_reach(out_, kKeys, 6)) << app->log();
    }
    std::filesystem::remove_all(state_of());
    std::filesystem::rename(aside, state_of());
    // Kafka deletes nothing on request from a topic that is only compacted.
    ASSERT_FALSE(
        admin().alter_configs(before.front().partition.topic, {{"cleanup.policy", "compact,delete"}}, kPatience));
    ASSERT_FALSE(admin().delete_records(before, kPatience));
    auto app = start();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 7)) << app->log();
    EXPECT_TRUE(app->says("starting over", milliseconds(0))) << app->log();
}

TEST_F(Recovery, WipesStateFoundCorruptedAtTheStart) {
    run_once(5);
    int damaged = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(state_of())) {
        if (file.path().filename().string().find("MANIFEST") == std::string::npos) continue;
        std::fstream stream(file.path(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(file.file_size() / 2));
        stream << "XXXXXXXXXXXXXXXX";
        ++damaged;
    }
    ASSERT_EQ(damaged, 2);
    auto app = start();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 6)) << app->log();
    EXPECT_TRUE(app->says("wiping", milliseconds(0))) << app->log();
}

// A damaged block is met only when it is read, under a running task.
TEST_F(Recovery, WipesStateFoundCorruptedWhileRunning) {
    Records many;  // so large, and so hard to compress, that the restore writes files
    std::mt19937 random(7);
    for (int i = 0; i < 8'000; ++i) {
        std::string key(400, ' ');
        for (char& c : key) c = static_cast<char>('a' + random() % 26);
        many.emplace_back(std::move(key), "v");
    }
    const auto all_counted = [&](std::size_t times) {
        return eventually([&] {
            std::size_t done = 0;
            for (const auto& [key, counts] : read(out_)) {
                done += counts.size() == times && counts.back() == std::to_string(times) ? 1 : 0;
            }
            return done == many.size();
        });
    };
    {
        auto app = start();
        produce(in_, many);
        ASSERT_TRUE(all_counted(1)) << app->log();
    }
    for (const std::string task : {"0_0", "0_1"}) std::filesystem::remove_all(state_of() / task);
    {
        RestoreNotes notes;
        Instance::Options options;
        options.restore_listener = &notes;
        auto app = start({}, std::move(options));
        ASSERT_TRUE(eventually([&] { return notes.ended == 2; })) << app->log();
    }
    int damaged = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(state_of())) {
        if (file.path().extension() != ".sst" || file.file_size() < 10'000) continue;
        std::fstream stream(file.path(), std::ios::in | std::ios::out | std::ios::binary);
        for (std::uintmax_t at = 500; at < file.file_size() / 2; at += 500) {
            stream.seekp(static_cast<std::streamoff>(at));
            stream << "XXXXXXXX";
        }
        ++damaged;
    }
    ASSERT_GT(damaged, 0);
    auto app = start();
    produce(in_, many);
    EXPECT_TRUE(all_counted(2)) << app->log();
    EXPECT_TRUE(app->says("wiping", milliseconds(0))) << app->log();
    EXPECT_EQ(app->streams().error(), "");
}

TEST_F(Recovery, KeepsItsMembershipThroughALongRestore) {
    run_once(50);
    std::filesystem::remove_all(state_of());
    RestoreNotes notes(milliseconds(4'500));  // a batch
    Instance::Options options;
    options.restore_listener = &notes;
    auto app =
        start({{"consumer.max.poll.interval.ms", "3000"}, {"consumer.session.timeout.ms", "3000"}}, std::move(options));
    ASSERT_TRUE(app->reaches(State::kRunning)) << app->log();
    EXPECT_EQ(app->count(&StreamMetrics::tasks_closed), 0) << app->log();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 51)) << app->log();
}

// A restore that outlasts the time-out of a transaction holds none open: what runs already is processed and committed.
TEST_F(Recovery, KeepsCommittingThroughTheRestoreOfAnotherTask) {
    run_once(50);
    std::filesystem::remove_all(state_of() / "0_1");
    RestoreNotes notes(milliseconds(4'000));
    Instance::Options options;
    options.restore_listener = &notes;
    auto app = start({{"producer.transaction.timeout.ms", "1500"}}, std::move(options));
    ASSERT_TRUE(eventually([&] { return notes.ended == 1 && notes.records > 0; })) << app->log();
    produce(in_, rounds(kKeys, 1));
    const auto counted = [&] {
        const auto found = read(out_);
        return std::count_if(found.begin(), found.end(), [](const auto& key) { return key.second.size() == 51; });
    };
    EXPECT_TRUE(eventually([&] { return counted() > 0; })) << app->log();
    EXPECT_EQ(notes.ended, 1) << "the restore was over before anything was committed";
    EXPECT_TRUE(counts_reach(out_, kKeys, 51)) << app->log();
    EXPECT_EQ(app->log().find("starting over"), std::string::npos) << app->log();
}

TEST_F(Recovery, RebalancesDuringARestore) {
    run_once(50);
    std::filesystem::remove_all(state_of());
    RestoreNotes notes(milliseconds(1'500));
    Instance::Options options;
    options.restore_listener = &notes;
    auto app = start({}, std::move(options));
    ASSERT_TRUE(eventually([&] { return notes.records > 0; })) << app->log();
    Instance other(counting(in_, out_), config("two"));
    other.streams().start();
    ASSERT_TRUE(other.reaches(State::kRunning)) << other.log();
    notes.hurry();
    ASSERT_TRUE(app->reaches(State::kRunning)) << app->log();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 51)) << app->log() << other.log();
}

}  // namespace
}  // namespace matchpoint::streams
