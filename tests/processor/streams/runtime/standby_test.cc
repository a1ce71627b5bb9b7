// Standby replicas: kept up to date elsewhere, and taken over with only the tail to replay.
#include "tests/processor/streams/runtime/application_fixture.h"
#include "tests/processor/streams/runtime/listeners.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;

constexpr int kPartitions = 4;
constexpr int kKeys = 40;

// Mirrors its input, numbers, in a store, and forwards one more than the number before.
class Successor final : public Processor<std::string, std::string> {
  public:
    void init(ProcessorContext<std::string, std::string>& context) override {
        context_ = &context;
        mirror_ = &context.get_state_store("mirror");
    }
    void process(const Record<std::string, std::string>& record) override {
        Bytes before;
        if (!mirror_->get(*record.key, before)) before = "0";
        mirror_->put(*record.key, *record.value);
        Record<std::string, std::string> next = record;
        next.value = std::to_string(std::stoi(before) + 1);
        context_->forward(next);
    }

  private:
    ProcessorContext<std::string, std::string>* context_ = nullptr;
    TaskStore* mirror_ = nullptr;
};

// For each key the numbers from `first` to `last`.
Records numbers(int first, int last) {
    Records records;
    for (int number = first; number <= last; ++number) {
        for (int key = 0; key < kKeys; ++key) records.emplace_back("k" + std::to_string(key), std::to_string(number));
    }
    return records;
}

class Standbys : public Application {
  protected:
    void SetUp() override {
        in_ = topic("in", kPartitions);
        out_ = topic("out", kPartitions);
    }
    [[nodiscard]] std::unique_ptr<Instance> start(const std::string& name, StandbyNotes& standby,
                                                  RestoreNotes& restore) const {
        Instance::Options options;
        options.standby_listener = &standby;
        options.restore_listener = &restore;
        auto instance = std::make_unique<Instance>(
            topology_(in_, out_), config(name, {{"num.standby.replicas", "1"}, {"state.cleanup.delay.ms", "500"}}),
            std::move(options));
        instance->streams().start();
        return instance;
    }
    // One of two instances that share the tasks ends; the other has read all of its state before, and goes on with it.
    void expect_only_the_tail_replayed(std::unique_ptr<Instance>& two, StandbyNotes& standby_two,
                                       RestoreNotes& restore_two) {
        StandbyNotes standby_one;
        RestoreNotes restore_one;
        auto one = start("one", standby_one, restore_one);
        ASSERT_TRUE(one->reaches(State::kRunning)) << one->log();
        two = start("two", standby_two, restore_two);
        ASSERT_TRUE(two->says("keeping a standby")) << two->log();
        ASSERT_TRUE(one->says("keeping a standby")) << one->log();
        produce(in_, numbers(1, 25));
        ASSERT_TRUE(counts_reach(out_, kKeys, 25)) << one->log() << two->log();
        // Each change is replicated once: by the instance that does not run the task.
        ASSERT_TRUE(eventually([&] { return standby_one.records + standby_two.records >= kKeys * 25; }))
            << standby_one.records << " " << standby_two.records << one->log() << two->log();
        const std::int64_t before = restore_two.records;
        ASSERT_TRUE(one->streams().close());
        one.reset();
        // Records that came in the middle of the rebalance could make the tasks it had already start over.
        ASSERT_TRUE(eventually([&] { return standby_two.promoted > 0; })) << two->log();
        ASSERT_TRUE(two->reaches(State::kRunning)) << two->log();
        EXPECT_EQ(restore_two.records - before, 0) << two->log();
        produce(in_, numbers(26, 26));
        EXPECT_TRUE(counts_reach(out_, kKeys, 26)) << two->log();
    }
    void expect_only_the_tail_replayed() {
        StandbyNotes standby;
        RestoreNotes restore;
        std::unique_ptr<Instance> two;
        expect_only_the_tail_replayed(two, standby, restore);
    }

    std::function<Topology(const std::string& in, const std::string& out)> topology_ =
        [](const std::string& in, const std::string& out) { return counting(in, out); };
    std::string in_;
    std::string out_;
};

TEST_F(Standbys, TakeOverWithOnlyTheTailToReplay) {
    StandbyNotes standby;
    RestoreNotes restore;
    std::unique_ptr<Instance> two;
    expect_only_the_tail_replayed(two, standby, restore);
    EXPECT_TRUE(two->reaches(State::kRunning));

    // Who comes back becomes the standby of all that the other one keeps, and has it on disk already.
    StandbyNotes standby_again;
    RestoreNotes restore_again;
    auto again = start("one", standby_again, restore_again);
    ASSERT_TRUE(again->says("keeping a standby")) << again->log();
    EXPECT_LT(standby_again.records, kKeys * 25) << again->log();
}

TEST_F(Standbys, OfAStoreInMemoryTakeOverToo) {
    topology_ = [](const std::string& in, const std::string& out) {
        return counting(in, out, StoreSpec::Kind::kInMemory);
    };
    expect_only_the_tail_replayed();
}

TEST_F(Standbys, OfASourceTopicsStoreTakeOverToo) {
    topology_ = [](const std::string& in, const std::string& out) {
        const SerdePair<std::string, std::string> strings{serdes::string(), serdes::string()};
        StoreSpec mirror;
        mirror.name = "mirror";
        mirror.changelog = StoreSpec::Changelog::kSourceTopic;
        mirror.changelog_topic = in;
        Topology topology;
        topology.add_source<std::string, std::string>("source", {in}, strings);
        topology.add_processor<Successor>("successor", [] { return std::make_unique<Successor>(); }, {"source"});
        topology.add_state_store(mirror, {"successor"});
        topology.add_sink<std::string, std::string>("sink", out, strings, {"successor"});
        return topology;
    };
    expect_only_the_tail_replayed();
}

TEST_F(Standbys, AreGivenUpAndCleanedWhenAThirdInstanceHasThem) {
    StandbyNotes notes;
    RestoreNotes restores;
    auto one = start("one", notes, restores);
    auto two = start("two", notes, restores);
    produce(in_, rounds(kKeys, 2));
    ASSERT_TRUE(counts_reach(out_, kKeys, 2)) << one->log() << two->log();
    const auto directories = [&] {
        int count = 0;
        for (const std::string name : {"one", "two", "three"}) {
            for (int p = 0; p < kPartitions; ++p) {
                count += std::filesystem::exists(state_of(name) / ("0_" + std::to_string(p))) ? 1 : 0;
            }
        }
        return count;
    };
    // Every task is at two places.
    EXPECT_TRUE(eventually([&] { return directories() == 2 * kPartitions; })) << directories();
    auto three = start("three", notes, restores);
    ASSERT_TRUE(three->reaches(State::kRunning)) << three->log();
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 3)) << three->log();
    EXPECT_TRUE(eventually([&] { return directories() == 2 * kPartitions; })) << directories();
}

}  // namespace
}  // namespace matchpoint::streams
