#include "processor/streams/runtime/transactional_collector.h"

namespace matchpoint::streams {
namespace {

constexpr auto kQueueFullWait = std::chrono::milliseconds(10);
constexpr auto kAbortTimeout = std::chrono::seconds(10);
// No broker is configured to take less than this; headers of that size do not occur without a large value.
constexpr std::size_t kSmallRecord = 512;
constexpr std::size_t kRecordOverhead = 128;               // of a batch with one record, generously
constexpr std::int64_t kAnyTime = std::int64_t{1} << 60U;  // "no limit" is the largest number there is

}  // namespace

TransactionalCollector::TransactionalCollector(bool transactional, MakeProducer make, DescribeTopic describe,
                                               const Clock& clock, ProductionErrorHandler on_refused,
                                               std::shared_ptr<spdlog::logger> logger)
    : transactional_(transactional),
      make_(std::move(make)),
      describe_(std::move(describe)),
      clock_(clock),
      on_refused_(std::move(on_refused)),
      logger_(std::move(logger)) {
    make_producers();
}

void TransactionalCollector::make_producers() {
    slots_.clear();
    active_ = 0;
    for (int slot = 0; slot < (transactional_ ? 2 : 1); ++slot) {
        auto made = make_(slot);
        for (const Topic& topic : topics_) made->add_topic(topic.name, topic.sink.partitions);
        slots_.push_back(std::move(made));
    }
}

SinkTopic TransactionalCollector::resolve(std::string_view name) {
    if (const auto found = handles_.find(name); found != handles_.end()) {
        return topics_[static_cast<std::size_t>(found->second)].sink;
    }
    const TopicLimits limits = describe_(std::string(name));
    Topic topic{std::string(name), {static_cast<std::int32_t>(topics_.size()), limits.partitions}, limits};
    for (const auto& slot : slots_) slot->add_topic(topic.name, topic.sink.partitions);
    handles_.emplace(topic.name, topic.sink.handle);
    topics_.push_back(std::move(topic));
    return topics_.back().sink;
}

void TransactionalCollector::send(SinkTopic topic, Partition partition, const OutputRecord& record) {
    ++records_written_;
    if (holding_) {
        hold(topic, partition, record);
    } else {
        write(topic, partition, record);
    }
}

void TransactionalCollector::hold(SinkTopic topic, Partition partition, const OutputRecord& record) {
    Held held{topic, partition, record.timestamp, std::nullopt, std::nullopt, {}};
    if (record.key) {
        held.key_size = record.key->size();
        held_bytes_.append(*record.key);
    }
    if (record.value) {
        held.value_size = record.value->size();
        held_bytes_.append(*record.value);
    }
    if (record.headers != nullptr) held.headers = *record.headers;
    held_.push_back(std::move(held));
}

void TransactionalCollector::write(SinkTopic topic, Partition partition, const OutputRecord& record) {
    if (failure_) return;  // the transaction will be aborted: nothing more need be sent
    const Topic& to = topics_[static_cast<std::size_t>(topic.handle)];
    if (!fits(to, record)) {
        if (on_refused_(to.name, record) == ErrorResponse::kContinue) return;
        throw StreamsError(fmt::format("a record of {} bytes is larger than max.message.bytes={} of topic {}",
                                       record.value ? record.value->size() : 0, to.limits.max_record_bytes, to.name));
    }
    begin_if_needed();
    ProducerSlot& slot = *slots_[active_];
    kafka::OutgoingRecord outgoing;
    outgoing.partition = partition;
    outgoing.key = record.key;
    outgoing.value = record.value;
    outgoing.timestamp = record.timestamp;
    // The common case needs no clock: only what lies beyond any clock is looked at.
    if (to.limits.max_ahead_ms < kAnyTime) {
        outgoing.timestamp = std::min(record.timestamp, Timestamp{clock_.now().value() + to.limits.max_ahead_ms});
    }
    outgoing.headers = record.headers;
    while (!failure_) {
        switch (slot.produce(topic.handle, outgoing)) {
            case kafka::ProduceStatus::kOk:
                return;
            case kafka::ProduceStatus::kQueueFull:
                slot.producer().poll(kQueueFullWait);
                break;
            case kafka::ProduceStatus::kFailed:
                fail(*slot.producer().last_produce_error());
                break;
        }
    }
}

bool TransactionalCollector::fits(const Topic& topic, const OutputRecord& record) const {
    std::size_t size = kRecordOverhead;
    if (record.key) size += record.key->size();
    if (record.value) size += record.value->size();
    if (size < kSmallRecord) return true;
    if (record.headers != nullptr) {
        for (const Header& header : *record.headers)
            size += header.name.size() + (header.value ? header.value->size() : 0) + 8;
    }
    return size <= topic.limits.max_record_bytes;
}

void TransactionalCollector::begin_if_needed() {
    ProducerSlot& slot = *slots_[active_];
    if (!transactional_ || slot.in_transaction || failure_) return;
    if (auto error = slot.producer().begin_transaction()) return fail(std::move(*error));
    slot.in_transaction = true;
}

ProducerSlot& TransactionalCollector::seal() {
    begin_if_needed();
    ProducerSlot& sealed = *slots_[active_];
    sealed_ = true;
    holding_ = true;
    records_written_ = 0;
    if (transactional_) active_ = 1 - active_;
    return sealed;
}

void TransactionalCollector::release_held() {
    if (!holding_) return;
    holding_ = false;
    const char* at = held_bytes_.data();
    const auto take = [&at](std::optional<std::size_t> size) -> std::optional<BytesView> {
        if (!size) return std::nullopt;
        const BytesView bytes(at, *size);
        at += *size;
        return bytes;
    };
    for (const Held& held : held_) {
        OutputRecord record;
        record.key = take(held.key_size);
        record.value = take(held.value_size);
        record.timestamp = held.timestamp;
        if (!held.headers.empty()) record.headers = &held.headers;
        write(held.topic, held.partition, record);
    }
    held_.clear();
    held_bytes_.clear();
}

void TransactionalCollector::commit_ended() {
    release_held();
    sealed_ = false;
    if (transactional_) slots_[1 - active_]->in_transaction = false;
}

void TransactionalCollector::serve() {
    if (sealed_ && !transactional_) return;  // the one producer is the committer's
    kafka::Producer& producer = slots_[active_]->producer();
    producer.poll(std::chrono::milliseconds(0));
    if (auto failed = producer.take_delivery_error()) {
        logger_->error("{}-{}: a record was not delivered: {}", failed->topic, failed->partition,
                       failed->error.to_string());
        fail(std::move(failed->error));
    }
}

void TransactionalCollector::fail(kafka::KafkaError error) {
    if (!failure_) failure_ = std::move(error);
}

void TransactionalCollector::abort_open() {
    for (const auto& slot : slots_) {
        if (!slot->in_transaction || slot->producer().fatal_error()) continue;
        // Best effort: whatever stays open is aborted when a new producer takes over the transactional id.
        if (const auto error = slot->producer().abort_transaction(kAbortTimeout)) {
            logger_->warn("abort: {}", error->to_string());
        }
        slot->in_transaction = false;
    }
}

void TransactionalCollector::reset() {
    abort_open();
    held_.clear();
    held_bytes_.clear();
    holding_ = sealed_ = false;
    records_written_ = 0;
    make_producers();
    failure_.reset();
}

}  // namespace matchpoint::streams
