// The network between an application and Kafka fails at every step of a commit: every input is counted exactly once,
// and what could not be committed is once it can.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/processor/streams/runtime/application_fixture.h"
#include "tests/support/kafka_proxy.h"

namespace matchpoint::streams {
namespace {

using State = KafkaStreams::State;
using testing::KafkaProxy;
using Api = KafkaProxy::Api;

constexpr int kKeys = 20;

KafkaProxy& proxy() {
    static KafkaProxy proxy;
    return proxy;
}

// Tests reach the broker directly, applications through the proxy.
class Network : public Application {
  protected:
    static void SetUpTestSuite() {
        const KafkaBroker& broker = KafkaBroker::shared({.proxy_port = proxy().port()});
        proxy().forward_to(broker.behind_proxy());
    }
    void SetUp() override {
        in_ = topic("in", 2);
        out_ = topic("out", 2);
    }
    void TearDown() override { proxy().pass(); }
    [[nodiscard]] std::unique_ptr<Instance> start(const StreamsConfig::Map& more = {}, Instance::Options options = {}) {
        StreamsConfig::Map all = more;
        all["bootstrap.servers"] = proxy().address();
        auto app = std::make_unique<Instance>(counting(in_, out_), config("one", all), std::move(options));
        app->streams().start();
        return app;
    }

    std::string in_;
    std::string out_;
};

struct Cut {
    Api api;
    const char* name;
};

// What comes too late, or twice, after the client has connected again must change nothing.
TEST_F(Network, AConnectionCutAtAnyStepOfACommitLosesAndDoublesNothing) {
    auto app = start();
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(counts_reach(out_, kKeys, 1)) << app->log();
    int times = 1;
    const Cut cuts[] = {{Api::kAddPartitionsToTxn, "AddPartitionsToTxn"},
                        {Api::kProduce, "Produce"},
                        {Api::kAddOffsetsToTxn, "AddOffsetsToTxn"},
                        {Api::kTxnOffsetCommit, "TxnOffsetCommit"},
                        {Api::kEndTxn, "EndTxn"}};
    for (const Cut& cut : cuts) {
        for (const bool before : {true, false}) {
            const std::int64_t failures = proxy().failures();
            before ? proxy().cut_before(cut.api) : proxy().cut_after(cut.api);
            produce(in_, rounds(kKeys, 1));
            ASSERT_TRUE(counts_reach(out_, kKeys, ++times))
                << "cut " << (before ? "before " : "after ") << cut.name << "\n"
                << app->log();
            EXPECT_EQ(proxy().failures(), failures + 1) << cut.name << " was never sent";
        }
    }
    EXPECT_EQ(app->streams().error(), "");
}

// message.timeout.ms is at most transaction.timeout.ms: the record is given up, the transaction cannot be committed.
TEST_F(Network, ARecordThatIsNotDeliveredInTimeStartsTheTransactionOver) {
    auto app = start({{"producer.transaction.timeout.ms", "2000"}});
    produce(in_, rounds(kKeys, 2));
    ASSERT_TRUE(counts_reach(out_, kKeys, 2)) << app->log();
    proxy().hold_answers(Api::kProduce);
    produce(in_, rounds(kKeys, 2));
    ASSERT_TRUE(app->says("starting over from the last commit")) << app->log();
    EXPECT_TRUE(app->says("was not delivered", milliseconds(0))) << app->log();
    proxy().pass();
    EXPECT_TRUE(counts_reach(out_, kKeys, 4)) << app->log();
    EXPECT_TRUE(app->reaches(State::kRunning));
}

// Holds restores up at their beginning while it is closed; not for ever, or a failed test would not end.
class RestoreGate final : public StateRestoreListener {
  public:
    void on_restore_start(const TopicPartition&, const std::string&, Offset, Offset) override {
        ++started;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kPatience, [this] { return open_; });
    }
    void on_batch_restored(const TopicPartition&, const std::string&, Offset, std::int64_t) override {}
    void on_restore_end(const TopicPartition&, const std::string&, std::int64_t) override { ++ended; }
    void set_open(bool open) {
        const std::scoped_lock lock(mutex_);
        open_ = open;
        changed_.notify_all();
    }

    std::atomic<int> started{0};
    std::atomic<int> ended{0};

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = true;
};

// While an instance gets no producers it restores its tasks, gives one away, and is given it again when another has
// counted on: its store as it was restored first is not the task's any more.
TEST_F(Network, ATaskThatComesBackBeforeThereAreProducersIsRestoredAnew) {
    const auto some_key_counts = [this](std::size_t times) {
        const auto records = read(out_);
        return std::any_of(records.begin(), records.end(), [&](const auto& key) { return key.second.size() >= times; });
    };
    const auto in_phase = [](Instance& app, TaskPhase phase) {
        const auto tasks = app.streams().tasks().tasks();
        return std::count_if(tasks->begin(), tasks->end(), [&](const TaskStatus& task) { return task.phase == phase; });
    };
    {
        Instance two(counting(in_, out_), config("two"));
        two.streams().start();
        produce(in_, rounds(kKeys, 1));
        ASSERT_TRUE(counts_reach(out_, kKeys, 1)) << two.log();
    }
    proxy().hold_answers(Api::kInitProducerId);
    RestoreGate gate;
    auto one = start({}, {.restore_listener = &gate});
    ASSERT_TRUE(eventually([&] { return gate.ended == 2; })) << one->log();
    gate.set_open(false);
    {
        Instance two(counting(in_, out_), config("two"));
        two.streams().start();
        ASSERT_TRUE(eventually([&] { return one->count(&StreamMetrics::tasks_closed) == 1; })) << one->log();
        produce(in_, rounds(kKeys, 1));
        ASSERT_TRUE(eventually([&] { return some_key_counts(2); })) << two.log();
    }
    ASSERT_TRUE(eventually([&] { return gate.started == 3; })) << one->log();
    proxy().pass();
    ASSERT_TRUE(eventually([&] { return one->count(&StreamMetrics::process_records) > 0; })) << one->log();
    EXPECT_EQ(in_phase(*one, TaskPhase::kRunning), 1) << "only the one that it kept";
    EXPECT_EQ(in_phase(*one, TaskPhase::kRestoring), 1) << "the one that came back";
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(eventually([&] { return some_key_counts(3); })) << one->log();
    gate.set_open(true);
    EXPECT_TRUE(counts_reach(out_, kKeys, 3)) << one->log();
}

// At-least-once: the records are written, but the group does not take the offsets.
class OffsetCommits : public Network {
  protected:
    void SetUp() override {
        in_ = topic("in", 1);
        out_ = topic("out", 1);
    }
    [[nodiscard]] static StreamsConfig::Map at_least_once() {
        return {{"processing.guarantee", "at_least_once"}, {"commit.interval.ms", "100"}};
    }
    // An OffsetCommit answer of version 7, with REBALANCE_IN_PROGRESS for the one partition.
    void refuse() {
        const auto number = [](std::uint32_t value, int bytes) {
            std::string text;
            while (bytes-- > 0) text += static_cast<char>(value >> (8 * bytes));
            return text;
        };
        proxy().answer_instead(Api::kOffsetCommit, number(0, 4) + number(1, 4) +
                                                       number(static_cast<std::uint32_t>(in_.size()), 2) + in_ +
                                                       number(1, 4) + number(0, 4) + number(27, 2));
    }
    [[nodiscard]] Offset committed() {
        return admin().group_offsets(id(), {{in_, Partition{0}}}, kPatience).value().front().offset;
    }
};

TEST_F(OffsetCommits, AreTriedAgainWithoutNewInput) {
    auto app = start(at_least_once());
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(eventually([&] { return committed() == Offset{kKeys}; })) << app->log();
    refuse();
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(counts_reach(out_, kKeys, 2)) << app->log();
    ASSERT_TRUE(app->says("offsets not committed")) << app->log();
    EXPECT_EQ(committed(), Offset{kKeys});
    proxy().pass();
    EXPECT_TRUE(eventually([&] { return committed() == Offset{2 * kKeys}; })) << app->log();
    EXPECT_TRUE(counts_reach(out_, kKeys, 2)) << app->log();
}

TEST_F(OffsetCommits, AreTriedAgainAtTheEnd) {
    auto app = start(at_least_once());
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(eventually([&] { return committed() == Offset{kKeys}; })) << app->log();
    refuse();
    produce(in_, rounds(kKeys, 1));
    ASSERT_TRUE(app->says("offsets not committed")) << app->log();
    std::thread closing([&] { EXPECT_TRUE(app->streams().close()); });
    EXPECT_TRUE(app->says("to PENDING_SHUTDOWN"));
    const std::int64_t refused = proxy().failures();
    EXPECT_TRUE(eventually([&] { return proxy().failures() > refused; })) << app->log();
    proxy().pass();
    closing.join();
    EXPECT_EQ(committed(), Offset{2 * kKeys}) << app->log();
    // So the next one has nothing to do again.
    app.reset();
    auto next = start(at_least_once());
    produce(in_, rounds(kKeys, 1));
    EXPECT_TRUE(counts_reach(out_, kKeys, 3)) << next->log();
}

}  // namespace
}  // namespace matchpoint::streams
