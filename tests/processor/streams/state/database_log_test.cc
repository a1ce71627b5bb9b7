// RocksDB's messages beside its data: they are there, they take no more than a bound, and none that is lost does harm.
#include "processor/streams/state/database_log.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DatabaseLogTest : public testing::Test {
  protected:
    [[nodiscard]] std::string text(const std::string& name) const {
        std::ostringstream out;
        out << std::ifstream(directory_.path() / name).rdbuf();
        return out.str();
    }

    TempDirectory directory_;
};

TEST_F(DatabaseLogTest, KeepsWarningsAndNothingLess) {
    DatabaseLog log(directory_.path());
    rocksdb::Info(&log, "opened");
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "LOG"));
    rocksdb::Warn(&log, "slow by %d s", 7);
    rocksdb::Error(&log, "no room");
    EXPECT_THAT(text("LOG"), HasSubstr("slow by 7 s"));
    EXPECT_THAT(text("LOG"), HasSubstr("no room"));
    EXPECT_THAT(text("LOG"), Not(HasSubstr("opened")));
}

TEST_F(DatabaseLogTest, IsBounded) {
    for (int opening = 0; opening < 2; ++opening) {
        DatabaseLog log(directory_.path());
        for (int i = 0; i < 5'000; ++i) rocksdb::Warn(&log, "%s %d", std::string(300, 'x').c_str(), i);
        EXPECT_THAT(text("LOG"), HasSubstr("x 4999\n"));
    }
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory_.path())) bytes += file.file_size();
    EXPECT_LE(bytes, 2U << 20U);
}

TEST_F(DatabaseLogTest, WithoutRoomMessagesAreLostAndNothingElse) {
    std::filesystem::create_symlink("/dev/full", directory_.path() / "LOG");
    DatabaseLog log(directory_.path());
    for (int i = 0; i < 10; ++i) rocksdb::Error(&log, "no room %d", i);
    DatabaseLog nowhere(directory_.path() / "missing");
    rocksdb::Error(&nowhere, "no folder");
}

}  // namespace
}  // namespace matchpoint::streams::state
