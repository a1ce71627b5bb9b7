// The dead-letter topic (errors.dead.letter.queue.topic.name): records that could not be read, processed or sent are
// written there as they were read, in the same transaction as everything else, with their own headers and after them
// Kafka Streams':
//
//     __streams.errors.exception    the type of what was thrown
//     __streams.errors.message      what it says
//     __streams.errors.stacktrace   where: the task and the node (C++ keeps no stack of an exception)
//     __streams.errors.topic, .partition, .offset      where the record was read
//
// One for each collector; its thread only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <spdlog/logger.h>

#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/topology/record.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

// What went wrong with a record.
struct Failure {
    std::string exception;
    std::string message;
    std::string where;
};
[[nodiscard]] Failure failure_of(const std::exception& error, std::string where);
// The headers of a record that failed, after those it had.
[[nodiscard]] Headers error_headers(const RawRecord& record, const Failure& failure);

class DeadLetters {
  public:
    // Empty `topic`: there is none. `collector` and `logger` outlive this.
    DeadLetters(std::string topic, RecordCollector& collector, spdlog::logger* logger);

    // Throws StreamsError if the topic does not exist. Called where a topic may be looked up.
    void prepare();
    // Does what the handler answered. False: fail. Throws StreamsError if a dead letter was asked for without a topic.
    [[nodiscard]] bool settle(ErrorResponse response, const RawRecord& record, const Failure& failure);

    // The record being processed; null outside of that.
    void set_current(const RawRecord* record) { current_ = record; }
    [[nodiscard]] const RawRecord* current() const { return current_; }
    // The same for a record that its topic does not take. What is written is the input record that it came from; from
    // a punctuation, the refused record's key.
    [[nodiscard]] bool settle_refused(ErrorResponse response, std::string_view topic, const OutputRecord& refused);

    // Makes a record the current one as long as it lives.
    class Current {
      public:
        Current(DeadLetters& letters, const RawRecord& record) : letters_(letters) { letters_.set_current(&record); }
        ~Current() { letters_.set_current(nullptr); }
        Current(const Current&) = delete;
        Current& operator=(const Current&) = delete;

      private:
        DeadLetters& letters_;
    };

  private:
    void send(const RawRecord& record, const Failure& failure);

    std::string topic_name_;
    RecordCollector& collector_;
    spdlog::logger* logger_;
    SinkTopic topic_;
    const RawRecord* current_ = nullptr;
    std::int32_t next_keyless_ = 0;
};

}  // namespace matchpoint::streams
