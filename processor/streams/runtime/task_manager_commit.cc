// TaskManager: transactions, and starting over when one has failed.
#include <algorithm>
#include <thread>

#include "processor/streams/runtime/task_manager.h"

namespace matchpoint::streams {
namespace {

constexpr auto kOffsetsTimeout = std::chrono::seconds(5);
constexpr std::chrono::nanoseconds kSettleAgain = std::chrono::milliseconds(500);
constexpr auto kSettlePause = std::chrono::milliseconds(100);
constexpr auto kSettlePatience = std::chrono::seconds(3);  // before partitions go to another member

}  // namespace

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
    job.group = [this] { return parts_.consumer.group_metadata(); };
    for (StreamTask* task : running_) {
        if (task->needs_commit()) job.tasks.push_back(task->prepare_commit());
    }
    job.slot = &parts_.collector.seal();
    if (parts_.collector.failure()) throw TransactionFailed(parts_.collector.failure()->to_string());
    committer_.submit(std::move(job));
}

void TaskManager::follow_commit() {
    if (!unsettled_offsets_.empty() && parts_.environment.clock.monotonic_ns() >= settle_at_ns_) commit_offsets();
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
        for (TaskCommit& commit : outcome.job.tasks) {
            if (commit.offsets.empty()) continue;
            commit.offsets.front().metadata = to_text({.partition_time = commit.partition_time, .changelog_ends = {}});
            for (kafka::PartitionOffset& each : commit.offsets) unsettled_offsets_[each.partition] = std::move(each);
        }
        commit_offsets();
    }
    if (outcome.corrupted) tasks_.at(*outcome.corrupted).corrupted = true;
    if (outcome.store_error) throw TransactionFailed(*outcome.store_error);
}

// The records are written and the stores have them: only the group has to learn it, with this call or a later one.
void TaskManager::commit_offsets() {
    std::vector<kafka::PartitionOffset> offsets;
    for (const auto& [partition, offset] : unsettled_offsets_) offsets.push_back(offset);
    if (offsets.empty()) return;
    if (const auto error = parts_.consumer.commit_sync(offsets, parts_.limit->cap(kOffsetsTimeout))) {
        parts_.environment.logger->warn("offsets not committed, trying again: {}", error->to_string());
        settle_at_ns_ = parts_.environment.clock.monotonic_ns() + kSettleAgain.count();
        return;
    }
    unsettled_offsets_.clear();
    parts_.purge.committed(offsets);
}

void TaskManager::forget_offsets(const std::vector<TopicPartition>& inputs) {
    for (const TopicPartition& input : inputs) unsettled_offsets_.erase(input);
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
    const auto end = std::chrono::steady_clock::now() + parts_.limit->cap(kSettlePatience);
    while (!unsettled_offsets_.empty() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(kSettlePause);
        commit_offsets();
    }
}

void TaskManager::start_over(const std::string& why) {
    parts_.environment.metrics.failures.add();
    parts_.environment.logger->warn("starting over from the last commit: {}", why);
    if (committer_.busy()) {
        const CommitOutcome outcome = committer_.wait_outcome();
        if (outcome.kafka_error) parts_.environment.logger->warn("commit: {}", outcome.kafka_error->to_string());
    }
    for (auto& [id, entry] : tasks_) {
        if (entry.state == State::kRunning) give_up(entry);
    }
    running_.clear();
    last_fed_ = nullptr;
    count_states();
    parts_.collector.reset();
}

// Back to CREATED. The stores drop what was not committed; if the outcome of a commit is not known, the changelog tells
// when the store is restored.
void TaskManager::give_up(Entry& entry) {
    std::vector<TopicPartition> inputs = entry.inputs;
    bool held_back = all_paused_;
    for (const TopicPartition& input : inputs) held_back = std::erase(paused_, input) > 0 || held_back;
    // librdkafka would remember it when the partition comes back. Not for what is not paused: a resume discards what
    // was fetched.
    if (held_back) (void)parts_.consumer.resume(inputs);
    if (const auto error = parts_.consumer.incremental_unassign(inputs)) {
        parts_.environment.logger->warn("unassign: {}", error->to_string());
    }
    forget_offsets(entry.inputs);
    entry.task->close();
    entry.task.reset();
    entry.storage.reset();
    entry.state = State::kCreated;
}

}  // namespace matchpoint::streams
