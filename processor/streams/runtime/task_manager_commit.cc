// TaskManager: transactions, and starting over when one has failed.
#include <algorithm>

#include "processor/streams/runtime/task_manager.h"

namespace matchpoint::streams {

bool TaskManager::needs_commit() const {
    return std::any_of(running_.begin(), running_.end(), [](const StreamTask* task) { return task->needs_commit(); });
}

bool TaskManager::commit_requested() const {
    return std::any_of(running_.begin(), running_.end(),
                       [](const StreamTask* task) { return task->commit_requested(); });
}

void TaskManager::begin_commit() {
    if (parts_.collector.failure()) throw TransactionFailed(parts_.collector.failure()->to_string());
    commit_began_ns_ = parts_.environment.clock.monotonic_ns();
    CommitJob job;
    job.transactional = parts_.collector.transactional();
    job.timeout = std::max(parts_.config.transaction_timeout, StreamsConfig::Millis(10'000));
    job.group = [this] { return parts_.consumer.group_metadata_after_join(); };
    for (StreamTask* task : running_) {
        if (task->needs_commit()) job.tasks.push_back(task->prepare_commit());
    }
    job.slot = &parts_.collector.seal();
    if (parts_.collector.failure()) throw TransactionFailed(parts_.collector.failure()->to_string());
    committer_.submit(std::move(job));
}

void TaskManager::follow_commit() {
    offsets_.try_again_if_due();
    if (!committer_.busy()) return;
    if (committer_.drained() && parts_.collector.transactional()) parts_.collector.release_held();
    if (auto outcome = committer_.take_outcome()) finish_commit(std::move(*outcome));
}

void TaskManager::finish_commit(CommitOutcome outcome) {
    if (outcome.kafka_error) throw TransactionFailed(outcome.kafka_error->to_string());
    const std::int64_t took_ns = parts_.environment.clock.monotonic_ns() - commit_began_ns_;
    for (const TaskCommit& commit : outcome.job.tasks) {
        const auto found = tasks_.find(commit.task);
        if (found == tasks_.end() || found->second.task == nullptr) continue;
        found->second.task->commit_ended(commit);
        found->second.task->metrics()->commit.tally.add(took_ns);
    }
    parts_.collector.commit_ended();
    parts_.environment.metrics.commit.tally.add(took_ns);
    if (outcome.job.transactional) {
        note_purgeable(outcome.job);
    } else {
        offsets_.commit(outcome.job.tasks);
    }
    if (!outcome.store_error) return;
    keep_committed(outcome);
    throw TransactionFailed(*outcome.store_error);
}

// What was committed stays in the stores when all that came after it is given up.
void TaskManager::keep_committed(const CommitOutcome& outcome) {
    for (const TaskCommit& commit : outcome.job.tasks) {
        const auto found = tasks_.find(commit.task);
        if (found == tasks_.end() || commit.storage == nullptr) continue;
        if (outcome.store_error) {
            found->second.reopen = true;
        } else if (!outcome.kafka_error && commit.storage->has_sealed()) {
            commit.storage->release();
        }
    }
    if (outcome.corrupted) tasks_.at(*outcome.corrupted).corrupted = true;
}

// What a commit reached in repartition topics is of no more use to anybody.
void TaskManager::note_purgeable(const CommitJob& job) {
    for (const TaskCommit& commit : job.tasks) {
        const auto found = tasks_.find(commit.task);
        if (found == tasks_.end() || !parts_.purge.concerns(*found->second.info)) continue;
        parts_.purge.committed(commit.offsets);
    }
}

void TaskManager::commit_all() {
    if (committer_.busy()) finish_commit(committer_.wait_outcome());
    if (needs_commit()) {
        begin_commit();
        finish_commit(committer_.wait_outcome());
    }
    offsets_.settle();
}

void TaskManager::start_over(const std::string& why) {
    parts_.environment.metrics.failures.add();
    parts_.environment.logger->warn("starting over from the last commit: {}", why);
    if (committer_.busy()) {
        const CommitOutcome outcome = committer_.wait_outcome();
        if (outcome.kafka_error) parts_.environment.logger->warn("commit: {}", outcome.kafka_error->to_string());
        keep_committed(outcome);
    }
    for (auto& [id, entry] : tasks_) {
        if (entry.state == State::kRunning) give_up(entry);
    }
    running_.clear();
    last_fed_ = nullptr;
    count_states();
    parts_.collector.reset();
}

// Back to CREATED. The stores drop what was not committed and stay open, or those in memory would have to be replayed
// from the beginning; if the outcome of a commit is not known, the changelog tells when the store is restored.
void TaskManager::give_up(Entry& entry) {
    flow_.end(entry.inputs);
    if (const auto error = parts_.consumer.incremental_unassign(entry.inputs)) {
        parts_.environment.logger->warn("unassign: {}", error->to_string());
    }
    offsets_.forget(entry.inputs);
    entry.task->close();
    entry.task.reset();
    if (entry.storage != nullptr) entry.storage->discard();
    if (entry.reopen) entry.storage.reset();
    entry.state = State::kCreated;
}

}  // namespace matchpoint::streams
