// Listeners that note what they are told. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "processor/streams/changelog/changelog_reader.h"

namespace matchpoint::streams {

class RestoreNotes final : public StateRestoreListener {
  public:
    // Each batch takes so long; until the first has come, nothing is slow.
    explicit RestoreNotes(std::chrono::milliseconds pace = std::chrono::milliseconds(0)) : pace_(pace) {}

    void on_restore_start(const TopicPartition&, const std::string&, Offset, Offset) override { ++started; }
    void on_batch_restored(const TopicPartition&, const std::string&, Offset, std::int64_t count) override {
        records += count;
        std::this_thread::sleep_for(pace_.load());
    }
    void on_restore_end(const TopicPartition&, const std::string&, std::int64_t) override { ++ended; }
    void hurry() { pace_ = std::chrono::milliseconds(0); }

    std::atomic<std::int64_t> started{0};
    std::atomic<std::int64_t> records{0};
    std::atomic<std::int64_t> ended{0};

  private:
    std::atomic<std::chrono::milliseconds> pace_;
};

class StandbyNotes final : public StandbyUpdateListener {
  public:
    void on_update_start(const TopicPartition&, const std::string&, Offset) override { ++started; }
    void on_batch_loaded(const TopicPartition&, const std::string&, TaskId, Offset, std::int64_t count,
                         Offset) override {
        records += count;
    }
    void on_update_suspended(const TopicPartition&, const std::string&, Offset, SuspendReason reason) override {
        ++(reason == SuspendReason::kPromoted ? promoted : migrated);
    }

    std::atomic<std::int64_t> started{0};
    std::atomic<std::int64_t> records{0};
    std::atomic<std::int64_t> promoted{0};
    std::atomic<std::int64_t> migrated{0};
};

}  // namespace matchpoint::streams
