#include "processor/streams/runtime/transactional_collector.h"

namespace matchpoint::streams {
namespace {

constexpr auto kAbortTimeout = std::chrono::seconds(10);
// No broker is configured to take less than this; headers of that size do not occur without a large value.
constexpr std::size_t kSmallRecord = 512;
constexpr std::size_t kBatchOverhead = 128;  // of a batch with one record, generously
// A transaction of this size is sent and committed in some ten milliseconds; a larger one gains nothing.
constexpr std::size_t kFullBytes = 8U << 20U;
constexpr std::size_t kFullRecords = 25'000;
// Whoever raises a limit need not wait for longer, and a flood of records that are too large asks no more often.
constexpr std::int64_t kLimitsNs = 1'000'000'000;
// So long a topic that does not exist is not asked for again.
constexpr std::int64_t kMissingNs = 5'000'000'000;
constexpr std::size_t kMostMissing = 1'000;
constexpr std::int64_t kAnyTime = std::int64_t{1} << 60U;  // "no limit" is the largest number there is

}  // namespace

TransactionalCollector::TransactionalCollector(bool transactional, MakeProducer make, std::function<void()> on_made,
                                               DescribeTopic describe, AskLimits ask_limits, const Clock& clock,
                                               ProductionErrorHandler on_refused,
                                               std::shared_ptr<spdlog::logger> logger)
    : transactional_(transactional),
      make_(std::move(make)),
      on_made_(std::move(on_made)),
      describe_(std::move(describe)),
      ask_limits_(std::move(ask_limits)),
      clock_(clock),
      on_refused_(std::move(on_refused)),
      logger_(std::move(logger)) {
    begin_making();
}

void TransactionalCollector::begin_making() {
    making_.reset();
    slots_.clear();
    active_ = written_ = 0;
    for (Outbox& outbox : outboxes_) outbox.clear();  // no producer is left that they were lent to
    making_ = std::make_unique<ProducersInMaking>(transactional_ ? 2 : 1, make_, on_made_);
}

void TransactionalCollector::take_made() {
    const auto making = std::move(making_);
    slots_ = making->take();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        for (const Topic& topic : topics_) slots_[i]->add_topic(topic.name, topic.sink.partitions);
        slots_[i]->attach(&outboxes_[i]);
    }
}

bool TransactionalCollector::ready() {
    if (!slots_.empty()) return true;
    if (making_ == nullptr) begin_making();
    if (!making_->done()) return false;
    take_made();
    return true;
}

SinkTopic TransactionalCollector::resolve(std::string_view name) {
    if (const auto found = handles_.find(name); found != handles_.end()) {
        return topics_[static_cast<std::size_t>(found->second)].sink;
    }
    const TopicLimits limits = describe(std::string(name));
    Topic topic{std::string(name),
                {static_cast<std::int32_t>(topics_.size()), limits.partitions},
                limits,
                clock_.monotonic_ns()};
    for (const auto& slot : slots_) slot->add_topic(topic.name, topic.sink.partitions);
    for (Outbox& outbox : outboxes_) outbox.add_topic(topic.sink.partitions, limits.max_record_bytes);
    handles_.emplace(topic.name, topic.sink.handle);
    topics_.push_back(std::move(topic));
    return topics_.back().sink;
}

// Asking for a topic that does not exist takes a while: record after record may be meant for it.
TopicLimits TransactionalCollector::describe(const std::string& name) {
    const auto known = missing_.find(name);
    if (known != missing_.end() && clock_.monotonic_ns() - known->second.at_ns < kMissingNs) {
        throw StreamsError(known->second.why);
    }
    try {
        const TopicLimits limits = describe_(name);
        missing_.erase(name);
        return limits;
    } catch (const kafka::KafkaException&) {
        throw;
    } catch (const StreamsError& missing) {
        if (missing_.size() >= kMostMissing) missing_.clear();
        missing_[name] = {clock_.monotonic_ns(), missing.what()};
        throw;
    }
}

void TransactionalCollector::send(SinkTopic topic, Partition partition, const OutputRecord& record) {
    Topic& to = topics_[static_cast<std::size_t>(topic.handle)];
    if (failure_ || !accepts(to, record)) return;  // after a failure all is done again
    Timestamp timestamp = record.timestamp;
    // Time goes on: what was not too far ahead by an older look at the clock is not now.
    if (to.limits.max_ahead_ms < kAnyTime && timestamp.value() > clock_seen_.value() + to.limits.max_ahead_ms) {
        clock_seen_ = clock_.now();
        timestamp = std::min(timestamp, Timestamp{clock_seen_.value() + to.limits.max_ahead_ms});
    }
    const TopicPartitionHandle handle{topic.handle, partition};
    const bool whole_batch = outboxes_[written_].add(handle, record, timestamp);
    if (!whole_batch || holding_) return;
    begin_if_needed();
    if (!failure_) slots_[active_]->offer(handle);
}

// Whether the topic takes a record so large; asks the handler if not.
bool TransactionalCollector::accepts(Topic& topic, const OutputRecord& record) {
    const std::size_t size = Outbox::size_of(record) + kBatchOverhead;
    if (size < kSmallRecord || size <= topic.limits.max_record_bytes) return true;
    const bool old = clock_.monotonic_ns() - topic.limits_at_ns >= kLimitsNs;
    if (old && refresh_limits(topic) && size <= topic.limits.max_record_bytes) return true;
    if (on_refused_(topic.name, record) == ErrorResponse::kContinue) return false;
    throw RefusedRecord(fmt::format("a record of {} bytes is larger than max.message.bytes={} of topic {}",
                                    record.value ? record.value->size() : 0, topic.limits.max_record_bytes,
                                    topic.name));
}

bool TransactionalCollector::refresh_limits(Topic& topic) {
    const auto limits = ask_limits_(topic.name);
    topic.limits_at_ns = clock_.monotonic_ns();
    if (!limits) return false;
    topic.limits.max_record_bytes = limits->max_record_bytes;
    topic.limits.max_ahead_ms = limits->max_ahead_ms;
    for (Outbox& outbox : outboxes_) outbox.set_limit(topic.sink.handle, limits->max_record_bytes);
    return true;
}

bool TransactionalCollector::full() const {
    return outboxes_[written_].bytes() >= kFullBytes || outboxes_[written_].records() >= kFullRecords;
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
    written_ = 1 - written_;
    if (transactional_) active_ = 1 - active_;
    return sealed;
}

void TransactionalCollector::release_held() {
    if (!holding_) return;
    holding_ = false;
    ProducerSlot& slot = *slots_[active_];
    Outbox& outbox = outboxes_[written_];
    outbox.for_each_waiting([&](TopicPartitionHandle to) {
        if (!outbox.waiting(to).whole_batch()) return;
        begin_if_needed();
        if (!failure_) slot.offer(to);
    });
}

void TransactionalCollector::commit_ended() {
    if (!transactional_) slots_[active_]->attach(&outboxes_[written_]);
    outboxes_[1 - written_].clear();  // all of it is delivered
    release_held();
    sealed_ = false;
    if (transactional_) slots_[1 - active_]->in_transaction = false;
}

void TransactionalCollector::serve() {
    if (slots_.empty() || (sealed_ && !transactional_)) return;  // the one producer is the committer's
    ProducerSlot& slot = *slots_[active_];
    slot.serve();
    if (!transactional_) slot.offer_all();
    if (auto failed = slot.take_failure()) {
        logger_->error("{}", failed->message);
        fail(std::move(*failed));
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
    holding_ = sealed_ = false;
    begin_making();
    take_made();
    // It may have failed because a topic takes less than it did.
    for (Topic& topic : topics_) {
        if (!refresh_limits(topic)) break;
    }
    clock_seen_ = Timestamp{0};  // it may have been set back
    failure_.reset();
}

}  // namespace matchpoint::streams
