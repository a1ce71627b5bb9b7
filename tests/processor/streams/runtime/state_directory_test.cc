#include "processor/streams/runtime/state_directory.h"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <fstream>
#include <thread>

#include "processor/streams/base/error.h"

namespace matchpoint::streams {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr TaskId kTask{0, Partition{3}};

class StateDirectories : public ::testing::Test {
  protected:
    StateDirectories() {
        std::string pattern = (fs::temp_directory_path() / "matchpoint-state-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~StateDirectories() override { fs::remove_all(folder_); }
    // A task's directory with a file, both last written long ago.
    static void fill(const StateDirectory& directory, TaskId task) {
        const fs::path path = directory.task_directory(task);
        fs::create_directories(path);
        std::ofstream(path / "file") << "x";
        const auto old = fs::file_time_type::clock::now() - std::chrono::hours(1);
        fs::last_write_time(path / "file", old);
        fs::last_write_time(path, old);
    }
    fs::path folder_;
};

TEST_F(StateDirectories, KeepTheirProcessId) {
    std::string id;
    {
        const StateDirectory directory(folder_, "app");
        id = directory.process_id();
        EXPECT_EQ(id.size(), 36U);
    }
    EXPECT_EQ(StateDirectory(folder_, "app").process_id(), id);
    EXPECT_NE(StateDirectory(folder_, "other").process_id(), id);
}

TEST_F(StateDirectories, AreNotShared) {
    const StateDirectory directory(folder_, "app");
    EXPECT_THROW(StateDirectory(folder_, "app"), ConfigError);  // flock() tells two descriptors of one process apart
}

TEST_F(StateDirectories, LendATaskToOneAtATime) {
    StateDirectory directory(folder_, "app");
    EXPECT_TRUE(directory.lock_task(kTask));
    EXPECT_FALSE(directory.lock_task(kTask));
    directory.unlock_task(kTask);
    EXPECT_TRUE(directory.lock_task(kTask));
}

TEST_F(StateDirectories, CleanUpWhatNobodyHasUsedForTheDelay) {
    StateDirectory directory(folder_, "app");
    fill(directory, kTask);
    fs::create_directories(folder_ / "app" / "not-a-task");
    EXPECT_TRUE(directory.clean_obsolete(std::chrono::hours(2)).empty());
    ASSERT_TRUE(directory.lock_task(kTask));
    EXPECT_TRUE(directory.clean_obsolete(milliseconds(1)).empty());  // in use, however old
    directory.unlock_task(kTask);
    EXPECT_TRUE(directory.clean_obsolete(std::chrono::minutes(1)).empty());  // the delay begins when it is let go
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_EQ(directory.clean_obsolete(milliseconds(10)), std::vector<TaskId>{kTask});
    EXPECT_FALSE(fs::exists(directory.task_directory(kTask)));
    EXPECT_TRUE(fs::exists(folder_ / "app" / "not-a-task"));
}

}  // namespace
}  // namespace matchpoint::streams
