#include "processor/streams/runtime/standby_tasks.h"

#include <algorithm>

#include "processor/streams/changelog/call_listener.h"
#include "processor/streams/runtime/task_state.h"

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);

}  // namespace

StandbyTasks::StandbyTasks(StandbyParts parts) : parts_(std::move(parts)) {
    ChangelogReader::Callbacks callbacks;
    callbacks.on_restored = [](TaskId) {};
    callbacks.on_failed = [this](TaskId task, const std::string& error, bool corrupted) {
        parts_.logger->error("standby of task {}: {}; trying again", task.to_string(), error);
        const std::scoped_lock lock(failures_mutex_);
        failures_.push_back({task, corrupted});
    };
    const std::string name = parts_.config.application_id + "-standby";
    reader_ = std::make_unique<ChangelogReader>(
        parts_.config.client_config(name), parts_.config.restore_consumer_config(name), parts_.logger,
        ChangelogReader::Listeners{.restore = nullptr, .standby = parts_.listener}, std::move(callbacks));
}

StandbyTasks::~StandbyTasks() {
    const std::scoped_lock lock(mutex_);
    while (!standbys_.empty()) close(standbys_.begin()->first, SuspendReason::kMigrated);
}

const SubtopologyInfo* StandbyTasks::info_of(TaskId task) const {
    const auto found = std::find_if(parts_.subtopologies.begin(), parts_.subtopologies.end(),
                                    [task](const SubtopologyInfo& info) { return info.id == task.subtopology; });
    return found == parts_.subtopologies.end() ? nullptr : &*found;
}

bool StandbyTasks::follow(const std::set<TaskId>& wanted, const std::set<TaskId>& ours) {
    const std::scoped_lock lock(mutex_);
    drop_failed();
    std::vector<TaskId> unwanted;
    for (const auto& [task, standby] : standbys_) {
        if (!wanted.contains(task) && !ours.contains(task)) unwanted.push_back(task);
    }
    for (const TaskId task : unwanted) close(task, SuspendReason::kMigrated);
    bool all = true;
    for (const TaskId task : wanted) {
        if (!standbys_.contains(task)) all = open(task) && all;
    }
    post();
    return all;
}

// False if the stream thread that had the task is still closing it.
bool StandbyTasks::open(TaskId task) {
    if (!parts_.directory.lock_task(task)) return false;
    Standby standby{info_of(task), nullptr};
    try {
        standby.storage =
            open_task_state(task, *standby.info, parts_.directory, parts_.memory, *parts_.logger, Trust::kYes);
    } catch (const std::exception& error) {
        parts_.logger->error("standby of task {}: {}; trying again", task.to_string(), error.what());
        parts_.directory.unlock_task(task);
        return false;
    }
    std::vector<StoreRestore> stores;
    for (const StoreSpec& spec : standby.info->stores) {
        if (!has_changelog(*standby.info, spec, task.partition)) continue;
        StoreRestore store{&spec, {spec.changelog_topic, task.partition}, std::nullopt};
        if (spec.changelog == StoreSpec::Changelog::kSourceTopic) store.end = Offset{0};  // until the group is asked
        stores.push_back(std::move(store));
    }
    parts_.logger->info("keeping a standby of task {}", task.to_string());
    reader_->follow(task, *standby.storage, std::move(stores));
    standbys_.emplace(task, std::move(standby));
    return true;
}

void StandbyTasks::close(TaskId task, SuspendReason reason) {
    const auto found = standbys_.find(task);
    reader_->remove(task);
    tell_suspended(task, found->second, reason);
    parts_.logger->info("no longer keeping a standby of task {}", task.to_string());
    standbys_.erase(found);
    parts_.directory.unlock_task(task);
}

std::unique_ptr<state::TaskStorage> StandbyTasks::take(TaskId task) {
    const std::scoped_lock lock(mutex_);
    drop_failed();
    const auto found = standbys_.find(task);
    if (found == standbys_.end()) return nullptr;
    reader_->remove(task);
    tell_suspended(task, found->second, SuspendReason::kPromoted);
    parts_.logger->info("the standby of task {} takes over", task.to_string());
    std::unique_ptr<state::TaskStorage> storage = std::move(found->second.storage);
    standbys_.erase(found);
    post();
    return storage;
}

void StandbyTasks::tell_suspended(TaskId task, const Standby& standby, SuspendReason reason) {
    if (parts_.listener == nullptr) return;
    for (const StoreSpec& spec : standby.info->stores) {
        if (!has_changelog(*standby.info, spec, task.partition)) continue;
        const TopicPartition changelog{spec.changelog_topic, task.partition};
        const auto reached = standby.storage->changelog_offset(spec.name, changelog);
        call_listener(*parts_.logger, "standby", [&] {
            parts_.listener->on_update_suspended(changelog, spec.name, reached.value_or(Offset{0}), reason);
        });
    }
}

// The reader has let go of these already.
void StandbyTasks::drop_failed() {
    std::vector<Failure> failures;
    {
        const std::scoped_lock lock(failures_mutex_);
        failures.swap(failures_);
    }
    for (const Failure& failure : failures) {
        if (standbys_.erase(failure.task) == 0) continue;
        if (failure.corrupted) state::TaskStorage::destroy(parts_.directory.task_directory(failure.task));
        parts_.directory.unlock_task(failure.task);
    }
}

bool StandbyTasks::failed() {
    const std::scoped_lock lock(failures_mutex_);
    return !failures_.empty();
}

void StandbyTasks::raise_limits() {
    std::vector<TopicPartition> limited;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& [task, standby] : standbys_) {
            for (const StoreSpec& spec : standby.info->stores) {
                if (spec.changelog != StoreSpec::Changelog::kSourceTopic) continue;
                if (!standby.info->reaches(spec.changelog_topic, task.partition)) continue;
                limited.push_back({spec.changelog_topic, task.partition});
            }
        }
    }
    if (limited.empty()) return;
    if (group_ == nullptr) {
        group_ = std::make_unique<kafka::Consumer>(
            parts_.config.consumer_config(parts_.config.application_id + "-standby-offsets"),
            kafka::ClientHooks{.logger = parts_.logger, .on_connection_change = {}});
    }
    auto committed = group_->committed(limited, kRequestTimeout);
    if (!committed.ok()) return;
    for (const kafka::PartitionOffset& each : *committed) {
        if (each.offset >= Offset{0}) reader_->raise_limit(each.partition, each.offset);
    }
}

void StandbyTasks::post() {
    std::vector<TaskStatus> statuses;
    for (const auto& [task, standby] : standbys_) {
        TaskStatus status{task, "standby", TaskPhase::kStandby, nullptr, {}};
        for (const auto& store : standby.storage->stores()) {
            status.stores.emplace(store->name(), store->committed_view());
        }
        statuses.push_back(std::move(status));
    }
    parts_.board.post("standby", std::move(statuses));
}

}  // namespace matchpoint::streams
