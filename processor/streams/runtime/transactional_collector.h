// The output of a stream thread: all its tasks' records go into one transaction at a time, on two producers in turn, so
// that one transaction can be committed while the next is being written. Stream thread only; while a transaction is
// being committed its producer belongs to the committer.
//
//     producer 0   [ T1 written ][ T1 committed ]            [ T3 written ] …
//     producer 1                 [ T2 kept back | T2 written ][ T2 committed ]
//                                               ^ predecessor drained
//
// T2's records reach the log only after all of T1's have, so that a partition keeps the order in which records were
// sent. Within a transaction a partition's records are sent when they make a whole batch, the rest when it is
// committed. Under at-least-once there is one producer and no transaction, and records are sent as soon as there are
// any.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/base/clock.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/runtime/outbox.h"
#include "processor/streams/runtime/producer_slot.h"
#include "processor/streams/runtime/producers_in_making.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

// What the broker accepts on a topic. A record beyond it would fail the whole transaction, again and again: it is
// recognized here instead. Limits change while we run, so they are asked for anew after a failure, and before a record
// is refused.
struct TopicLimits {
    std::int32_t partitions = 0;
    std::size_t max_record_bytes = 0;  // max.message.bytes
    std::int64_t max_ahead_ms = 0;     // message.timestamp.after.max.ms
};

// What a topic accepts could not be asked: neither the topic's nor the record's fault.
class TopicUnreachable : public kafka::KafkaException {
  public:
    using KafkaException::KafkaException;
};

// A record that its topic does not take. Continue drops it.
using ProductionErrorHandler = std::function<ErrorResponse(std::string_view topic, const OutputRecord& record)>;

class TransactionalCollector final : public RecordCollector {
  public:
    // Makes the producer of slot 0 or 1, its transactions initialised: predecessors of its transactional id are fenced
    // and their open transactions aborted. Throws KafkaException. Any thread.
    using MakeProducer = ProducersInMaking::Make;
    // Throws StreamsError with the remedy if there is no such topic; TopicUnreachable.
    using DescribeTopic = std::function<TopicLimits(const std::string& topic)>;

    // What a topic accepts by now, its partitions aside; nullopt if Kafka does not say.
    using AskLimits = std::function<std::optional<TopicLimits>(const std::string& topic)>;

    // The producers are made beside, from now on; `on_made` is called from other threads when it is time to ask
    // ready().
    TransactionalCollector(bool transactional, MakeProducer make, std::function<void()> on_made, DescribeTopic describe,
                           AskLimits ask_limits, const Clock& clock, ProductionErrorHandler on_refused,
                           std::shared_ptr<spdlog::logger> logger);

    // The producers are there; until then nothing but resolve() and reset() is of use. Throws what making them has
    // failed with, and makes them anew when it is asked again.
    [[nodiscard]] bool ready();

    // RecordCollector
    [[nodiscard]] SinkTopic resolve(std::string_view topic) override;
    void send(SinkTopic topic, Partition partition, const OutputRecord& record) override;

    // The producer of the transaction written so far, its transaction begun; until commit_ended() it and its outbox
    // belong to the caller, and records sent meanwhile are kept back until release_held().
    [[nodiscard]] ProducerSlot& seal();
    // The sealed transaction's records are all in the log.
    void release_held();
    void commit_ended();

    // Serves delivery reports of the producer being written to.
    void serve();
    // Set once the transaction being written cannot be committed: a failed delivery, a fenced producer.
    [[nodiscard]] const kafka::MaybeError& failure() const { return failure_; }
    // Aborts what is open and begins anew with fresh producers; none may be sealed. Throws KafkaException if Kafka is
    // out of reach: call it again.
    void reset();

    // Aborts what is open, so that readers need not wait for it to expire. Before the end.
    void abort_open();

    // Of the transaction being written.
    [[nodiscard]] std::size_t records_written() const { return outboxes_[written_].records(); }
    // It has grown so large that it should end.
    [[nodiscard]] bool full() const;
    [[nodiscard]] bool transactional() const { return transactional_; }

  private:
    struct Topic {
        std::string name;
        SinkTopic sink;
        TopicLimits limits;
        std::int64_t limits_at_ns;  // when they were asked for
    };

    struct Missing {
        std::int64_t at_ns;
        std::string why;
    };

    [[nodiscard]] TopicLimits describe(const std::string& name);
    [[nodiscard]] bool accepts(Topic& topic, const OutputRecord& record);
    // False if Kafka does not say.
    bool refresh_limits(Topic& topic);
    void begin_if_needed();
    void fail(kafka::KafkaError error);
    void begin_making();
    void take_made();

    bool transactional_;
    MakeProducer make_;
    std::function<void()> on_made_;
    DescribeTopic describe_;
    AskLimits ask_limits_;
    const Clock& clock_;
    Timestamp clock_seen_{0};  // the last time that a record was held against it
    ProductionErrorHandler on_refused_;
    std::shared_ptr<spdlog::logger> logger_;
    std::array<Outbox, 2> outboxes_;  // outlive the producers that they are lent to
    std::size_t written_ = 0;         // index of the one being written to; the other is sealed or empty
    std::vector<std::unique_ptr<ProducerSlot>> slots_;
    std::size_t active_ = 0;
    bool sealed_ = false;
    bool holding_ = false;
    std::vector<Topic> topics_;
    std::map<std::string, std::int32_t, std::less<>> handles_;
    std::map<std::string, Missing> missing_;  // topics that did not exist when they were asked for
    kafka::MaybeError failure_;
    std::unique_ptr<ProducersInMaking> making_;
};

}  // namespace matchpoint::streams
