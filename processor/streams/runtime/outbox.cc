#include "processor/streams/runtime/outbox.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

namespace matchpoint::streams {
namespace {

constexpr std::size_t kRecordOverhead = 24;  // lengths, attributes, deltas
constexpr std::size_t kHeaderOverhead = 8;
constexpr std::size_t kBatchOverhead = 128;    // the batch's own header, generously
constexpr std::size_t kKeptArena = 4U << 20U;  // memory that is kept for the next transaction
constexpr std::size_t kKeptRecords = 2'048;    // a partition
constexpr std::size_t kPrefetchAhead = 4;      // records
constexpr std::size_t kPrefetchBytes = 512;    // of one place: more would push out what is needed first
constexpr std::size_t kCacheLine = 64;

void prefetch_bytes(BytesView bytes) {
    for (std::size_t at = 0; at < std::min(bytes.size(), kPrefetchBytes); at += kCacheLine) {
        __builtin_prefetch(bytes.data() + at);
    }
}

}  // namespace

void Outbox::Waiting::pop() {
    bytes_ -= records_[next_].bytes;
    if (++next_ < records_.size()) return;
    records_.clear();
    next_ = 0;
}

// Key and headers: the value is lent, and read by another thread.
void Outbox::Waiting::prefetch() const {
    if (next_ + 2 * kPrefetchAhead < records_.size()) {
        const Record& far = records_[next_ + 2 * kPrefetchAhead];
        if (far.headers != nullptr) __builtin_prefetch(far.headers);
    }
    if (next_ + kPrefetchAhead >= records_.size()) return;
    const Record& near = records_[next_ + kPrefetchAhead];
    if (near.key_size != Record::kNull) prefetch_bytes({near.data, near.key_size});
    for (std::uint32_t i = 0; i < near.header_count; ++i) {
        prefetch_bytes(near.headers[i].name);
        if (near.headers[i].value) prefetch_bytes(*near.headers[i].value);
    }
}

std::size_t Outbox::size_of(const OutputRecord& record) {
    std::size_t size = kRecordOverhead;
    if (record.key) size += record.key->size();
    if (record.value) size += record.value->size();
    if (record.headers != nullptr) {
        for (const Header& header : *record.headers)
            size += kHeaderOverhead + header.name.size() + (header.value ? header.value->size() : 0);
    }
    return size;
}

void Outbox::add_topic(std::int32_t partitions, std::size_t max_record_bytes) {
    topics_.emplace_back(static_cast<std::size_t>(partitions));
    set_limit(static_cast<std::int32_t>(topics_.size()) - 1, max_record_bytes);
}

void Outbox::set_limit(std::int32_t topic, std::size_t max_record_bytes) {
    if (max_record_bytes <= kBatchOverhead) return;  // not known
    for (Waiting& waiting : topics_[static_cast<std::size_t>(topic)])
        waiting.batch_bytes_ = std::min(kBatchBytes, max_record_bytes - kBatchOverhead);
}

bool Outbox::add(TopicPartitionHandle to, const OutputRecord& record, Timestamp timestamp) {
    Record copy;
    const BytesView key = record.key.value_or(BytesView());
    const BytesView value = record.value.value_or(BytesView());
    char* data = arena_.allocate(key.size() + value.size());
    if (!key.empty()) std::memcpy(data, key.data(), key.size());
    if (!value.empty()) std::memcpy(data + key.size(), value.data(), value.size());
    copy.data = data;
    if (record.key) copy.key_size = static_cast<std::uint32_t>(key.size());
    if (record.value) copy.value_size = static_cast<std::uint32_t>(value.size());
    copy.timestamp = timestamp;
    if (record.headers != nullptr && !record.headers->empty()) {
        copy.headers = copy_headers(*record.headers);
        copy.header_count = static_cast<std::uint32_t>(record.headers->size());
    }
    copy.bytes = static_cast<std::uint32_t>(size_of(record));
    ++records_;
    bytes_ += copy.bytes;
    Waiting& of = waiting(to);
    of.records_.push_back(copy);
    of.bytes_ += copy.bytes;
    return of.whole_batch();
}

const HeaderView* Outbox::copy_headers(const Headers& headers) {
    std::size_t space = headers.size() * sizeof(HeaderView) + alignof(HeaderView);
    void* place = arena_.allocate(space);
    auto* views =
        static_cast<HeaderView*>(std::align(alignof(HeaderView), headers.size() * sizeof(HeaderView), place, space));
    for (std::size_t i = 0; i < headers.size(); ++i) {
        auto* view = new (views + i) HeaderView{arena_.copy(headers[i].name), std::nullopt};
        if (headers[i].value) view->value = arena_.copy(*headers[i].value);
    }
    return views;
}

Outbox::Waiting& Outbox::waiting(TopicPartitionHandle of) {
    return topics_[static_cast<std::size_t>(of.topic)][static_cast<std::size_t>(of.partition.value())];
}

void Outbox::clear() {
    for (auto& partitions : topics_) {
        for (Waiting& waiting : partitions) {
            waiting.records_.clear();
            if (waiting.records_.capacity() > kKeptRecords) waiting.records_ = {};
            waiting.next_ = 0;
            waiting.bytes_ = 0;
        }
    }
    arena_.clear(kKeptArena);
    records_ = 0;
    bytes_ = 0;
}

}  // namespace matchpoint::streams
