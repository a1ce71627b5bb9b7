#include "processor/streams/runtime/task_board.h"

#include <algorithm>
#include <utility>

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
    std::shared_ptr<const Tasks> before;  // destroyed outside of the lock
    const std::scoped_lock lock(mutex_);
    threads_[thread] = std::move(tasks);
    auto all = std::make_shared<Tasks>();
    for (const auto& [name, posted] : threads_) all->insert(all->end(), posted.begin(), posted.end());
    std::stable_sort(all->begin(), all->end(),
                     [](const TaskStatus& left, const TaskStatus& right) { return left.id < right.id; });
    before = std::exchange(tasks_, std::move(all));
}

std::shared_ptr<const TaskBoard::Tasks> TaskBoard::tasks() const {
    const std::scoped_lock lock(mutex_);
    return tasks_;
}

}  // namespace matchpoint::streams
