#include "processor/streams/runtime/partition_group.h"

#include <algorithm>

namespace matchpoint::streams {

void RecordQueue::add(kafka::Message message) {
    RawRecord raw;
    raw.key = message.key();
    raw.value = message.value();
    raw.timestamp = message.timestamp();
    raw.metadata = {message.topic(), message.partition(), message.offset()};
    at_log_end_ = false;
    const Timestamp timestamp = source_.timestamp_of(raw, std::max(fetched_time_, partition_time_));
    if (timestamp.value() < 0) {
        ++skipped_;
        skipped_to_ = Offset{message.offset().value() + 1};
        if (records_.empty()) position_ = skipped_to_;
        return;
    }
    fetched_time_ = std::max(fetched_time_, timestamp);
    records_.push_back({std::move(message), timestamp});
}

RecordQueue::Entry RecordQueue::pop() {
    Entry entry = std::move(records_.front());
    records_.pop_front();
    position_ = Offset{entry.message.offset().value() + 1};
    if (records_.empty()) position_ = std::max(position_, skipped_to_);
    return entry;
}

bool RecordQueue::waited_for(std::int64_t now_ns, std::chrono::nanoseconds max_idle, const LogEnds& ends) {
    if (!at_log_end_) at_log_end_ = ends.reached(partition_, position_);
    if (!at_log_end_) {
        idle_until_ns_ = kNotIdle;
        return false;
    }
    if (idle_until_ns_ == kNotIdle) idle_until_ns_ = now_ns + max_idle.count();
    return now_ns >= idle_until_ns_;
}

void PartitionGroup::add_partition(TopicPartition partition, SourceNode& source) {
    queues_.push_back(std::make_unique<RecordQueue>(std::move(partition), source));
}

RecordQueue* PartitionGroup::find(std::string_view topic, Partition partition) {
    for (const auto& queue : queues_) {
        if (queue->partition().partition == partition && queue->partition().topic == topic) return queue.get();
    }
    return nullptr;
}

RecordQueue* PartitionGroup::next() {
    RecordQueue* best = nullptr;
    for (const auto& queue : queues_) {
        if (queue->empty()) continue;
        if (best == nullptr || queue->head_timestamp() < best->head_timestamp()) best = queue.get();
    }
    return best;
}

PartitionGroup::Readiness PartitionGroup::ready(std::int64_t now_ns, std::chrono::milliseconds max_idle,
                                                const LogEnds& ends) {
    if (queues_.size() == 1 || max_idle.count() < 0) return Readiness::kReady;
    Readiness readiness = Readiness::kReady;
    for (const auto& queue : queues_) {
        if (!queue->empty()) {
            queue->stop_waiting();
        } else if (queue->waited_for(now_ns, max_idle, ends)) {
            readiness = Readiness::kEnforced;
        } else {
            return Readiness::kWaiting;
        }
    }
    return readiness;
}

std::size_t PartitionGroup::buffered() const {
    std::size_t total = 0;
    for (const auto& queue : queues_) total += queue->size();
    return total;
}

}  // namespace matchpoint::streams
