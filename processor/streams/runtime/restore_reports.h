// What the changelog reader's thread has to tell a stream thread of the restores of its tasks, until that comes to hear
// it. That may take long: a thread runs no task while Kafka is out of reach or its producers are being made, and what
// was told of a task that has been given away meanwhile is not true of the task that comes back. Any thread.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "processor/streams/base/types.h"

namespace matchpoint::streams {

class RestoreReports {
  public:
    struct Failure {
        TaskId task;
        std::string error;
        bool corrupted = false;
    };
    struct News {
        std::vector<TaskId> restored;
        std::vector<Failure> failures;
        [[nodiscard]] bool empty() const { return restored.empty() && failures.empty(); }
    };

    void restored(TaskId task) {
        const std::scoped_lock lock(mutex_);
        news_.restored.push_back(task);
    }
    void failed(Failure failure) {
        const std::scoped_lock lock(mutex_);
        news_.failures.push_back(std::move(failure));
    }
    // The task is given away; the reader has let go of it.
    void forget(TaskId task) {
        const std::scoped_lock lock(mutex_);
        std::erase(news_.restored, task);
        std::erase_if(news_.failures, [task](const Failure& failure) { return failure.task == task; });
    }
    // Each once.
    [[nodiscard]] News take() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(news_, {});
    }

  private:
    std::mutex mutex_;  // guards what follows
    News news_;
};

}  // namespace matchpoint::streams
