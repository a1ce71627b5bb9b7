#include "processor/streams/runtime/early_storages.h"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include <spdlog/sinks/null_sink.h>

#include "processor/streams/runtime/task_state.h"

namespace matchpoint::streams {
namespace {

namespace fs = std::filesystem;

constexpr TaskId kFirst{0, Partition{0}};
constexpr TaskId kSecond{0, Partition{1}};

class EarlyStoragesTest : public ::testing::Test {
  protected:
    EarlyStoragesTest() {
        std::string pattern = (fs::temp_directory_path() / "matchpoint-early-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        directory_ = std::make_unique<StateDirectory>(folder_, "app");
        SubtopologyInfo info;
        info.stores.emplace_back().name = "counts";
        subtopologies_.push_back(info);
    }
    ~EarlyStoragesTest() override {
        directory_.reset();
        fs::remove_all(folder_);
    }

    [[nodiscard]] std::unique_ptr<state::TaskStorage> open(TaskId task) {
        return open_task_state(task, subtopologies_.front(), *directory_, memory_, *logger_, Trust::kYes);
    }
    // Leaves a state with one row.
    void leave_state(TaskId task) {
        const auto storage = open(task);
        storage->store("counts").put("key", "value of " + task.to_string());
        storage->commit({});
    }
    [[nodiscard]] static std::string row(const state::TaskStorage& storage) {
        Bytes value;
        (void)storage.stores().front()->get("key", value);
        return std::string(value.begin(), value.end());
    }
    [[nodiscard]] std::unique_ptr<EarlyStorages> early() {
        return std::make_unique<EarlyStorages>(subtopologies_, *directory_, memory_, logger_);
    }
    // Closing happens beside.
    [[nodiscard]] bool comes_free(TaskId task) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < end) {
            if (directory_->lock_task(task)) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return false;
    }

    fs::path folder_;
    std::unique_ptr<StateDirectory> directory_;
    std::vector<SubtopologyInfo> subtopologies_;
    std::shared_ptr<state::StoreMemory> memory_ = std::make_shared<state::StoreMemory>();
    std::shared_ptr<spdlog::logger> logger_ =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
};

TEST_F(EarlyStoragesTest, GiveEachTaskItsStateOnce) {
    leave_state(kFirst);
    leave_state(kSecond);
    const auto storages = early();
    storages->open_all();
    // Either it was opened in time, or it is left to whoever asks for it.
    for (const TaskId task : {kSecond, kFirst}) {
        auto storage = storages->take(task);
        if (storage == nullptr) {
            ASSERT_TRUE(directory_->lock_task(task)) << task.to_string() << " is neither given nor free";
            storage = open(task);
        } else {
            EXPECT_FALSE(directory_->lock_task(task)) << "the lock of " << task.to_string() << " did not come with it";
        }
        EXPECT_EQ(row(*storage), "value of " + task.to_string());
        EXPECT_EQ(storages->take(task), nullptr) << task.to_string() << " was given twice";
    }
}

TEST_F(EarlyStoragesTest, LetGoOfWhatNobodyTakes) {
    leave_state(kFirst);
    leave_state(kSecond);
    const auto storages = early();
    storages->open_all();
    const auto taken = storages->take(kFirst);
    storages->close_rest();
    ASSERT_TRUE(comes_free(kSecond));
    EXPECT_EQ(row(*open(kSecond)), "value of 0_1");
    EXPECT_EQ(storages->take(kSecond), nullptr);
}

TEST_F(EarlyStoragesTest, TakeMoreUntilTheRestIsClosed) {
    const auto storages = early();
    storages->open_all();
    storages->open({kFirst, kFirst});
    // Begun or not, it is given once, and a new task's is as good as any.
    auto first = storages->take(kFirst);
    if (first == nullptr) {
        ASSERT_TRUE(directory_->lock_task(kFirst)) << "the first is neither given nor free";
        first = open(kFirst);
    }
    first->store("counts").put("key", "value");
    EXPECT_EQ(storages->take(kFirst), nullptr) << "it was given twice";
    storages->close_rest();
    storages->open({kSecond});
    EXPECT_EQ(storages->take(kSecond), nullptr);
    EXPECT_TRUE(directory_->lock_task(kSecond)) << "it was opened though the rest is closed";
}

TEST_F(EarlyStoragesTest, LeaveAloneWhatIsNoTaskOfTheTopology) {
    fs::create_directories(directory_->task_directory({7, Partition{0}}));
    std::ofstream(directory_->task_directory({7, Partition{0}}) / "file") << "x";
    const auto storages = early();
    storages->open_all();
    EXPECT_EQ(storages->take({7, Partition{0}}), nullptr);
    storages->close();
    EXPECT_TRUE(directory_->lock_task({7, Partition{0}}));
    EXPECT_TRUE(fs::exists(directory_->task_directory({7, Partition{0}}) / "file"));
}

// Nothing there can be opened as a database, nor wiped and made anew.
TEST_F(EarlyStoragesTest, LeaveWhatCannotBeOpenedToTheTask) {
    fs::create_directories(directory_->task_directory(kFirst) / "CURRENT");
    leave_state(kSecond);
    const auto storages = early();
    storages->open_all();
    EXPECT_EQ(storages->take(kFirst), nullptr);
    storages->close();
    EXPECT_TRUE(directory_->lock_task(kFirst)) << "the lock of what could not be opened is still held";
}

}  // namespace
}  // namespace matchpoint::streams
