// The changelog reader without a broker: what it must do also when there is nothing to read.
#include "processor/streams/changelog/changelog_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <spdlog/sinks/null_sink.h>

#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TaskId kTask{0, Partition{3}};

// A task whose only store follows a topic that has no partition of its number: there is nothing to ask Kafka for.
class ChangelogReaderTest : public ::testing::Test {
  protected:
    ChangelogReaderTest() {
        kafka::KafkaConfig nowhere;
        nowhere.set("bootstrap.servers", "127.0.0.1:1");
        const auto logger = std::make_shared<spdlog::logger>("quiet", std::make_shared<spdlog::sinks::null_sink_mt>());
        reader_ = std::make_unique<ChangelogReader>(
            nowhere, nowhere, logger, ChangelogReader::Listeners{},
            ChangelogReader::Callbacks{[this](TaskId) { on_restored_(); }, [](TaskId, const std::string&, bool) {}});
    }

    const state::TempDirectory directory_;
    const std::vector<state::StoreSpec> stores_{{"store", state::StoreKind::kInMemory}};
    state::TaskStorage storage_{directory_.path(), stores_, nullptr};
    std::function<void()> on_restored_ = [] {};
    std::unique_ptr<ChangelogReader> reader_;
};

TEST_F(ChangelogReaderTest, LetsGoOfAStandbyThatHasNothingToRead) {
    reader_->follow(kTask, storage_, {});
    auto removed = std::async(std::launch::async, [&] { reader_->remove(kTask); });
    if (removed.wait_for(seconds(20)) != std::future_status::ready) {
        GTEST_FAIL() << "the reader keeps the task";  // and the test hangs: remove() waits for it
    }
}

TEST_F(ChangelogReaderTest, TellsNothingOfATaskThatIsRemoved) {
    std::promise<void> told;
    std::promise<void> go_on;
    on_restored_ = [&] {
        told.set_value();
        go_on.get_future().wait();
    };
    reader_->add(kTask, storage_, {});
    told.get_future().wait();
    auto removed = std::async(std::launch::async, [&] { reader_->remove(kTask); });
    EXPECT_EQ(removed.wait_for(milliseconds(100)), std::future_status::timeout)
        << "removed, and still its restore is being told of";
    go_on.set_value();
    removed.wait();
}

// The removal comes before, after and while the first restore ends; the second is another's and must not be lost with
// it.
TEST_F(ChangelogReaderTest, RestoresATaskThatIsGivenAnewAfterItWasRemoved) {
    std::atomic<int> restored{0};
    on_restored_ = [&] { ++restored; };
    for (int round = 0; round < 2'000; ++round) {
        reader_->add(kTask, storage_, {});
        reader_->remove(kTask);
        const int before = restored;
        reader_->add(kTask, storage_, {});
        const auto end = std::chrono::steady_clock::now() + seconds(20);
        while (restored == before && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        ASSERT_EQ(restored, before + 1) << "in round " << round;
        reader_->remove(kTask);
    }
}

}  // namespace
}  // namespace matchpoint::streams
