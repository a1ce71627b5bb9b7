// The tasks of one stream thread: makes them as the group assigns partitions, brings their stores up to date,
// feeds them records, commits them, and starts them over when a transaction has failed. Stream thread only.
//
// The group is subscribed to one topic a sub-topology, the driving topic; the other input topics of a task are assigned
// along with it by hand, because librdkafka's assignors know nothing of tasks. Partitions are assigned only once the
// task is ready for them, at an explicit offset:
//
//     CREATED --start_created()--> RESTORING --reader--> RESTORED --run_restored()--> RUNNING
//        ^                                                                               |
//        +----------------- start_over(): a transaction failed --------------------------+
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/streams/changelog/changelog_reader.h"
#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/runtime/early_storages.h"
#include "processor/streams/runtime/group_offsets.h"
#include "processor/streams/runtime/input_flow.h"
#include "processor/streams/runtime/rebalance_rounds.h"
#include "processor/streams/runtime/repartition_purge.h"
#include "processor/streams/runtime/restore_reports.h"
#include "processor/streams/runtime/standby_tasks.h"
#include "processor/streams/runtime/state_directory.h"
#include "processor/streams/runtime/stream_task.h"
#include "processor/streams/runtime/transactional_collector.h"
#include "processor/streams/state/store_memory.h"

namespace matchpoint::streams {

// The open transaction cannot be committed; everything since the last commit must be done again.
class TransactionFailed : public StreamsError {
  public:
    using StreamsError::StreamsError;
};

// What the tasks of one thread are made of and work with; outlives the manager.
struct TaskManagerParts {
    std::string thread;
    const StreamsConfig& config;
    const Topology& topology;
    const std::vector<SubtopologyInfo>& subtopologies;
    StateDirectory& directory;
    std::shared_ptr<state::StoreMemory> memory;
    TaskEnvironment environment;
    kafka::Consumer& consumer;
    kafka::Admin& admin;
    TransactionalCollector& collector;
    RepartitionPurge& purge;
    StateRestoreListener* restore_listener = nullptr;
    StandbyTasks* standbys = nullptr;  // to take over from; may be null, as the next
    EarlyStorages* early = nullptr;
    // On the stream thread; must not block.
    std::function<void()> on_revoked{};    // partitions are about to be taken away, or were lost
    std::function<void()> on_rebalance{};  // after each
    std::shared_ptr<const kafka::CallLimit> limit = std::make_shared<kafka::CallLimit>();
};

class TaskManager final : public kafka::RebalanceListener {
  public:
    explicit TaskManager(TaskManagerParts parts);
    ~TaskManager() override;

    [[nodiscard]] std::vector<std::string> driving_topics() const;

    // kafka::RebalanceListener
    void on_assigned(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) override;
    void on_revoked(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) override;
    void on_lost(kafka::Consumer& consumer, const std::vector<TopicPartition>& partitions) override;

    // Moves new tasks on; cheap when there are none. They run once there are producers.
    void start_created();
    void run_restored();
    // Asks what tasks will have to know of the topics they write to, while they wait for producers: of all topics as
    // long as it is not known which tasks there will be.
    void resolve_outputs();

    // A record of a task that is not here (any more) is dropped.
    void add_record(kafka::Message message);
    // Processes up to `limit` records, the tasks in turn; how many there were.
    std::size_t process(std::size_t limit);
    bool punctuate();
    // Shows other threads what was counted, now and then; cheap otherwise.
    void publish_metrics(std::int64_t now_ns);
    // While paused nothing is fetched for running tasks, nor for those that come to run. Cheap when it is so already.
    void set_paused(bool paused);

    // Something is waiting to be committed.
    [[nodiscard]] bool needs_commit() const;
    [[nodiscard]] bool commit_requested() const;
    // When the group last gave our partitions to others without a word.
    [[nodiscard]] std::optional<std::int64_t> lost_at_ns() const { return lost_at_ns_; }
    [[nodiscard]] bool commit_running() const { return committer_.busy(); }
    void begin_commit();
    // Notices what the committer has done; throws TransactionFailed.
    void follow_commit();
    // Blocks until the committer has got on, at most so long.
    void wait_for_commit(std::chrono::milliseconds timeout) { committer_.wait_progress(timeout); }
    // Commits everything and waits for it; throws TransactionFailed. Under at-least-once offsets that the group does
    // not take are tried for a while.
    void commit_all();

    // After TransactionFailed: gives up what is not committed and makes the tasks anew from what is. Throws
    // KafkaException while Kafka cannot be reached: call it again.
    void start_over(const std::string& why);
    void close_all();

    [[nodiscard]] std::size_t buffered() const;
    [[nodiscard]] std::size_t uncommitted_bytes() const;
    [[nodiscard]] Timestamp next_wall_clock_punctuation() const;
    // Every task that was assigned is running.
    [[nodiscard]] bool all_running() const;
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }

  private:
    enum class State : std::uint8_t { kCreated, kRestoring, kRestored, kRunning };
    struct Entry {
        State state = State::kCreated;
        const SubtopologyInfo* info = nullptr;
        std::vector<TopicPartition> inputs;
        std::map<TopicPartition, InputStart> starts;
        std::map<std::string, Offset> changelog_ends;
        std::unique_ptr<state::TaskStorage> storage;
        std::unique_ptr<StreamTask> task;
        bool directory_locked = false;
        bool corrupted = false;  // what is on disk is to be wiped
        bool reopen = false;     // the storage has failed, or is not as the last commit left it
    };

    [[nodiscard]] const SubtopologyInfo* driven_by(const std::string& topic) const;
    [[nodiscard]] std::vector<TaskId> tasks_of(const std::vector<TopicPartition>& partitions) const;
    void fetch_starts(const std::vector<TaskId>& created);
    void take_over(TaskId id, Entry& entry);
    void open_storage(TaskId id, Entry& entry);
    [[noreturn]] void on_storage_error(TaskId id, const state::StorageError& error);
    void restore(TaskId id, Entry& entry);
    void run(TaskId id, Entry& entry);
    void give_up(Entry& entry);
    void start_over_without(const std::vector<TaskId>& ids, kafka::Consumer& consumer, const std::string& why);
    void close(const std::vector<TaskId>& ids);
    void finish_commit(CommitOutcome outcome);
    void keep_committed(const CommitOutcome& outcome);
    void note_purgeable(const CommitJob& job);
    void count_states();
    void post_tasks();
    [[nodiscard]] StreamTask* task_for(const kafka::Message& message);

    TaskManagerParts parts_;
    GroupOffsets offsets_;
    RebalanceRounds rounds_;
    InputFlow flow_;
    std::map<TaskId, Entry> tasks_;
    std::vector<StreamTask*> running_;
    StreamTask* last_fed_ = nullptr;
    std::int64_t commit_began_ns_ = 0;
    std::optional<std::int64_t> lost_at_ns_;
    std::int64_t published_ns_ = 0;

    RestoreReports reports_;

    Committer committer_;
    std::unique_ptr<ChangelogReader> reader_;  // last: its thread ends first
};

}  // namespace matchpoint::streams
