// The three threads that touch a task's state at once: the stream thread, the committer and queries.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "processor/streams/state/task_storage.h"
#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

constexpr int kTransactions = 300;
constexpr int kKeys = 50;
const TopicPartition kChangelog{"log", Partition{0}};

// Hands one sealed transaction at a time to a thread that applies it.
class Committer {
  public:
    explicit Committer(TaskStorage& storage) : storage_(storage), thread_([this] { run(); }) {}
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;
    ~Committer() {
        give(-1);
        thread_.join();
    }
    void give(int transaction) {
        const std::lock_guard lock(mutex_);
        given_ = transaction;
        changed_.notify_all();
    }
    void await(int transaction) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return done_ == transaction; });
    }

  private:
    void run() {
        for (int last = 0;;) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return given_ != last; });
            last = given_;
            if (last < 0) return;
            lock.unlock();
            const std::vector<ChangelogOffset> reached{{"s", kChangelog, Offset{last}}};
            storage_.apply(reached);
            lock.lock();
            done_ = last;
            changed_.notify_all();
        }
    }

    TaskStorage& storage_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int given_ = 0;
    int done_ = 0;
    std::thread thread_;
};

std::string key(int i) {
    return "key-" + std::to_string(i);
}

// Every transaction writes its number under every key: whoever sees two numbers saw half a transaction.
class TransactionThreads : public testing::TestWithParam<StoreKind> {
  protected:
    void write_transaction(TransactionalStore& store, int number) {
        Bytes value;
        for (int i = 0; i < kKeys; ++i) {
            ASSERT_EQ(store.get(key(i), value), number > 1);
            if (number > 1) {
                ASSERT_EQ(value, std::to_string(number - 1));
            }
            store.put(key(i), std::to_string(number));
        }
        int seen = 0;
        for (auto it = store.all(); it->valid(); it->next(), ++seen) ASSERT_EQ(it->value(), std::to_string(number));
        ASSERT_EQ(seen, kKeys);
    }

    // Reads until the view is closed.
    static void query(const ReadOnlyKeyValueStore& view, bool snapshots, std::atomic<int>& reads) {
        int newest = 0;
        try {
            while (true) {
                const auto one = view.find(key(7));
                const int number = one ? std::stoi(*one) : 0;
                ASSERT_GE(number, newest) << "a committed value was taken back";
                newest = number;
                Bytes first;
                for (auto it = view.all(); it->valid(); it->next()) {
                    if (first.empty()) first.assign(it->value());
                    if (snapshots) {
                        ASSERT_EQ(it->value(), first) << "half a transaction";
                    }
                }
                ++reads;
            }
        } catch (const StorageError& error) {
            ASSERT_EQ(error.kind(), StorageErrorKind::kClosed);
        }
    }

    TempDirectory directory_;
};

TEST_P(TransactionThreads, OverlapWithoutMixingTransactions) {
    const std::vector<StoreSpec> specs{{"s", GetParam()}};
    TaskStorage storage(directory_.path() / "0_0", specs, std::make_shared<StoreMemory>());
    TransactionalStore& store = storage.store("s");
    const auto view = store.committed_view();
    std::atomic<int> reads = 0;
    std::thread querier([&] { query(*view, GetParam() == StoreKind::kRocksDb, reads); });
    {
        Committer committer(storage);
        for (int number = 1; number <= kTransactions; ++number) {
            ASSERT_NO_FATAL_FAILURE(write_transaction(store, number));  // while the one before is applied
            if (number > 1) {
                committer.await(number - 1);
                storage.release();
            }
            storage.seal();
            committer.give(number);
        }
        committer.await(kTransactions);
        storage.release();
    }
    EXPECT_EQ(storage.changelog_offset("s", kChangelog), Offset{kTransactions});
    EXPECT_EQ(view->find(key(0)), std::to_string(kTransactions));
    while (reads == 0) std::this_thread::yield();
    storage.close();
    querier.join();
}

INSTANTIATE_TEST_SUITE_P(BothKinds, TransactionThreads, testing::Values(StoreKind::kRocksDb, StoreKind::kInMemory),
                         [](const auto& kind) { return kind.param == StoreKind::kRocksDb ? "RocksDb" : "InMemory"; });

}  // namespace
}  // namespace matchpoint::streams::state
