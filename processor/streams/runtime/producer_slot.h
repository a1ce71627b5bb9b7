// A producer, and what has become of the records given to it: how many are in flight and how far each topic partition
// is acknowledged. Takes the records of an outbox, a batch a partition at a time. Owned by one thread at a time, with
// its outbox: the stream thread while the transaction is written, the committer while it is committed.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/kafka/producer.h"
#include "processor/streams/runtime/outbox.h"

namespace matchpoint::streams {

class ProducerSlot final : public kafka::DeliveryListener {
  public:
    ProducerSlot(kafka::KafkaConfig config, std::shared_ptr<spdlog::logger> logger);
    // Adds the topic of the next handle number.
    void add_topic(const std::string& name, std::int32_t partitions);

    // Where the records come from from now on; nothing of the one before may be waiting or in flight.
    void attach(Outbox* outbox) { outbox_ = outbox; }
    // Hands over the partition's next batch unless one is in flight. The transaction must have begun.
    void offer(TopicPartitionHandle to);
    // …of every partition that has records waiting.
    void offer_all();
    // Hands over whatever waits and serves reports until all of it is delivered; false if time ran out or something
    // failed.
    [[nodiscard]] bool drain(std::chrono::milliseconds timeout);
    // Serves delivery reports; the last of a batch hands over the next one.
    void serve() { producer_.poll(std::chrono::milliseconds(0)); }
    // The first record that was refused or not delivered since the last call. Nothing is handed over after it.
    [[nodiscard]] kafka::MaybeError take_failure();

    // One past the last acknowledged record; kNoOffset before the first.
    [[nodiscard]] Offset acknowledged_end(TopicPartitionHandle of) { return flight(of).acknowledged; }
    [[nodiscard]] kafka::Producer& producer() { return producer_; }

    // kafka::DeliveryListener
    void on_delivery(const kafka::Delivery& delivery) override;

    bool in_transaction = false;

  private:
    struct Flight {
        TopicPartitionHandle of;
        std::size_t records = 0;  // handed over and not yet reported on
        std::size_t bytes = 0;    // of the batch that is handed over
        Offset acknowledged = kNoOffset;
    };
    struct Topic {
        kafka::TopicHandle handle;
        std::vector<Flight> flights;  // by partition; delivery reports point into it
    };

    [[nodiscard]] Flight& flight(TopicPartitionHandle of);
    void fill(Flight& flight, std::size_t records);
    [[nodiscard]] kafka::ProduceStatus hand_over(Flight& flight, const Outbox::Record& record);

    std::deque<Topic> topics_;
    Outbox* outbox_ = nullptr;
    std::vector<Flight*> begun_;  // of offer_all(), kept for its memory
    bool broken_ = false;
    kafka::MaybeError failure_;
    kafka::Producer producer_;  // last: serves no report once the rest is gone
};

}  // namespace matchpoint::streams
