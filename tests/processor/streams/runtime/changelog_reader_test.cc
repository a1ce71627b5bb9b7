// The changelog reader without a broker: what it must do also when there is nothing to read.
#include "processor/streams/changelog/changelog_reader.h"

#include <gtest/gtest.h>

#include <future>

#include <spdlog/sinks/null_sink.h>

#include "tests/processor/streams/state/temp_directory.h"

namespace matchpoint::streams {
namespace {

// A task whose only store follows a topic that has no partition of its number.
TEST(ChangelogReader, LetsGoOfAStandbyThatHasNothingToRead) {
    const state::TempDirectory directory;
    const std::vector<state::StoreSpec> stores{{"store", state::StoreKind::kInMemory}};
    state::TaskStorage storage(directory.path(), stores, nullptr);
    kafka::KafkaConfig nowhere;
    nowhere.set("bootstrap.servers", "127.0.0.1:1");
    const auto logger = std::make_shared<spdlog::logger>("quiet", std::make_shared<spdlog::sinks::null_sink_mt>());
    ChangelogReader reader(nowhere, nowhere, logger, {}, {[](TaskId) {}, [](TaskId, const std::string&, bool) {}});
    const TaskId task{0, Partition{3}};
    reader.follow(task, storage, {});
    auto removed = std::async(std::launch::async, [&] { reader.remove(task); });
    if (removed.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        GTEST_FAIL() << "the reader keeps the task";  // and the test hangs: remove() waits for it
    }
}

}  // namespace
}  // namespace matchpoint::streams
