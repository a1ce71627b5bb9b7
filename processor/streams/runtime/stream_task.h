// One partition of one sub-topology at work: its records in, its nodes, its stores. Owned by a task manager; stream
// thread only. The storage outlives the task, so that a task given up after a failed transaction can be made anew
// on the same files.
//
//            init()            close_clean() / close_dirty()
//     CREATED ----> RUNNING ---------------------------------> CLOSED
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/base/clock.h"
#include "processor/streams/changelog/cached_store.h"
#include "processor/streams/changelog/logged_store.h"
#include "processor/streams/runtime/committer.h"
#include "processor/streams/runtime/dead_letters.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/runtime/partition_group.h"
#include "processor/streams/runtime/punctuation.h"
#include "processor/streams/runtime/record_errors.h"
#include "processor/streams/runtime/stream_metrics.h"
#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/runtime/task_board.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {

// Where an input partition goes on, and the highest timestamp known of it.
struct InputStart {
    Offset offset;
    Timestamp partition_time = kNoTimestamp;
};

// What all tasks of a stream thread share; outlives them.
struct TaskEnvironment {
    const StreamsConfig& config;
    const ErrorHandlers& handlers;
    const Clock& clock;
    RecordCollector& collector;
    StreamMetrics& metrics;
    TaskBoard& board;
    DeadLetters& dead_letters;
    state::CacheBudget& caches;  // of this thread
    LogEnds& log_ends;
    std::shared_ptr<spdlog::logger> logger;
};

class StreamTask final : public TaskServices {
  public:
    // `storage` may be null if the sub-topology has no stores.
    StreamTask(TaskId id, const SubtopologyInfo& info, std::unique_ptr<ProcessorTopology> topology,
               state::TaskStorage* storage, const TaskEnvironment& environment);

    // Starts the nodes. `starts` has every input partition.
    void init(const std::map<TopicPartition, InputStart>& starts);
    // Takes a record of one of its partitions; false if it is not one of them.
    [[nodiscard]] bool add_record(kafka::Message& message);
    // Processes one record if one is ready at `now_ns`; false if not.
    bool process_one(std::int64_t now_ns);
    // After some of them, begun and ended at these times: counts them.
    void count_batch(std::size_t records, std::int64_t began_ns, std::int64_t ended_ns);
    // Shows other threads what was counted.
    void publish_metrics(std::int64_t now_ns);
    bool punctuate_wall_clock();
    // It has written records, though none has come: they are committed, with its offsets, which fence it.
    void note_output() { wrote_ = true; }

    [[nodiscard]] bool needs_commit() const {
        return position_moved_ || wrote_ || (storage_ != nullptr && storage_->has_uncommitted_writes()) ||
               caches_dirty();
    }
    [[nodiscard]] bool commit_requested() const { return commit_requested_; }
    // Seals what was done so far, to be committed.
    [[nodiscard]] TaskCommit prepare_commit();
    void commit_ended(const TaskCommit& commit);
    // Closes all nodes; what their processors throw is logged, as the task goes all the same.
    void close();

    [[nodiscard]] std::size_t buffered() const { return inputs_.buffered(); }
    [[nodiscard]] std::size_t max_buffered_of_a_partition() const;
    [[nodiscard]] Timestamp next_wall_clock_punctuation() const { return wall_clock_punctuations_.next_due(); }
    [[nodiscard]] const PartitionGroup& inputs() const { return inputs_; }
    [[nodiscard]] state::TaskStorage* storage() const { return storage_; }
    [[nodiscard]] const std::shared_ptr<TaskMetrics>& metrics() const { return metrics_; }

    // TaskServices
    [[nodiscard]] TaskId task_id() const override { return id_; }
    [[nodiscard]] std::string_view application_id() const override { return environment_.config.application_id; }
    [[nodiscard]] RecordCollector& collector() override { return environment_.collector; }
    [[nodiscard]] TaskStore* store(std::string_view name) override;
    [[nodiscard]] Timestamp stream_time() const override { return inputs_.stream_time(); }
    [[nodiscard]] Timestamp wall_clock_time() const override { return environment_.clock.now(); }
    std::unique_ptr<Cancellable> schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) override;
    void request_commit() override { commit_requested_ = true; }
    void on_record_read(Timestamp timestamp) override;
    [[nodiscard]] const RecordMetadata* record_metadata() const override { return current_ ? &*current_ : nullptr; }
    [[nodiscard]] const Headers* record_headers() const override { return current_headers_; }
    [[nodiscard]] Timestamp current_timestamp() const override { return current_timestamp_; }
    void guarded(const std::function<void()>& call) override;
    RecordScope exchange_record_scope(const RecordScope& scope) override;
    void on_deserialization_error(const RawRecord& record, std::string_view detail) override {
        errors_.deserialization(record, detail);
    }
    void on_serialization_error(std::string_view topic, std::string_view detail) override {
        errors_.serialization(topic, detail);
    }
    void on_processing_error(std::string_view node) override { errors_.processing(node); }
    void count_dropped(std::string_view node) override;

  private:
    struct Store {
        std::unique_ptr<LoggedStore> logged;
        std::unique_ptr<CachedStore> cached;  // over `logged`, if it has a cache
        StoreCommit commit;
        StoreSpec::Changelog kind = StoreSpec::Changelog::kNone;
    };

    void make_stores(const SubtopologyInfo& info);
    void make_metrics(const SubtopologyInfo& info);
    void count_dropped_one();
    void order_caches();
    void flush_caches();
    [[nodiscard]] bool caches_dirty() const {
        return std::any_of(caches_.begin(), caches_.end(), [](const CachedStore* cache) { return cache->dirty(); });
    }
    void count_punctuation(std::int64_t began_ns);
    [[nodiscard]] bool ready(std::int64_t now_ns);
    void process(RecordQueue& queue);

    TaskId id_;
    TaskEnvironment environment_;
    RecordErrors errors_{*this, environment_.handlers, environment_.dead_letters};
    std::unique_ptr<ProcessorTopology> topology_;
    state::TaskStorage* storage_;
    PartitionGroup inputs_;
    std::shared_ptr<TaskMetrics> metrics_ = std::make_shared<TaskMetrics>();
    struct NodeTimes {
        RecordTimes* times;
        NodeMetrics* metrics;
    };
    std::vector<NodeTimes> node_times_;
    std::vector<CachedStore*> caches_;  // upstream first
    std::vector<std::pair<StoreTally*, StoreMetrics*>> store_tallies_;
    std::map<std::string, Store, std::less<>> stores_;
    PunctuationQueue stream_time_punctuations_;
    PunctuationQueue wall_clock_punctuations_;
    RecordQueue* reading_ = nullptr;  // where the record came from that is, or was, being processed
    std::optional<RecordMetadata> current_;
    const Headers* current_headers_ = nullptr;
    Timestamp current_timestamp_ = kNoTimestamp;
    bool position_moved_ = false;
    bool wrote_ = false;  // outside of process()
    bool commit_requested_ = false;
};

}  // namespace matchpoint::streams
