#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "processor/streams/runtime/queryable_store.h"
#include "processor/streams/state/task_storage.h"

namespace matchpoint::streams {
namespace {

using Reason = InvalidStateStore::Reason;
using queryable_store_types::key_value_store;
using queryable_store_types::timestamped_key_value_store;

// Two tasks of a sub-topology with the stores "counts" (timestamped) and "names", in memory.
class StoreProviderTest : public ::testing::Test {
  protected:
    StoreProviderTest() {
        SubtopologyInfo info;
        info.id = 3;
        StoreSpec counts = timestamped_store_spec("counts");
        StoreSpec names;
        names.name = "names";
        info.stores = {counts, names};
        provider_ = std::make_shared<StoreProvider>(std::vector{info}, board_);
        provider_->set_phase(StoreProvider::Phase::kRunning);
        for (int i = 0; i < 2; ++i) open(i);
    }

    void open(int task) {
        const std::vector<state::StoreSpec> specs{{"counts", state::StoreKind::kInMemory},
                                                  {"names", state::StoreKind::kInMemory}};
        storages_[task] = std::make_unique<state::TaskStorage>("", specs, nullptr);
    }
    void count(int task, const std::string& key, std::int64_t value, std::int64_t at) {
        Bytes plain;
        Bytes stored;
        serdes::int64()->serialize(value, plain);
        state::join_timestamped(Timestamp{at}, plain, stored);
        storages_[task]->store("counts").put(key, stored);
    }
    void post(std::vector<TaskPhase> phases) {
        std::vector<TaskStatus> tasks;
        for (std::size_t i = 0; i < phases.size(); ++i) {
            TaskStatus status{{3, Partition{static_cast<std::int32_t>(i)}}, "thread", phases[i], nullptr, {}};
            for (const char* name : {"counts", "names"}) {
                status.stores.emplace(name, storages_[i]->store(name).committed_view());
            }
            tasks.push_back(std::move(status));
        }
        board_->post("thread", std::move(tasks));
    }
    static auto counts() { return StoreQueryParameters("counts", key_value_store<std::string, std::int64_t>()); }
    template <typename Call>
    static Reason reason_of(Call call) {
        try {
            call();
        } catch (const InvalidStateStore& error) {
            return error.reason();
        }
        ADD_FAILURE() << "nothing was thrown";
        return Reason::kStopped;
    }
    Reason reason_of_opening() {
        return reason_of([this] { (void)counts().open(provider_); });
    }

    std::shared_ptr<TaskBoard> board_ = std::make_shared<TaskBoard>();
    std::shared_ptr<StoreProvider> provider_;
    std::unique_ptr<state::TaskStorage> storages_[2];
};

TEST_F(StoreProviderTest, ReadsAcrossTasksInTheOrderOfKeys) {
    count(0, "a", 1, 10);
    count(0, "c", 3, 30);
    count(1, "b", 2, 20);
    count(1, "bb", 22, 21);
    for (auto& storage : storages_) storage->commit({});
    post({TaskPhase::kRunning, TaskPhase::kRunning});
    const auto store = counts().open(provider_);
    EXPECT_EQ(store.get("b"), 2);
    EXPECT_EQ(store.get("x"), std::nullopt);
    EXPECT_EQ(store.approximate_num_entries(), 4U);
    const auto keys = [](auto rows) {
        std::string text;
        for (; rows.valid(); rows.next()) text += rows.key() + "=" + std::to_string(rows.value()) + " ";
        return text;
    };
    EXPECT_EQ(keys(store.all()), "a=1 b=2 bb=22 c=3 ");
    EXPECT_EQ(keys(store.reverse_all()), "c=3 bb=22 b=2 a=1 ");
    EXPECT_EQ(keys(store.range("b", std::nullopt)), "b=2 bb=22 c=3 ");
    EXPECT_EQ(keys(store.reverse_range("a", "b")), "b=2 a=1 ");
    EXPECT_EQ(keys(store.range("c", "a")), "");
    EXPECT_EQ(keys(store.prefix_scan(std::string("b"), serdes::string())), "b=2 bb=22 ");
    const auto timed =
        StoreQueryParameters("counts", timestamped_key_value_store<std::string, std::int64_t>()).open(provider_);
    EXPECT_EQ(timed.get("c")->value, 3);
    EXPECT_EQ(timed.get("c")->timestamp, Timestamp{30});
}

TEST_F(StoreProviderTest, ShowsOnlyWhatIsCommitted) {
    count(0, "a", 1, 10);
    post({TaskPhase::kRunning, TaskPhase::kRunning});
    const auto store = counts().open(provider_);
    EXPECT_EQ(store.get("a"), std::nullopt);
    storages_[0]->commit({});
    EXPECT_EQ(store.get("a"), 1);
}

TEST_F(StoreProviderTest, TellsWhyAStoreCannotBeRead) {
    EXPECT_EQ(reason_of_opening(), Reason::kMigrated);
    provider_->set_phase(StoreProvider::Phase::kRebalancing);
    EXPECT_EQ(reason_of_opening(), Reason::kRebalancing);
    provider_->set_phase(StoreProvider::Phase::kNotStarted);
    EXPECT_EQ(reason_of_opening(), Reason::kNotStarted);
    provider_->set_phase(StoreProvider::Phase::kStopped);
    EXPECT_EQ(reason_of_opening(), Reason::kStopped);
    provider_->set_phase(StoreProvider::Phase::kRunning);
    post({TaskPhase::kRunning, TaskPhase::kRestoring});
    EXPECT_EQ(reason_of_opening(), Reason::kRebalancing);
    EXPECT_EQ(reason_of([this] {
                  (void)StoreQueryParameters("nope", key_value_store<std::string, std::int64_t>()).open(provider_);
              }),
              Reason::kUnknownStore);
    EXPECT_EQ(reason_of([this] {
                  (void)StoreQueryParameters("names", timestamped_key_value_store<std::string, std::int64_t>())
                      .open(provider_);
              }),
              Reason::kWrongType);
}

TEST_F(StoreProviderTest, StaleStoresAndSinglePartitionsOnRequest) {
    count(0, "a", 1, 10);
    count(1, "b", 2, 20);
    for (auto& storage : storages_) storage->commit({});
    post({TaskPhase::kRunning, TaskPhase::kRestoring});
    EXPECT_EQ(counts().enable_stale_stores().open(provider_).get("b"), 2);
    const auto first = counts().with_partition(Partition{0}).open(provider_);
    EXPECT_EQ(first.get("a"), 1);
    EXPECT_EQ(first.get("b"), std::nullopt);
    EXPECT_EQ(reason_of([this] { (void)counts().with_partition(Partition{1}).open(provider_); }), Reason::kRebalancing);
    post({TaskPhase::kRunning, TaskPhase::kStandby});
    EXPECT_EQ(counts().open(provider_).get("b"), std::nullopt);
    EXPECT_EQ(counts().enable_stale_stores().open(provider_).get("b"), 2);
}

TEST_F(StoreProviderTest, ATaskThatClosesEndsWhatIsOpen) {
    for (const char* key : {"a", "b", "c"}) count(0, key, 1, 1);
    storages_[0]->commit({});
    post({TaskPhase::kRunning, TaskPhase::kRunning});
    const auto store = counts().open(provider_);
    auto rows = store.all();
    storages_[0]->close();
    EXPECT_EQ(rows.key(), "a");
    EXPECT_EQ(reason_of([&rows] { rows.next(); }), Reason::kRebalancing);
    EXPECT_EQ(reason_of([&store] { (void)store.get("a"); }), Reason::kRebalancing);
    post({});
    EXPECT_EQ(reason_of([&store] { (void)store.get("a"); }), Reason::kMigrated);
}

// Readers on threads of their own while the task writes, commits, closes and opens again.
TEST_F(StoreProviderTest, IsReadWhileTasksComeAndGo) {
    count(0, "a", 1, 1);
    storages_[0]->commit({});
    post({TaskPhase::kRunning, TaskPhase::kRunning});
    std::atomic<bool> done{false};
    std::atomic<int> read{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                try {
                    const auto store = counts().open(provider_);
                    std::int64_t last = store.get("a").value_or(0);
                    for (auto rows = store.all(); rows.valid(); rows.next()) last = std::max(last, rows.value());
                    if (last > 0) ++read;
                } catch (const InvalidStateStore& error) {
                    ASSERT_TRUE(error.retriable()) << error.what();
                }
            }
        });
    }
    for (int round = 1; round <= 200 || read < 100; ++round) {
        for (const char* key : {"a", "b", "c", "d"}) count(0, key, round, round);
        storages_[0]->commit({});
        if (round % 10 != 0) continue;
        storages_[0]->close();
        open(0);
        count(0, "a", round, round);
        storages_[0]->commit({});
        post({TaskPhase::kRunning, TaskPhase::kRunning});
        std::this_thread::yield();
    }
    done = true;
    for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace matchpoint::streams
