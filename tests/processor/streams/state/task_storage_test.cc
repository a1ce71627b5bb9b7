#include "processor/streams/state/task_storage.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

class TaskStorageTest : public testing::Test {
  protected:
    std::unique_ptr<TaskStorage> open(const std::vector<StoreSpec>& specs) {
        return std::make_unique<TaskStorage>(directory_.path() / "0_1", specs, memory_);
    }
    static TopicPartition changelog(const std::string& store) { return {"app-" + store + "-changelog", Partition{1}}; }
    static void commit(TaskStorage& storage, const std::vector<std::string>& stores, std::int64_t offset) {
        std::vector<ChangelogOffset> reached;
        for (const std::string& store : stores) reached.push_back({store, changelog(store), Offset{offset}});
        storage.commit(reached);
    }

    TempDirectory directory_;
    std::shared_ptr<StoreMemory> memory_ = std::make_shared<StoreMemory>();
};

TEST_F(TaskStorageTest, ReadsItsOwnWritesButShowsOnlyCommittedOnesToOthers) {
    const auto storage = open({{"s"}});
    TransactionalStore& store = storage->store("s");
    const auto view = store.committed_view();
    store.put("k", "v1");
    EXPECT_EQ(store.find("k"), "v1");
    EXPECT_EQ(view->find("k"), std::nullopt);
    storage->seal();
    store.erase("k");
    EXPECT_EQ(view->find("k"), std::nullopt);
    storage->apply({});
    EXPECT_EQ(view->find("k"), "v1");
    EXPECT_EQ(store.find("k"), std::nullopt);
    storage->release();
    EXPECT_EQ(store.find("k"), std::nullopt);
    storage->discard();
    EXPECT_EQ(store.find("k"), "v1");
}

TEST_F(TaskStorageTest, RefusesASecondSealedTransaction) {
    const auto storage = open({{"s"}});
    storage->seal();
    EXPECT_TRUE(storage->has_sealed());
    EXPECT_THROW(storage->seal(), std::logic_error);
    storage->discard();
    EXPECT_FALSE(storage->has_sealed());
    storage->seal();
}

TEST_F(TaskStorageTest, CountsUncommittedBytes) {
    const auto storage = open({{"s"}});
    const std::size_t before = storage->uncommitted_bytes();
    EXPECT_FALSE(storage->has_uncommitted_writes());
    storage->store("s").put("k", std::string(100'000, 'x'));
    EXPECT_TRUE(storage->has_uncommitted_writes());
    EXPECT_GE(storage->uncommitted_bytes(), before + 100'000);
}

TEST_F(TaskStorageTest, FindsDataOffsetsAndMetadataAgain) {
    {
        const auto storage = open({{"s"}});
        storage->store("s").put("k", "v");
        commit(*storage, {"s"}, 42);
        storage->set_metadata("topic-id", "abc");
        storage->store("s").put("k", "never committed");
    }
    const auto storage = open({{"s"}});
    EXPECT_EQ(storage->store("s").find("k"), "v");
    EXPECT_EQ(storage->changelog_offset("s", changelog("s")), Offset{42});
    EXPECT_EQ(storage->changelog_offset("s", {"app-s-changelog", Partition{2}}), std::nullopt);
    EXPECT_EQ(storage->metadata("topic-id"), "abc");
    EXPECT_EQ(storage->metadata("other"), std::nullopt);
}

TEST_F(TaskStorageTest, StoreNamesAreAnything) {
    const std::vector<StoreSpec> specs{{"default"}, {"a/b"}, {""}, {"KSTREAM-AGGREGATE-STATE-STORE-0000000001"}};
    for (int round = 0; round < 2; ++round) {
        const auto storage = open(specs);
        for (const StoreSpec& spec : specs) {
            if (round == 0) {
                storage->store(spec.name).put("k", "of " + spec.name);
            } else {
                EXPECT_EQ(storage->store(spec.name).find("k"), "of " + spec.name);
                EXPECT_EQ(storage->changelog_offset(spec.name, changelog(spec.name)), Offset{5});
            }
        }
        if (round == 0) commit(*storage, {"default", "a/b", "", specs[3].name}, 5);
    }
    EXPECT_THROW((void)open(specs)->store("missing"), std::out_of_range);
    EXPECT_THROW((void)open({{"twice"}, {"twice"}}), std::invalid_argument);
}

TEST_F(TaskStorageTest, AddsNewStoresAndDropsThoseOfAnEarlierTopology) {
    {
        const auto storage = open({{"stays"}, {"goes"}});
        storage->store("stays").put("k", "v");
        storage->store("goes").put("k", "v");
        commit(*storage, {"stays", "goes"}, 7);
    }
    {
        const auto storage = open({{"stays"}, {"new"}});
        EXPECT_EQ(storage->store("stays").find("k"), "v");
        EXPECT_EQ(storage->changelog_offset("stays", changelog("stays")), Offset{7});
        EXPECT_EQ(storage->changelog_offset("new", changelog("new")), std::nullopt);
        EXPECT_EQ(storage->changelog_offsets().size(), 1U);
    }
    const auto storage = open({{"stays"}, {"goes"}});
    EXPECT_EQ(storage->store("goes").find("k"), std::nullopt);
    EXPECT_EQ(storage->changelog_offset("goes", changelog("goes")), std::nullopt);
}

TEST_F(TaskStorageTest, KeepsOffsetsOfStoresInMemoryOnlyAsLongAsTheirData) {
    const std::vector<StoreSpec> specs{{"disk"}, {"memory", StoreKind::kInMemory}};
    {
        const auto storage = open(specs);
        EXPECT_TRUE(storage->store("disk").persistent());
        EXPECT_FALSE(storage->store("memory").persistent());
        storage->store("disk").put("k", "v");
        storage->store("memory").put("k", "v");
        commit(*storage, {"disk", "memory"}, 9);
        EXPECT_EQ(storage->changelog_offset("memory", changelog("memory")), Offset{9});
        EXPECT_EQ(storage->store("memory").committed_view()->find("k"), "v");
    }
    const auto storage = open(specs);
    EXPECT_EQ(storage->changelog_offset("disk", changelog("disk")), Offset{9});
    EXPECT_EQ(storage->changelog_offset("memory", changelog("memory")), std::nullopt);
    EXPECT_EQ(storage->store("memory").find("k"), std::nullopt);
}

TEST_F(TaskStorageTest, TouchesNoFileWhenAllIsInMemory) {
    const std::vector<StoreSpec> specs{{"memory", StoreKind::kInMemory}};
    TaskStorage storage(directory_.path() / "0_1", specs, nullptr);
    storage.store("memory").put("k", "v");
    storage.commit({});
    storage.set_metadata("name", "value");
    EXPECT_EQ(storage.metadata("name"), "value");
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "0_1"));
    EXPECT_EQ(storage.stats().disk_bytes, 0U);
}

TEST_F(TaskStorageTest, ViewsOutliveTheStorageAndSayThatItIsClosed) {
    for (const StoreKind kind : {StoreKind::kRocksDb, StoreKind::kInMemory}) {
        const auto storage = open({{"s", kind}});
        const auto view = storage->store("s").committed_view();
        storage->close();
        storage->close();
        try {
            (void)view->all();
            FAIL() << "a closed store was scanned";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), StorageErrorKind::kClosed);
        }
    }
}

TEST_F(TaskStorageTest, AnIteratorLeftOpenHoldsNothingUp) {
    for (const StoreKind kind : {StoreKind::kRocksDb, StoreKind::kInMemory}) {
        auto storage = open({{"s", kind}});
        for (const char* key : {"a", "b", "c"}) storage->store("s").put(key, key);
        storage->commit({});
        const auto view = storage->store("s").committed_view();
        auto open_one = view->all();
        auto finished = view->all();
        finished.reset();
        storage->close();
        storage = open({{"s", kind}});  // its directory is free again
        EXPECT_EQ(open_one->key(), "a");
        EXPECT_EQ(open_one->value(), "a");
        try {
            open_one->next();
            FAIL() << "an iterator of a closed store went on";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), StorageErrorKind::kClosed);
        }
        storage->close();
    }
}

TEST_F(TaskStorageTest, LargeRestoreLeavesTheLastValueOfEachKey) {
    constexpr int kRecords = 120'000;
    constexpr int kKeys = 50'000;
    const auto key_of = [](int i) { return "key-" + std::to_string(i * 7919 % kKeys); };
    const auto erased = [](int i) { return i % 11 == 0; };
    const auto value_of = [](int i) { return std::to_string(i) + std::string(700, 'x'); };
    for (const StoreKind kind : {StoreKind::kRocksDb, StoreKind::kInMemory}) {
        const std::string name = kind == StoreKind::kRocksDb ? "disk" : "memory";
        auto storage = open({{name, kind}});
        auto writer = storage->restore_writer(name);
        for (int i = 0; i < kRecords; ++i) {
            erased(i) ? writer->erase(key_of(i)) : writer->put(key_of(i), value_of(i));
            if (i % 1000 == 999) writer->reached(changelog(name), Offset{i + 1});
        }
        writer->finish();
        writer = nullptr;
        if (kind == StoreKind::kRocksDb) {
            EXPECT_GT(storage->stats().disk_bytes, 0U) << "none of it went through files";
            storage = nullptr;
            storage = open({{name, kind}});
        }
        EXPECT_EQ(storage->changelog_offset(name, changelog(name)), Offset{kRecords});
        for (int i = kRecords - kKeys; i < kRecords; ++i) {
            const auto value = storage->store(name).find(key_of(i));
            ASSERT_EQ(value, erased(i) ? std::nullopt : std::optional<Bytes>(value_of(i))) << i;
        }
    }
}

TEST_F(TaskStorageTest, ClearedStoreStaysEmptyThoughItsDataWasInFiles) {
    const std::vector<StoreSpec> specs{{"s"}, {"other"}};
    {
        const auto storage = open(specs);
        storage->store("other").put("k", "v");
        commit(*storage, {"other"}, 3);
        const auto writer = storage->restore_writer("s");
        for (int i = 0; i < 5000; ++i) writer->put("key-" + std::to_string(i), std::string(1000, 'x'));
        writer->reached(changelog("s"), Offset{5000});
        writer->finish();
        storage->store("s").put("in the memtable", "v");
        commit(*storage, {"s"}, 5001);
        storage->clear_store("s");
        EXPECT_FALSE(storage->store("s").all()->valid());
    }
    const auto storage = open(specs);
    EXPECT_FALSE(storage->store("s").all()->valid());
    EXPECT_EQ(storage->changelog_offset("s", changelog("s")), std::nullopt);
    EXPECT_EQ(storage->store("other").find("k"), "v");
    EXPECT_EQ(storage->changelog_offset("other", changelog("other")), Offset{3});
    storage->store("s").put("key-1", "new");
    commit(*storage, {"s"}, 1);
    EXPECT_EQ(storage->store("s").find("key-1"), "new");
}

TEST_F(TaskStorageTest, EstimatesEntriesAndSizes) {
    const auto storage = open({{"s"}});
    for (int i = 0; i < 1000; ++i) storage->store("s").put("key-" + std::to_string(i), "v");
    EXPECT_EQ(storage->store("s").approximate_num_entries(), 1000U);
    commit(*storage, {"s"}, 1);
    EXPECT_EQ(storage->store("s").approximate_num_entries(), 1000U);
    EXPECT_EQ(storage->store("s").committed_view()->approximate_num_entries(), 1000U);
    EXPECT_GT(storage->stats().memtable_bytes, 0U);
    EXPECT_EQ(storage->stats().background_errors, 0U);
}

TEST_F(TaskStorageTest, DestroyRemovesEverything) {
    open({{"s"}})->set_metadata("a", "b");
    TaskStorage::destroy(directory_.path() / "0_1");
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "0_1"));
    TaskStorage::destroy(directory_.path() / "0_1");
    EXPECT_EQ(open({{"s"}})->metadata("a"), std::nullopt);
}

TEST_F(TaskStorageTest, HoldsTheSharedMemoryBound) {
    memory_ =
        std::make_shared<StoreMemory>(StoreMemoryOptions{.total_bytes = 16U << 20U, .write_buffer_bytes = 4U << 20U});
    std::vector<std::unique_ptr<TaskStorage>> tasks;
    const std::vector<StoreSpec> specs{{"a"}, {"b"}};
    for (int i = 0; i < 4; ++i) {
        tasks.push_back(std::make_unique<TaskStorage>(directory_.path() / std::to_string(i), specs, memory_));
    }
    std::size_t most = 0;
    std::size_t most_in_write_buffers = 0;
    for (int round = 0; round < 60; ++round) {
        TaskStorage& task = *tasks[static_cast<std::size_t>(round) % tasks.size()];
        for (int i = 0; i < 1000; ++i) {
            const std::string key = "key-" + std::to_string((round * 1000 + i) * 7919 % 20'000);
            task.store(i % 2 == 0 ? "a" : "b").put(key, std::string(1000, static_cast<char>('a' + round % 26)));
            (void)task.store("a").find("key-" + std::to_string(i * 31 % 20'000));
        }
        task.commit({});
        most = std::max(most, memory_->usage().total_bytes);
        most_in_write_buffers = std::max(most_in_write_buffers, memory_->usage().write_buffer_bytes);
    }
    EXPECT_GT(most_in_write_buffers, 1U << 20U) << "write buffers are not counted";
    EXPECT_LE(most, 17U << 20U);
    EXPECT_LE(most_in_write_buffers, 8U << 20U);  // the limit, and what is being flushed while the next commit comes
}

}  // namespace
}  // namespace matchpoint::streams::state
