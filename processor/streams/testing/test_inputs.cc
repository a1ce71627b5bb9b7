#include "processor/streams/testing/test_inputs.h"

#include <algorithm>

namespace matchpoint::streams {

void TestInputs::add_topic(const std::string& topic, SourceNode& source) {
    auto queue = std::make_unique<Queue>();
    queue->topic = topic;
    queue->source = &source;
    queues_.emplace(topic, std::move(queue));
}

bool TestInputs::add(const std::string& topic, RawTestRecord record) {
    Queue& queue = *queues_.at(topic);
    const Offset offset{queue.next_offset++};
    RawRecord raw;
    if (record.key) raw.key = *record.key;
    if (record.value) raw.value = *record.value;
    raw.timestamp = record.timestamp;
    if (!record.headers.empty()) raw.headers = &record.headers;
    raw.metadata = {queue.topic, Partition{0}, offset};
    record.timestamp = queue.source->timestamp_of(raw, queue.partition_time);
    if (record.timestamp.value() < 0) return false;
    queue.records.push_back({std::move(record), offset});
    if (queue.records.size() == 1) offer(queue);
    return true;
}

std::pair<TestInputs::Queue*, TestInputs::Entry> TestInputs::pop() {
    Queue& queue = poll();
    Entry entry = std::move(queue.records.front());
    queue.records.pop_front();
    if (!queue.records.empty()) offer(queue);
    return {&queue, std::move(entry)};
}

void TestInputs::offer(Queue& queue) {
    heap_.push_back(&queue);
    std::size_t at = heap_.size() - 1;
    while (at > 0) {
        const std::size_t parent = (at - 1) / 2;
        if (head_time(queue) >= head_time(*heap_[parent])) break;
        heap_[at] = heap_[parent];
        at = parent;
    }
    heap_[at] = &queue;
}

TestInputs::Queue& TestInputs::poll() {
    Queue& first = *heap_.front();
    Queue* last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return first;
    std::size_t at = 0;
    while (at * 2 + 1 < heap_.size()) {
        std::size_t child = at * 2 + 1;
        if (child + 1 < heap_.size() && head_time(*heap_[child]) > head_time(*heap_[child + 1])) ++child;
        if (head_time(*last) <= head_time(*heap_[child])) break;
        heap_[at] = heap_[child];
        at = child;
    }
    heap_[at] = last;
    return first;
}

}  // namespace matchpoint::streams
