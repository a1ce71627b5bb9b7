// What a task offers to the nodes of its topology: output, stores, time, punctuation. Implemented by the runtime's
// stream task and by the test driver; a topology knows neither. Used from the task's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "processor/streams/base/types.h"
#include "processor/streams/topology/record.h"
#include "processor/streams/topology/task_store.h"

namespace matchpoint::streams {

enum class PunctuationType : std::uint8_t { kStreamTime, kWallClockTime };

using Punctuator = std::function<void(Timestamp now)>;

// Handle of a scheduled punctuation; destroying it does not cancel.
class Cancellable {
  public:
    virtual ~Cancellable() = default;
    virtual void cancel() = 0;
};

// A record on its way to Kafka; everything is copied by send().
struct OutputRecord {
    std::optional<BytesView> key;
    std::optional<BytesView> value;
    Timestamp timestamp = kNoTimestamp;
    const Headers* headers = nullptr;
};

// A topic that this task writes to, resolved once.
struct SinkTopic {
    std::int32_t handle = -1;
    std::int32_t partitions = 0;
};

class RecordCollector {
  public:
    virtual ~RecordCollector() = default;
    // Throws StreamsError naming the topic if it does not exist.
    [[nodiscard]] virtual SinkTopic resolve(std::string_view topic) = 0;
    virtual void send(SinkTopic topic, Partition partition, const OutputRecord& record) = 0;
};

class TaskServices {
  public:
    virtual ~TaskServices() = default;
    [[nodiscard]] virtual TaskId task_id() const = 0;
    [[nodiscard]] virtual std::string_view application_id() const = 0;
    [[nodiscard]] virtual RecordCollector& collector() = 0;
    // nullptr if the task has no store of that name.
    [[nodiscard]] virtual TaskStore* store(std::string_view name) = 0;
    // Highest timestamp this task has seen; kNoTimestamp before the first record.
    [[nodiscard]] virtual Timestamp stream_time() const = 0;
    [[nodiscard]] virtual Timestamp wall_clock_time() const = 0;
    virtual std::unique_ptr<Cancellable> schedule(std::int64_t interval_ms, PunctuationType type,
                                                  Punctuator callback) = 0;
    virtual void request_commit() = 0;
    // A source node has read the record it was given: time moves on. One that cannot be read moves nothing.
    virtual void on_record_read(Timestamp timestamp) = 0;
    // nullptr while no record is being processed (punctuation); headers also where it has none.
    [[nodiscard]] virtual const RecordMetadata* record_metadata() const = 0;
    [[nodiscard]] virtual const Headers* record_headers() const = 0;
    // The record that is being processed, as others see it; a cache that writes later what was put before goes back to
    // the record it came from. Returns what it was.
    struct RecordScope {
        std::optional<RecordMetadata> metadata;
        Timestamp timestamp = kNoTimestamp;
        const Headers* headers = nullptr;
    };
    virtual RecordScope exchange_record_scope(const RecordScope& /*scope*/) { return {}; }
    // Runs code of the user's that belongs to no record under way: a punctuator, or who gets what a cache has held
    // back. What it throws is the processing exception handler's to judge.
    virtual void guarded(const std::function<void()>& call) { call(); }
    // Timestamp and headers that a changelog record written now shall carry.
    [[nodiscard]] virtual Timestamp current_timestamp() const = 0;
    // Records that fail: each asks the handler it concerns, returns if processing goes on without the record, and
    // throws if not. A bad record at a source node:
    virtual void on_deserialization_error(const RawRecord& record, std::string_view detail) = 0;
    // One that a sink cannot write as bytes:
    virtual void on_serialization_error(std::string_view topic, std::string_view detail) = 0;
    // In a catch block, what a processor threw. Who is beside the node, and before it, goes on as if it had returned.
    virtual void on_processing_error(std::string_view node) = 0;
    // dropped-records-total: records that a node skipped, e.g. for a null key.
    virtual void count_dropped(std::string_view node) = 0;
};

}  // namespace matchpoint::streams
