#include "processor/streams/testing/test_collector.h"

namespace matchpoint::streams {
namespace {

std::optional<Bytes> copy(const std::optional<BytesView>& bytes) {
    return bytes ? std::optional<Bytes>(*bytes) : std::nullopt;
}

}  // namespace

SinkTopic TestCollector::resolve(std::string_view topic) {
    const auto found = handles_.find(topic);
    if (found != handles_.end()) return {.handle = found->second, .partitions = 1};
    const auto handle = static_cast<std::int32_t>(topics_.size());
    topics_.emplace_back(topic);
    next_offsets_.push_back(0);
    handles_.emplace(topic, handle);
    return {.handle = handle, .partitions = 1};
}

void TestCollector::send(SinkTopic topic, Partition partition, const OutputRecord& record) {
    const auto index = static_cast<std::size_t>(topic.handle);
    ProducedRecord produced;
    produced.topic = topics_.at(index);
    produced.partition = partition;
    produced.offset = Offset{next_offsets_[index]++};
    produced.key = copy(record.key);
    produced.value = copy(record.value);
    produced.timestamp = record.timestamp;
    if (record.headers != nullptr) produced.headers = *record.headers;
    sent_.push_back(std::move(produced));
}

}  // namespace matchpoint::streams
