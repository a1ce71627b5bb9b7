// What to do about records that cannot be read, processed or sent, and about a stream thread that dies. Set before
// start; called on stream threads, so a handler shared by several must be thread-safe.
#pragma once

#include <exception>
#include <functional>
#include <string_view>

#include "processor/streams/base/error.h"
#include "processor/streams/base/types.h"
#include "processor/streams/topology/record.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

enum class ErrorResponse : std::uint8_t {
    kContinue,    // go on without the record
    kFail,        // the thread dies of it: see UncaughtResponse
    kDeadLetter,  // write it to errors.dead.letter.queue.topic.name and go on
};

// A handler was asked and did not want to go on; the processing handler is not asked again.
class FailedRecord : public StreamsError {
  public:
    using StreamsError::StreamsError;
};
// A serde refused it.
class UnreadableRecord : public FailedRecord {
  public:
    using FailedRecord::FailedRecord;
};
// A serde cannot write it.
class UnwritableRecord : public FailedRecord {
  public:
    using FailedRecord::FailedRecord;
};
// Its topic does not take it.
class RefusedRecord : public FailedRecord {
  public:
    using FailedRecord::FailedRecord;
};

// What the processing handler is told of where a punctuator threw: there is no record then, nor a topic.
[[nodiscard]] inline RawRecord no_record(Timestamp now) {
    RawRecord record;
    record.timestamp = now;
    record.metadata = {"", Partition{-1}, Offset{-1}};
    return record;
}

struct ErrorHandlers {
    // A key or value that its serde refuses. Default: fail, as in Kafka Streams.
    std::function<ErrorResponse(const RawRecord& record, TaskId task, std::string_view detail)> deserialization;
    // An exception out of a processor; going on, those beside it and before it do as if it had returned. Out of a
    // punctuator `record` is no_record(); out of what a record cache forwards it says where the last update came from,
    // and has neither key nor value. Default: fail.
    std::function<ErrorResponse(const RawRecord& record, TaskId task, const std::exception& error)> processing;
    // A record to be written whose key or value its serde cannot write; continuing drops it. Default: fail.
    std::function<ErrorResponse(std::string_view topic, TaskId task, std::string_view detail)> serialization;
    // A record to be written that is larger than its topic takes; continuing drops it. Default: fail.
    std::function<ErrorResponse(std::string_view topic, const OutputRecord& record)> production;
};

// What to do about a stream thread that dies of an exception.
enum class UncaughtResponse : std::uint8_t {
    kReplaceThread,        // a new one takes its place and processes the same records again
    kShutdownClient,       // this KafkaStreams ends in ERROR
    kShutdownApplication,  // every instance of the application does
};
// Called on the thread that dies. Default: shut down the client.
using UncaughtExceptionHandler = std::function<UncaughtResponse(const std::exception& error)>;

}  // namespace matchpoint::streams
