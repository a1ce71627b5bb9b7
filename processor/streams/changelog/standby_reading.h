// What a changelog reader does for the stores of standbys only: they may be read up to a limit that rises, what was
// read is made durable now and then, and a listener of their own hears of it. Part of the reader; its thread, but for
// raise_limit().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include <spdlog/logger.h>

#include "processor/streams/changelog/changelog_consumer.h"
#include "processor/streams/changelog/store_restore.h"

namespace matchpoint::streams {

// The stores that a reader has, by changelog.
using RestoringStores = std::map<TopicPartition, std::unique_ptr<RestoringStore>>;

class StandbyReading {
  public:
    // Gives up a task, which takes its stores out of `stores`.
    using Fail = std::function<void(TaskId, const std::exception&)>;

    // All outlive it; the listener may be null.
    StandbyReading(RestoringStores& stores, ChangelogConsumer& consumer, StandbyUpdateListener* listener,
                   std::shared_ptr<spdlog::logger> logger, Fail fail)
        : stores_(stores),
          consumer_(consumer),
          listener_(listener),
          logger_(std::move(logger)),
          fail_(std::move(fail)) {}

    // Any thread.
    void raise_limit(const TopicPartition& changelog, Offset end);

    // What was beyond a limit is read from where its store stands.
    void apply_limits();
    void checkpoint_due();
    // Before the task is let go. What cannot be written now is only read again.
    void checkpoint(TaskId task);

    void tell_start(const RestoringStore& store, Offset from) const;
    void tell_batch(const RestoringStore& store, std::int64_t records) const;

  private:
    RestoringStores& stores_;
    ChangelogConsumer& consumer_;
    StandbyUpdateListener* listener_;
    std::shared_ptr<spdlog::logger> logger_;
    Fail fail_;

    std::mutex mutex_;  // guards what follows
    std::map<TopicPartition, Offset> limits_;
};

}  // namespace matchpoint::streams
