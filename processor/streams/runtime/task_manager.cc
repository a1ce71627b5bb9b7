#include "processor/streams/runtime/task_manager.h"

#include <algorithm>
#include <limits>

namespace matchpoint::streams {
namespace {

constexpr std::chrono::nanoseconds kPublishInterval = std::chrono::milliseconds(50);

}  // namespace

TaskManager::TaskManager(TaskManagerParts parts)
    : parts_(std::move(parts)),
      offsets_({parts_.thread, parts_.config, parts_.subtopologies, parts_.consumer, parts_.admin, parts_.purge,
                parts_.environment.clock, parts_.environment.logger, parts_.limit}),
      rounds_(parts_.config.application_id, parts_.subtopologies, parts_.admin, parts_.limit),
      flow_(parts_.consumer, static_cast<std::size_t>(parts_.config.buffered_records_per_partition)),
      committer_([this] { parts_.consumer.wake(); }) {
    ChangelogReader::Callbacks callbacks;
    callbacks.on_restored = [this](TaskId id) {
        reports_.restored(id);
        parts_.consumer.wake();
    };
    callbacks.on_failed = [this](TaskId id, std::string error, bool corrupted) {
        reports_.failed({id, std::move(error), corrupted});
        parts_.consumer.wake();
    };
    const std::string name = parts_.consumer.config().get_or("client.id", parts_.config.application_id) + "-restore";
    reader_ = std::make_unique<ChangelogReader>(
        parts_.config.client_config(name), parts_.config.restore_consumer_config(name), parts_.environment.logger,
        ChangelogReader::Listeners{.restore = parts_.restore_listener, .standby = nullptr}, std::move(callbacks));
}

TaskManager::~TaskManager() {
    reader_.reset();
    if (committer_.busy()) (void)committer_.wait_outcome();
}

std::vector<std::string> TaskManager::driving_topics() const {
    std::vector<std::string> topics;
    for (const SubtopologyInfo& info : parts_.subtopologies) topics.push_back(info.driving_topic());
    return topics;
}

const SubtopologyInfo* TaskManager::driven_by(const std::string& topic) const {
    for (const SubtopologyInfo& info : parts_.subtopologies) {
        if (info.driving_topic() == topic) return &info;
    }
    return nullptr;
}

std::vector<TaskId> TaskManager::tasks_of(const std::vector<TopicPartition>& partitions) const {
    std::vector<TaskId> ids;
    for (const TopicPartition& partition : partitions) {
        const SubtopologyInfo* info = driven_by(partition.topic);
        if (info == nullptr) continue;
        const TaskId id{info->id, partition.partition};
        if (tasks_.contains(id)) ids.push_back(id);
    }
    return ids;
}

void TaskManager::on_assigned(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) {
    for (const TopicPartition& partition : partitions) {
        const SubtopologyInfo* info = driven_by(partition.topic);
        if (info == nullptr) continue;
        const TaskId id{info->id, partition.partition};
        Entry& entry = tasks_[id];
        entry.info = info;
        entry.inputs.clear();
        for (const std::string& topic : info->source_topics) {
            if (info->reaches(topic, id.partition)) entry.inputs.push_back({topic, id.partition});
        }
        ++parts_.environment.metrics.tasks_created.tally.count;
    }
    const NextRound next = rounds_.next();
    if (next.follows) {
        (void)consumer.join_again();  // if it cannot, librdkafka will later
        if (parts_.early != nullptr) parts_.early->open(next.given_up);
    }
    // The partitions themselves follow when their tasks are ready; this only ends the rebalance.
    if (const auto error = consumer.incremental_assign({})) throw kafka::KafkaException(*error);
    consumer.wake();  // a rebalance alone does not end the poll that it came in
    count_states();
    // A share that is not whole yet is no reason to call oneself running.
    if (!next.follows && parts_.on_rebalance) parts_.on_rebalance();
}

void TaskManager::on_revoked(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) {
    const std::vector<TaskId> ids = tasks_of(partitions);
    rounds_.gave_up();
    if (parts_.on_revoked) parts_.on_revoked();
    try {
        commit_all();
    } catch (const StreamsError& error) {
        parts_.environment.logger->warn("cannot commit before partitions are revoked: {}", error.what());
        return start_over_without(ids, consumer, error.what());
    }
    close(ids);
    (void)consumer.incremental_unassign({});
}

void TaskManager::on_lost(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) {
    lost_at_ns_ = parts_.environment.clock.monotonic_ns();
    if (parts_.on_revoked) parts_.on_revoked();
    // The transaction holds work of tasks that are another member's now: none of it may be committed.
    start_over_without(tasks_of(partitions), consumer, "partitions were lost");
}

// Starting over fails while Kafka is out of reach. The tasks go all the same: the group gives them anew, and a
// partition that is still held then would be held twice.
void TaskManager::start_over_without(const std::vector<TaskId>& ids, kafka::Consumer& consumer,
                                     const std::string& why) {
    std::exception_ptr failure;
    try {
        start_over(why);
    } catch (const StreamsError&) {
        failure = std::current_exception();
    }
    close(ids);
    (void)consumer.incremental_unassign({});
    if (failure) std::rethrow_exception(failure);
}

// Damaged state is restored: the task starts over. For anything else (no space, no right to write) the thread dies of
// the exception being handled.
void TaskManager::on_storage_error(TaskId id, const state::StorageError& error) {
    if (error.kind() != state::StorageErrorKind::kCorruption) throw;
    tasks_.at(id).corrupted = tasks_.at(id).reopen = true;
    throw TransactionFailed(fmt::format("task {}: {}", id.to_string(), error.what()));
}

StreamTask* TaskManager::task_for(const kafka::Message& message) {
    for (StreamTask* task : running_) {
        for (const auto& queue : task->inputs().queues()) {
            const TopicPartition& partition = queue->partition();
            if (partition.partition == message.partition() && partition.topic == message.topic()) return task;
        }
    }
    return nullptr;
}

void TaskManager::add_record(kafka::Message message) {
    // Records come in runs of one partition.
    if (last_fed_ == nullptr || !last_fed_->add_record(message)) {
        last_fed_ = task_for(message);
        if (last_fed_ == nullptr) return;
        (void)last_fed_->add_record(message);
    }
}

std::size_t TaskManager::process(std::size_t limit) {
    const std::int64_t now_ns = parts_.environment.clock.monotonic_ns();
    std::size_t processed = 0;
    std::int64_t began_ns = now_ns;
    for (StreamTask* task : running_) {
        const std::size_t before = processed;
        try {
            while (processed < limit && task->process_one(now_ns)) ++processed;
        } catch (const state::StorageError& error) {
            on_storage_error(task->task_id(), error);
        }
        if (processed > before) {
            const std::int64_t ended_ns = parts_.environment.clock.monotonic_ns();
            task->count_batch(processed - before, began_ns, ended_ns);
            began_ns = ended_ns;
        }
        const bool waits = processed < limit && task->buffered() > 0;
        if (waits) flow_.hold_back(task->inputs());
        flow_.go_on(task->inputs());
    }
    if (processed > 0) {
        // The first task must not starve the others.
        std::rotate(running_.begin(), running_.begin() + 1, running_.end());
        StreamMetrics& metrics = parts_.environment.metrics;
        metrics.process.tally.add_batch(static_cast<std::int64_t>(processed), began_ns - now_ns);
        metrics.process_records.tally.add(static_cast<std::int64_t>(processed));
    }
    return processed;
}

void TaskManager::set_paused(bool paused) {
    if (flow_.all_paused() == paused) return;
    std::vector<TopicPartition> inputs;
    for (const auto& [id, entry] : tasks_) {
        if (entry.state == State::kRunning) inputs.insert(inputs.end(), entry.inputs.begin(), entry.inputs.end());
    }
    paused ? flow_.pause_all(inputs) : flow_.resume_all(inputs);
}

bool TaskManager::punctuate() {
    bool any = false;
    for (StreamTask* task : running_) {
        const std::size_t written = parts_.collector.records_written();
        try {
            any |= task->punctuate_wall_clock();
            if (parts_.collector.records_written() != written) task->note_output();
        } catch (const state::StorageError& error) {
            on_storage_error(task->task_id(), error);
        }
    }
    return any;
}

void TaskManager::close(const std::vector<TaskId>& ids) {
    for (const TaskId id : ids) {
        Entry& entry = tasks_.at(id);
        if (entry.state == State::kRestoring) reader_->remove(id);
        reports_.forget(id);
        if (entry.state == State::kRunning) {
            std::erase(running_, entry.task.get());
            give_up(entry);
        }
        entry.storage.reset();
        if (entry.directory_locked) parts_.directory.unlock_task(id);
        tasks_.erase(id);
        ++parts_.environment.metrics.tasks_closed.tally.count;
    }
    last_fed_ = nullptr;
    count_states();
}

void TaskManager::close_all() {
    reader_->hurry();
    if (committer_.busy()) (void)committer_.wait_outcome();
    std::vector<TaskId> ids;
    for (const auto& [id, entry] : tasks_) ids.push_back(id);
    close(ids);
}

void TaskManager::publish_metrics(std::int64_t now_ns) {
    if (now_ns - published_ns_ < kPublishInterval.count()) return;
    published_ns_ = now_ns;
    parts_.environment.metrics.publish(now_ns);
    for (StreamTask* task : running_) task->publish_metrics(now_ns);
}

void TaskManager::post_tasks() {
    std::vector<TaskStatus> statuses;
    for (const auto& [id, entry] : tasks_) {
        TaskStatus status{id, parts_.thread, TaskPhase::kCreated, nullptr, {}};
        if (entry.state == State::kRestoring || entry.state == State::kRestored) status.phase = TaskPhase::kRestoring;
        if (entry.state == State::kRunning) status.phase = TaskPhase::kRunning;
        if (entry.task != nullptr) status.metrics = entry.task->metrics();
        if (entry.storage != nullptr) {
            for (const auto& store : entry.storage->stores()) {
                status.stores.emplace(store->name(), store->committed_view());
            }
        }
        statuses.push_back(std::move(status));
    }
    parts_.environment.board.post(parts_.thread, std::move(statuses));
}

void TaskManager::count_states() {
    post_tasks();
    std::int64_t running = 0;
    for (const auto& [id, entry] : tasks_) running += entry.state == State::kRunning ? 1 : 0;
    parts_.environment.metrics.running_tasks.set(running);
    parts_.environment.metrics.restoring_tasks.set(static_cast<std::int64_t>(tasks_.size()) - running);
}

std::size_t TaskManager::buffered() const {
    std::size_t total = 0;
    for (const StreamTask* task : running_) total += task->buffered();
    return total;
}

std::size_t TaskManager::uncommitted_bytes() const {
    std::size_t total = 0;
    for (const StreamTask* task : running_) {
        if (task->storage() != nullptr) total += task->storage()->uncommitted_bytes();
    }
    return total;
}

Timestamp TaskManager::next_wall_clock_punctuation() const {
    Timestamp next{std::numeric_limits<std::int64_t>::max()};
    for (const StreamTask* task : running_) next = std::min(next, task->next_wall_clock_punctuation());
    return next;
}

bool TaskManager::all_running() const {
    return std::all_of(tasks_.begin(), tasks_.end(),
                       [](const auto& entry) { return entry.second.state == State::kRunning; });
}

}  // namespace matchpoint::streams
