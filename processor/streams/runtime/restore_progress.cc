#include "processor/streams/runtime/restore_progress.h"

#include "processor/streams/changelog/call_listener.h"

namespace matchpoint::streams {

RestoreProgress::RestoreProgress(const std::vector<SubtopologyInfo>& subtopologies, const Clock& clock,
                                 StateRestoreListener* next, std::shared_ptr<spdlog::logger> logger)
    : clock_(clock), next_(next), logger_(std::move(logger)) {
    for (const SubtopologyInfo& info : subtopologies) {
        for (const StoreSpec& store : info.stores) subtopology_of_store_[store.name] = info.id;
    }
}

RestoreStatus& RestoreProgress::entry(const TopicPartition& changelog, const std::string& store) {
    const TaskId task{subtopology_of_store_[store], changelog.partition};
    RestoreStatus& status = stores_[{task, store}];
    status.task = task;
    status.store = store;
    status.changelog = changelog;
    return status;
}

void RestoreProgress::on_restore_start(const TopicPartition& changelog, const std::string& store, Offset from,
                                       Offset end) {
    {
        const std::scoped_lock lock(mutex_);
        RestoreStatus& status = entry(changelog, store);
        status.from = status.reached = from;
        status.end = end;
        status.records = 0;
        status.done = false;
    }
    if (next_ != nullptr)
        call_listener(*logger_, "restore", [&] { next_->on_restore_start(changelog, store, from, end); });
}

void RestoreProgress::on_batch_restored(const TopicPartition& changelog, const std::string& store, Offset reached,
                                        std::int64_t records) {
    {
        const std::scoped_lock lock(mutex_);
        RestoreStatus& status = entry(changelog, store);
        status.reached = reached;
        status.records += records;
        Tally tally;
        tally.count = records;
        restored_[status.task].publish(tally, clock_.monotonic_ns());
    }
    if (next_ != nullptr)
        call_listener(*logger_, "restore", [&] { next_->on_batch_restored(changelog, store, reached, records); });
}

void RestoreProgress::on_restore_end(const TopicPartition& changelog, const std::string& store, std::int64_t records) {
    {
        const std::scoped_lock lock(mutex_);
        RestoreStatus& status = entry(changelog, store);
        status.reached = std::max(status.reached, status.end);
        status.done = true;
    }
    if (next_ != nullptr) call_listener(*logger_, "restore", [&] { next_->on_restore_end(changelog, store, records); });
}

std::vector<RestoreStatus> RestoreProgress::stores() const {
    const std::scoped_lock lock(mutex_);
    std::vector<RestoreStatus> result;
    for (const auto& [key, status] : stores_) result.push_back(status);
    return result;
}

std::map<TaskId, RestoreProgress::TaskRestore> RestoreProgress::tasks() const {
    const std::int64_t now_ns = clock_.monotonic_ns();
    const std::scoped_lock lock(mutex_);
    std::map<TaskId, TaskRestore> result;
    for (const auto& [key, status] : stores_) result[status.task].remaining += status.remaining();
    for (const auto& [task, sensor] : restored_) {
        result[task].total = sensor.total_count();
        result[task].rate = sensor.recent(now_ns).rate();
    }
    return result;
}

}  // namespace matchpoint::streams
