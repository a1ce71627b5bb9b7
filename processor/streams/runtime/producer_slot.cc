#include "processor/streams/runtime/producer_slot.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace matchpoint::streams {
namespace {

using Millis = std::chrono::milliseconds;

constexpr auto kPollWait = Millis(20);

}  // namespace

ProducerSlot::ProducerSlot(kafka::KafkaConfig config, std::shared_ptr<spdlog::logger> logger)
    : producer_(std::move(config), {.logger = std::move(logger), .on_connection_change = {}}, this) {}

void ProducerSlot::add_topic(const std::string& name, std::int32_t partitions) {
    Topic& added = topics_.emplace_back();
    added.handle = producer_.topic(name);
    added.flights.resize(static_cast<std::size_t>(partitions));
    for (std::int32_t i = 0; i < partitions; ++i) {
        added.flights[static_cast<std::size_t>(i)].of = {static_cast<std::int32_t>(topics_.size()) - 1, Partition{i}};
    }
}

ProducerSlot::Flight& ProducerSlot::flight(TopicPartitionHandle of) {
    return topics_[static_cast<std::size_t>(of.topic)].flights[static_cast<std::size_t>(of.partition.value())];
}

void ProducerSlot::offer(TopicPartitionHandle to) {
    Flight& flight = this->flight(to);
    if (flight.records == 0) fill(flight, Outbox::kBatchRecords);
}

// Hands over records until the batch has so many, or as many bytes as it may have.
void ProducerSlot::fill(Flight& flight, std::size_t records) {
    Outbox::Waiting& waiting = outbox_->waiting(flight.of);
    if (flight.records == 0) flight.bytes = 0;
    while (!broken_ && !waiting.empty() && flight.records < records) {
        const Outbox::Record& record = waiting.front();
        // A record of any size goes alone.
        if (flight.bytes + record.bytes > waiting.batch_bytes() && flight.records > 0) return;
        waiting.prefetch();
        switch (hand_over(flight, record)) {
            case kafka::ProduceStatus::kOk:
                ++flight.records;
                flight.bytes += record.bytes;
                waiting.pop();
                break;
            case kafka::ProduceStatus::kQueueFull:
                return;  // other partitions' reports make room; drain() comes again
            case kafka::ProduceStatus::kFailed:
                broken_ = true;
                if (!failure_) failure_ = producer_.last_produce_error();
                return;
        }
    }
}

kafka::ProduceStatus ProducerSlot::hand_over(Flight& flight, const Outbox::Record& record) {
    kafka::OutgoingRecord outgoing;
    outgoing.topic = topics_[static_cast<std::size_t>(flight.of.topic)].handle;
    outgoing.partition = flight.of.partition;
    outgoing.key = record.key();
    outgoing.value = record.value();
    outgoing.value_memory = kafka::ValueMemory::kBorrowed;
    outgoing.timestamp = record.timestamp;
    outgoing.headers = {record.headers, record.header_count};
    outgoing.opaque = &flight;
    return producer_.produce(outgoing);
}

// First a record of each partition: librdkafka registers with the transaction the partitions it knows when it wakes,
// and those it hears of later only in a second request, a millisecond after the first was answered.
void ProducerSlot::offer_all() {
    if (outbox_ == nullptr) return;
    begun_.clear();
    outbox_->for_each_waiting([this](TopicPartitionHandle to) {
        Flight& flight = this->flight(to);
        if (flight.records > 0) return;
        fill(flight, 1);
        begun_.push_back(&flight);
    });
    for (Flight* flight : begun_) fill(*flight, Outbox::kBatchRecords);
}

void ProducerSlot::on_delivery(const kafka::Delivery& delivery) {
    Flight& flight = *static_cast<Flight*>(delivery.opaque);
    --flight.records;
    if (delivery.error != nullptr) {
        broken_ = true;
        if (!failure_) failure_ = *delivery.error;
        return;
    }
    flight.acknowledged = std::max(flight.acknowledged, Offset{delivery.offset.value() + 1});
    if (flight.records == 0 && outbox_ != nullptr && outbox_->waiting(flight.of).whole_batch()) offer(flight.of);
}

bool ProducerSlot::drain(Millis timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto left = [this, deadline] {
        const auto rest = std::chrono::duration_cast<Millis>(deadline - std::chrono::steady_clock::now());
        return producer_.capped(std::max(rest, Millis(0)));
    };
    while (!broken_ && left().count() > 0) {
        offer_all();
        bool more = false;
        if (outbox_ != nullptr) outbox_->for_each_waiting([&more](TopicPartitionHandle) { more = true; });
        // What has been handed over in full goes out at once. While batches are still to follow, that would send the
        // first records of each by themselves: the linger time gathers them.
        if (!more) return producer_.drain(left());
        producer_.poll(std::min(left(), kPollWait));
    }
    return producer_.drain(left()) && !broken_;
}

kafka::MaybeError ProducerSlot::take_failure() {
    if (auto undelivered = producer_.take_delivery_error()) {
        kafka::KafkaError& error = undelivered->error;
        error.message = fmt::format("a record for {}-{} was not delivered: {}", undelivered->topic,
                                    undelivered->partition, error.message);
        failure_ = std::move(error);
    }
    return std::exchange(failure_, std::nullopt);
}

}  // namespace matchpoint::streams
