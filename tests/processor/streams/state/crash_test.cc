// A process is killed with SIGKILL while it commits or restores, again and again; what it leaves is opened and
// compared.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <string>

#include "tests/processor/streams/state/crash_history.h"
#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams::state::crash {
namespace {

// The crashing program as a child: started, listened to, killed.
class Writer {
  public:
    Writer(const char* mode, const std::filesystem::path& directory) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("pipe");
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        posix_spawn_file_actions_addclose(&actions, ends[1]);
        std::string program = MATCHPOINT_CRASH_WRITER;
        std::string mode_argument = mode;
        std::string directory_argument = directory.string();
        char* arguments[] = {program.data(), mode_argument.data(), directory_argument.data(), nullptr};
        const int failed = posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        out_ = ends[0];
        if (failed != 0) throw std::runtime_error("cannot start " + program);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { close(out_); }

    // Reads reports for so long after the first one, then kills it. Returns the last number that it had reported.
    std::int64_t kill_after(std::chrono::microseconds time) {
        read_some(60'000);
        const auto end = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < end && read_some(1)) continue;
        kill(pid_, SIGKILL);
        while (read_some(-1)) continue;  // what is still in the pipe
        int status = 0;
        waitpid(pid_, &status, 0);
        killed_ = WIFSIGNALED(status);
        return last_;
    }
    [[nodiscard]] bool was_killed() const { return killed_; }  // else it had ended before

  private:
    // False at the end of its output.
    bool read_some(int timeout_ms) {
        pollfd ready{out_, POLLIN, 0};
        if (poll(&ready, 1, timeout_ms) <= 0) return true;
        char buffer[4096];
        const ssize_t size = read(out_, buffer, sizeof buffer);
        if (size <= 0) return false;
        for (ssize_t i = 0; i < size; ++i) {
            if (buffer[i] != '\n') {
                line_ += buffer[i];
                continue;
            }
            last_ = std::stoll(line_);
            line_.clear();
        }
        return true;
    }

    pid_t pid_ = 0;
    int out_ = -1;
    std::string line_;
    std::int64_t last_ = 0;
    bool killed_ = false;
};

void expect_equal(TaskStorage& storage, const Model& model, std::int64_t number) {
    for (std::size_t i = 0; i < kStores.size(); ++i) {
        EXPECT_EQ(storage.changelog_offset(kStores[i], changelog(i)), Offset{number});
        auto expected = model[i].begin();
        for (auto it = storage.store(kStores[i]).all(); it->valid(); it->next(), ++expected) {
            ASSERT_NE(expected, model[i].end()) << it->key() << " is too many in " << kStores[i];
            ASSERT_EQ(it->key(), expected->first);
            ASSERT_EQ(it->value(), expected->second);
        }
        ASSERT_EQ(expected, model[i].end()) << expected->first << " is missing in " << kStores[i];
    }
}

TEST(Crash, KilledWriterLeavesTheLastAppliedTransactionInAllStores) {
    const TempDirectory directory;
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    Model model;
    std::int64_t modelled = 0;
    for (int round = 0; round < 12; ++round) {
        Writer writer("transactions", directory.path() / "0_0");
        const std::int64_t reported = writer.kill_after(std::chrono::microseconds(random() % 150'000));
        ASSERT_TRUE(writer.was_killed());
        TaskStorage storage(directory.path() / "0_0", specs(), small_memory());
        const auto found = storage.changelog_offset(kStores[0], changelog(0));
        ASSERT_TRUE(found);
        // Killed between the write and the report, it is one further.
        ASSERT_GE(found->value(), reported);
        ASSERT_LE(found->value(), reported + 1);
        while (modelled < found->value()) apply_to(model, static_cast<std::uint64_t>(++modelled));
        ASSERT_NO_FATAL_FAILURE(expect_equal(storage, model, modelled)) << "round " << round;
    }
    EXPECT_GT(modelled, 100) << "hardly anything was written";
}

TEST(Crash, KilledRestoreIsContinuedFromItsOffsetWithoutLoss) {
    const TempDirectory directory;
    const auto seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    std::int64_t before = 0;
    int kills = 0;
    for (int round = 0; round < 6; ++round) {
        Writer writer("restore", directory.path() / "0_0");
        const std::int64_t reported = writer.kill_after(std::chrono::microseconds(random() % 400'000));
        kills += writer.was_killed() ? 1 : 0;
        TaskStorage storage(directory.path() / "0_0", specs(), small_memory());
        const auto found = storage.changelog_offset(kStores[0], changelog(0));
        const std::int64_t offset = found ? found->value() : 0;
        ASSERT_GE(offset, before) << "a checkpoint was lost";
        if (reported > 0) {
            ASSERT_LE(offset, std::max(before, reported) + 500);
        }
        before = offset;
    }
    EXPECT_GT(kills, 0);

    TaskStorage storage(directory.path() / "0_0", specs(), small_memory());
    const auto writer = storage.restore_writer(kStores[0]);
    for (std::int64_t offset = before; offset < kChangelogRecords; ++offset) {
        const Write record = changelog_record(offset);
        record.erased ? writer->erase(record.key) : writer->put(record.key, record.value);
    }
    writer->reached(changelog(0), Offset{kChangelogRecords});
    writer->finish();
    Model model;
    for (std::int64_t offset = 0; offset < kChangelogRecords; ++offset) {
        Write record = changelog_record(offset);
        record.erased ? void(model[0].erase(record.key)) : void(model[0][record.key] = std::move(record.value));
    }
    auto expected = model[0].begin();
    for (auto it = storage.store(kStores[0]).all(); it->valid(); it->next(), ++expected) {
        ASSERT_NE(expected, model[0].end());
        ASSERT_EQ(it->key(), expected->first);
        ASSERT_EQ(it->value(), expected->second);
    }
    EXPECT_EQ(expected, model[0].end());
}

// Lets files grow no further, as a full disk does, for as long as it lives.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        previous_handler_ = signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &previous_);
        rlimit limit = previous_;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &previous_);
        signal(SIGXFSZ, previous_handler_);
    }

  private:
    rlimit previous_{};
    void (*previous_handler_)(int) = SIG_DFL;
};

TEST(Crash, CommitThatCannotBeWrittenIsReportedAndLeavesTheOneBefore) {
    const TempDirectory directory;
    Model model;
    std::int64_t applied = 0;
    {
        TaskStorage storage(directory.path() / "0_0", specs(), small_memory());
        const FileSizeLimit limit(64U << 10U);
        const auto commit_until_failure = [&] {
            while (applied < 10'000) {
                for (const Write& each : transaction(static_cast<std::uint64_t>(applied + 1))) {
                    TransactionalStore& store = storage.store(kStores[each.store]);
                    each.erased ? store.erase(each.key) : store.put(each.key, each.value);
                }
                std::vector<ChangelogOffset> reached;
                for (std::size_t i = 0; i < kStores.size(); ++i) {
                    reached.push_back({kStores[i], changelog(i), Offset{applied + 1}});
                }
                storage.commit(reached);
                apply_to(model, static_cast<std::uint64_t>(++applied));
            }
        };
        EXPECT_THROW(commit_until_failure(), StorageError);
        EXPECT_EQ(storage.changelog_offset(kStores[0], changelog(0)), Offset{applied});
    }
    TaskStorage storage(directory.path() / "0_0", specs(), small_memory());
    ASSERT_GT(applied, 0);
    expect_equal(storage, model, applied);
}

}  // namespace
}  // namespace matchpoint::streams::state::crash
