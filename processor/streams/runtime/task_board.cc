#include "processor/streams/runtime/task_board.h"

#include <algorithm>

namespace matchpoint::streams {

std::string_view to_text(TaskPhase phase) {
    switch (phase) {
        case TaskPhase::kCreated:
            return "CREATED";
        case TaskPhase::kRestoring:
            return "RESTORING";
        case TaskPhase::kRunning:
            return "RUNNING";
        case TaskPhase::kStandby:
            return "STANDBY";
    }
    return "?";
}

void TaskBoard::post(const std::string& thread, std::vector<TaskStatus> tasks) {
    const std::scoped_lock lock(mutex_);
    threads_[thread].swap(tasks);  // what was posted before is destroyed by the caller, outside of the lock
}

std::vector<TaskStatus> TaskBoard::tasks() const {
    std::vector<TaskStatus> all;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [thread, tasks] : threads_) all.insert(all.end(), tasks.begin(), tasks.end());
    }
    std::sort(all.begin(), all.end(),
              [](const TaskStatus& left, const TaskStatus& right) { return left.id < right.id; });
    return all;
}

}  // namespace matchpoint::streams
