// TaskManager: what a task goes through until it runs.
#include <algorithm>
#include <utility>

#include "processor/streams/runtime/task_manager.h"
#include "processor/streams/runtime/task_state.h"

namespace matchpoint::streams {

void TaskManager::start_created() {
    std::vector<TaskId> created;
    for (const auto& [id, entry] : tasks_) {
        if (entry.state == State::kCreated) created.push_back(id);
    }
    if (created.empty()) return;
    fetch_starts(created);
    for (const TaskId id : created) {
        Entry& entry = tasks_.at(id);
        if (entry.info->stores.empty()) {
            entry.state = State::kRestoring;
            reports_.restored(id);
            continue;
        }
        if (!entry.directory_locked) take_over(id, entry);
        if (!entry.directory_locked) entry.directory_locked = parts_.directory.lock_task(id);
        if (!entry.directory_locked) continue;  // the thread that had the task is still closing it
        open_storage(id, entry);
        restore(id, entry);
    }
    count_states();
}

// The storage, if somebody has opened it already.
void TaskManager::take_over(TaskId id, Entry& entry) {
    if (parts_.early != nullptr) entry.storage = parts_.early->take(id);
    if (entry.storage == nullptr && parts_.standbys != nullptr) entry.storage = parts_.standbys->take(id);
    entry.directory_locked = entry.storage != nullptr;
}

void TaskManager::fetch_starts(const std::vector<TaskId>& created) {
    std::vector<TopicPartition> partitions;
    for (const TaskId id : created) {
        const Entry& entry = tasks_.at(id);
        partitions.insert(partitions.end(), entry.inputs.begin(), entry.inputs.end());
    }
    const auto starts = offsets_.starts(partitions);
    for (const TaskId id : created) {
        Entry& entry = tasks_.at(id);
        entry.starts.clear();
        entry.changelog_ends.clear();
        for (const TopicPartition& input : entry.inputs) {
            const GroupOffsets::Start& start = starts.at(input);
            entry.starts[input] = start.input;
            entry.changelog_ends.insert(start.changelog_ends.begin(), start.changelog_ends.end());
        }
    }
}

void TaskManager::open_storage(TaskId id, Entry& entry) {
    if (entry.storage != nullptr) return;
    const Trust trust = entry.corrupted ? Trust::kNo : Trust::kYes;
    entry.storage =
        open_task_state(id, *entry.info, parts_.directory, parts_.memory, *parts_.environment.logger, trust);
    entry.corrupted = entry.reopen = false;
}

void TaskManager::restore(TaskId id, Entry& entry) {
    std::vector<StoreRestore> restores;
    for (const StoreSpec& spec : entry.info->stores) {
        if (!has_changelog(*entry.info, spec, id.partition)) continue;
        StoreRestore restore{&spec, {spec.changelog_topic, id.partition}, std::nullopt};
        if (spec.changelog == StoreSpec::Changelog::kSourceTopic) {
            restore.end = entry.starts.at(restore.changelog).offset;
        } else if (const auto end = entry.changelog_ends.find(spec.name); end != entry.changelog_ends.end()) {
            restore.end = end->second;
        }
        restores.push_back(std::move(restore));
    }
    entry.state = State::kRestoring;
    reader_->add(id, *entry.storage, std::move(restores));
}

void TaskManager::resolve_outputs() {
    for (const SubtopologyInfo& info : parts_.subtopologies) {
        const bool here = tasks_.empty() || std::any_of(tasks_.begin(), tasks_.end(), [&info](const auto& entry) {
                              return entry.second.info == &info;
                          });
        if (!here) continue;
        for (const std::string& topic : info.sink_topics) (void)parts_.collector.resolve(topic);
        for (const StoreSpec& store : info.stores) {
            if (writes_changelog(store)) (void)parts_.collector.resolve(store.changelog_topic);
        }
    }
}

void TaskManager::run_restored() {
    const RestoreReports::News news = reports_.take();
    for (const RestoreReports::Failure& failure : news.failures) {
        parts_.environment.logger->error("task {}: restoring failed, trying again: {}", failure.task.to_string(),
                                         failure.error);
        const auto found = tasks_.find(failure.task);
        if (found == tasks_.end()) continue;
        found->second.state = State::kCreated;
        found->second.storage.reset();
        found->second.corrupted = failure.corrupted;
    }
    for (const TaskId id : news.restored) {
        const auto found = tasks_.find(id);
        if (found != tasks_.end() && found->second.state == State::kRestoring) run(id, found->second);
    }
    if (!news.empty()) count_states();
}

void TaskManager::run(TaskId id, Entry& entry) {
    entry.task = std::make_unique<StreamTask>(id, *entry.info,
                                              parts_.topology.instantiate(id.subtopology, parts_.config.application_id),
                                              entry.storage.get(), parts_.environment);
    entry.task->init(entry.starts);
    std::vector<kafka::PartitionOffset> positions;
    for (const auto& [partition, start] : entry.starts) {
        positions.push_back({.partition = partition, .offset = start.offset, .metadata = {}});
    }
    if (const auto error = parts_.consumer.incremental_assign(positions)) throw kafka::KafkaException(*error);
    flow_.begin(entry.inputs);
    entry.state = State::kRunning;
    running_.push_back(entry.task.get());
}

}  // namespace matchpoint::streams
