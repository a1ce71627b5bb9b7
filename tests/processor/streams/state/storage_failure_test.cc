// Damaged or unusable files are reported as such when a task is opened or read, and never as an empty store.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "processor/streams/state/task_storage.h"
#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state {
namespace {

using Path = std::filesystem::path;

class StorageFailure : public testing::Test {
  protected:
    void SetUp() override {
        const auto storage = open();
        const auto writer = storage->restore_writer("s");  // enough for a file
        for (int i = 0; i < 5000; ++i) writer->put(key(i), std::string(1000, static_cast<char>('a' + i % 26)));
        writer->reached({"log", Partition{0}}, Offset{5000});
        writer->finish();
        storage->store("s").put("logged", "v");
        storage->commit({});
    }
    static std::string key(int i) { return "key-" + std::to_string(i); }
    std::unique_ptr<TaskStorage> open() {
        const std::vector<StoreSpec> specs{{"s"}};
        return std::make_unique<TaskStorage>(task_, specs, memory_);
    }
    Path first_file(const std::string& part) {
        for (const auto& entry : std::filesystem::directory_iterator(task_)) {
            if (entry.path().filename().string().find(part) != std::string::npos) return entry.path();
        }
        throw std::runtime_error("no file has " + part + " in its name");
    }
    static void flip_bytes(const Path& path, std::streamoff from, std::streamoff count) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        for (std::streamoff at = from; at < from + count; ++at) {
            file.seekg(at);
            const auto byte = static_cast<char>(file.get() ^ 0x5a);
            file.seekp(at);
            file.put(byte);
        }
        ASSERT_TRUE(file.good()) << path;
    }
    static void expect(StorageErrorKind kind, const std::function<void()>& doing) {
        try {
            doing();
            ADD_FAILURE() << "nothing was thrown";
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
        }
    }

    TempDirectory directory_;
    Path task_ = directory_.path() / "0_0";
    std::shared_ptr<StoreMemory> memory_ = std::make_shared<StoreMemory>();
};

// Files may not grow beyond so many bytes: what is written fails as on a full disk.
class NoRoom {
  public:
    explicit NoRoom(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~NoRoom() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_F(StorageFailure, WithoutRoomItIsSaidAndWhatWasCommittedStays) {
    {
        const NoRoom no_room(16'384);
        const auto storage = open();
        expect(StorageErrorKind::kIo, [&] {
            for (int i = 0; i < 100; ++i) {
                storage->store("s").put(key(i), std::string(1000, 'z'));
                storage->commit({});
            }
        });
    }
    const auto storage = open();
    Bytes value;
    ASSERT_TRUE(storage->store("s").get("logged", value));
    EXPECT_EQ(value, "v");
    ASSERT_TRUE(storage->store("s").get(key(0), value));
    EXPECT_EQ(value, std::string(1000, 'z'));
}

TEST_F(StorageFailure, SecondOpeningFindsItLocked) {
    const auto storage = open();
    expect(StorageErrorKind::kLocked, [this] { (void)open(); });
}

TEST_F(StorageFailure, GarbageInCurrentIsCorruption) {
    std::ofstream(task_ / "CURRENT", std::ios::trunc) << "no manifest";
    expect(StorageErrorKind::kCorruption, [this] { (void)open(); });
}

TEST_F(StorageFailure, MissingManifestIsCorruption) {
    std::filesystem::remove(first_file("MANIFEST"));
    expect(StorageErrorKind::kCorruption, [this] { (void)open(); });
}

TEST_F(StorageFailure, FlippedBytesInTheManifestAreCorruption) {
    flip_bytes(first_file("MANIFEST"), 20, 30);
    expect(StorageErrorKind::kCorruption, [this] { (void)open(); });
}

TEST_F(StorageFailure, MissingDataFileIsCorruption) {
    std::filesystem::remove(first_file(".sst"));
    expect(StorageErrorKind::kCorruption, [this] {
        const auto storage = open();
        (void)storage->store("s").find(key(1));
    });
}

TEST_F(StorageFailure, TruncatedDataFileIsCorruption) {
    const Path file = first_file(".sst");
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    expect(StorageErrorKind::kCorruption, [this] {
        const auto storage = open();
        (void)storage->store("s").find(key(1));
    });
}

TEST_F(StorageFailure, FlippedBytesInADataFileAreCorruptionOnceRead) {
    const Path file = first_file(".sst");
    flip_bytes(file, 0, static_cast<std::streamoff>(std::filesystem::file_size(file) / 2));
    const auto storage = open();
    expect(StorageErrorKind::kCorruption, [&] {
        for (auto it = storage->store("s").all(); it->valid(); it->next()) continue;
    });
    expect(StorageErrorKind::kCorruption, [&] {
        for (int i = 0; i < 5000; ++i) (void)storage->store("s").find(key(i));
    });
}

TEST_F(StorageFailure, TornEndOfTheLogLosesTheLastCommitOnly) {
    {
        const auto storage = open();
        storage->store("s").put("logged", "v2");
        storage->commit({});
        storage->store("s").put("logged", "v3");
        storage->commit({});
    }
    Path newest;
    for (const auto& entry : std::filesystem::directory_iterator(task_)) {
        if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - 3);
    EXPECT_EQ(open()->store("s").find("logged"), "v2");
}

TEST_F(StorageFailure, UnfinishedRestoreFilesAreCleanedUp) {
    std::ofstream(task_ / "restore-7.sst") << "half a file";
    EXPECT_EQ(open()->store("s").find("logged"), "v");
    EXPECT_FALSE(std::filesystem::exists(task_ / "restore-7.sst"));
}

TEST_F(StorageFailure, DirectoryThatCannotBeMadeIsReported) {
    std::ofstream(directory_.path() / "file") << "in the way";
    const std::vector<StoreSpec> specs{{"s"}};
    expect(StorageErrorKind::kIo, [&] { TaskStorage(directory_.path() / "file" / "0_0", specs, memory_); });
}

}  // namespace
}  // namespace matchpoint::streams::state
