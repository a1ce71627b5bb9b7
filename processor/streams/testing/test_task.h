// The one task of a topology under test: all its sub-topologies, their stores in memory, each record a transaction of
// its own. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "processor/streams/base/clock.h"
#include "processor/streams/changelog/cached_store.h"
#include "processor/streams/changelog/logged_store.h"
#include "processor/streams/runtime/dead_letters.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/runtime/punctuation.h"
#include "processor/streams/runtime/record_errors.h"
#include "processor/streams/state/task_storage.h"
#include "processor/streams/testing/test_collector.h"
#include "processor/streams/testing/test_inputs.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {

class TestTask final : public TaskServices {
  public:
    struct Options {
        ErrorHandlers handlers;
        std::string dead_letter_topic;
        std::size_t cache_max_bytes = 0;
    };
    TestTask(const Topology& topology, std::string application_id, const Clock& clock, Options options);

    // Fills the stores from what an earlier task wrote to their changelogs.
    void restore(const std::vector<ProducedRecord>& changelogs);
    void init();
    // Processes the record whose turn it is and commits; then stream-time punctuation.
    void process_one();
    void punctuate_wall_clock();
    void close();

    [[nodiscard]] TestInputs& inputs() { return inputs_; }
    [[nodiscard]] TestCollector& output() { return collector_; }
    [[nodiscard]] std::vector<std::string> store_names() const;
    [[nodiscard]] std::int64_t dropped_records() const { return dropped_; }
    void count_skipped() { ++dropped_; }
    // Whether a processor has asked for a commit since the last call.
    [[nodiscard]] bool take_commit_request() { return std::exchange(commit_requested_, false); }

    // TaskServices
    [[nodiscard]] TaskId task_id() const override { return {0, Partition{0}}; }
    [[nodiscard]] std::string_view application_id() const override { return application_id_; }
    [[nodiscard]] RecordCollector& collector() override { return collector_; }
    [[nodiscard]] TaskStore* store(std::string_view name) override;
    [[nodiscard]] Timestamp stream_time() const override { return inputs_.stream_time(); }
    [[nodiscard]] Timestamp wall_clock_time() const override { return clock_.now(); }
    std::unique_ptr<Cancellable> schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) override;
    void request_commit() override { commit_requested_ = true; }
    void on_record_read(Timestamp timestamp) override { inputs_.note_read(*reading_, timestamp); }
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
    void make_stores();
    void receive(TestInputs::Queue& queue, const TestInputs::Entry& entry);
    void commit();
    void flush_caches();

    std::string application_id_;
    const Clock& clock_;
    ErrorHandlers handlers_;
    TestCollector collector_;
    DeadLetters dead_letters_;
    RecordErrors errors_{*this, handlers_, dead_letters_};
    TestInputs inputs_;
    std::vector<StoreSpec> specs_;
    std::unique_ptr<state::TaskStorage> storage_;
    std::map<std::string, std::unique_ptr<LoggedStore>, std::less<>> stores_;
    std::size_t cache_max_bytes_;
    state::CacheBudget budget_;
    std::map<std::string, std::unique_ptr<CachedStore>, std::less<>> cached_;
    std::vector<CachedStore*> caches_;  // upstream first
    std::vector<std::unique_ptr<ProcessorTopology>> subtopologies_;
    PunctuationQueue stream_time_punctuations_;
    PunctuationQueue wall_clock_punctuations_;
    TestInputs::Queue* reading_ = nullptr;  // where the record came from that is, or was, being processed
    std::optional<RecordMetadata> current_;
    const Headers* current_headers_ = nullptr;
    Timestamp current_timestamp_ = kNoTimestamp;
    std::int64_t dropped_ = 0;
    bool commit_requested_ = false;
};

}  // namespace matchpoint::streams
