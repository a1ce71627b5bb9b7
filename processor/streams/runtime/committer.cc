#include "processor/streams/runtime/committer.h"

#include <utility>

namespace matchpoint::streams {

Committer::Committer(std::function<void()> wake) : wake_(std::move(wake)), thread_([this] { run(); }) {}

Committer::~Committer() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Committer::submit(CommitJob job) {
    busy_ = true;
    drained_.store(false, std::memory_order_release);
    {
        const std::scoped_lock lock(mutex_);
        job_ = std::move(job);
    }
    changed_.notify_all();
}

std::optional<CommitOutcome> Committer::take_outcome() {
    if (!busy_) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    if (!outcome_) return std::nullopt;
    busy_ = false;
    return std::exchange(outcome_, std::nullopt);
}

void Committer::wait_progress(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] { return outcome_.has_value(); });
}

CommitOutcome Committer::wait_outcome() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return outcome_.has_value(); });
    busy_ = false;
    return *std::exchange(outcome_, std::nullopt);
}

void Committer::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || job_.has_value(); });
        if (!job_) return;
        CommitJob job = *std::exchange(job_, std::nullopt);
        lock.unlock();
        CommitOutcome outcome = commit(std::move(job));
        lock.lock();
        outcome_ = std::move(outcome);
        changed_.notify_all();
        wake_();
    }
}

CommitOutcome Committer::commit(CommitJob job) {
    CommitOutcome outcome;
    outcome.kafka_error = commit_to_kafka(job);
    if (!outcome.kafka_error) {
        TaskId applied;
        try {
            for (TaskCommit& task : job.tasks) {
                applied = task.task;
                if (task.storage == nullptr || !task.storage->has_sealed()) continue;
                std::vector<state::ChangelogOffset> reached;
                for (const StoreCommit& store : task.stores) {
                    if (store.reached >= Offset{0}) reached.push_back({store.store, store.changelog, store.reached});
                }
                task.storage->apply(reached);
            }
        } catch (const state::StorageError& error) {
            outcome.store_error = error.what();
            if (error.kind() == state::StorageErrorKind::kCorruption) outcome.corrupted = applied;
        } catch (const std::exception& error) {
            outcome.store_error = error.what();
        }
    }
    outcome.job = std::move(job);
    return outcome;
}

kafka::MaybeError Committer::commit_to_kafka(CommitJob& job) {
    kafka::Producer& producer = job.slot->producer();
    const bool all_sent = job.slot->drain(job.timeout);
    drained_.store(true, std::memory_order_release);
    wake_();
    if (auto failed = job.slot->take_failure()) return failed;
    if (!all_sent) {
        return kafka::error_from_code(-185, "records were not acknowledged in time");  // _TIMED_OUT
    }
    collect_ends(job);
    if (!job.transactional) return std::nullopt;
    std::vector<kafka::PartitionOffset> offsets;
    for (TaskCommit& task : job.tasks) {
        if (task.offsets.empty()) continue;
        CommitMetadata metadata{.partition_time = task.partition_time, .changelog_ends = {}};
        for (const StoreCommit& store : task.stores) {
            if (store.reached >= Offset{0}) metadata.changelog_ends[store.store] = store.reached;
        }
        task.offsets.front().metadata = to_text(metadata);
        offsets.insert(offsets.end(), task.offsets.begin(), task.offsets.end());
    }
    if (!offsets.empty()) {
        if (auto error = producer.send_offsets(offsets, job.group(), job.timeout)) return error;
    }
    return producer.commit_transaction(job.timeout);
}

void Committer::collect_ends(CommitJob& job) {
    for (TaskCommit& task : job.tasks) {
        for (StoreCommit& store : task.stores) {
            if (store.topic_handle < 0) continue;
            const Offset end = job.slot->acknowledged_end({store.topic_handle, store.changelog.partition});
            store.reached = std::max(store.reached, end);
        }
    }
}

}  // namespace matchpoint::streams
