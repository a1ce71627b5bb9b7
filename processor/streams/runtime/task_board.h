// What other threads may know of this instance's tasks: who has them, how far they are, what they count, and the
// committed data of their stores. Each stream thread posts its tasks when one changes; metrics and queries read. Any
// thread; one short lock, never taken for a record.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/types.h"
#include "processor/streams/runtime/stream_metrics.h"
#include "processor/streams/state/committed_view.h"

namespace matchpoint::streams {

enum class TaskPhase : std::uint8_t { kCreated, kRestoring, kRunning, kStandby };

[[nodiscard]] std::string_view to_text(TaskPhase phase);

struct TaskStatus {
    TaskId id;
    std::string thread;
    TaskPhase phase = TaskPhase::kCreated;
    std::shared_ptr<const TaskMetrics> metrics;                                              // null until it runs
    std::map<std::string, std::shared_ptr<const state::CommittedView>, std::less<>> stores;  // once they are open
};

class TaskBoard {
  public:
    // All tasks that the thread has now, instead of what it posted before.
    void post(const std::string& thread, std::vector<TaskStatus> tasks);
    // In the order of their ids. A standing picture, cheap to take.
    using Tasks = std::vector<TaskStatus>;
    [[nodiscard]] std::shared_ptr<const Tasks> tasks() const;

  private:
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, Tasks> threads_;
    std::shared_ptr<const Tasks> tasks_ = std::make_shared<Tasks>();
};

}  // namespace matchpoint::streams
