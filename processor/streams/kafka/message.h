// One consumed record, owning librdkafka's buffer: every view it gives lives as long as the Message (moves included).
// A Message keeps its consumer's memory alive and must be destroyed before the Consumer. Thread: whoever holds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"

struct rd_kafka_message_s;

namespace matchpoint::streams::kafka {

class Message {
  public:
    // Takes ownership; `raw` must be a record, not an error or an end of partition.
    explicit Message(rd_kafka_message_s* raw);
    ~Message() {
        if (raw_ != nullptr) destroy();
    }
    Message(Message&& other) noexcept { take(other); }
    Message& operator=(Message&& other) noexcept {
        if (this != &other) {
            if (raw_ != nullptr) destroy();
            take(other);
        }
        return *this;
    }
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    [[nodiscard]] std::string_view topic() const { return topic_; }
    [[nodiscard]] Partition partition() const { return partition_; }
    [[nodiscard]] Offset offset() const { return offset_; }
    // kNoTimestamp if the record has none (message format 0).
    [[nodiscard]] Timestamp timestamp() const { return timestamp_; }
    // nullopt is null; empty is empty.
    [[nodiscard]] const std::optional<BytesView>& key() const { return key_; }
    [[nodiscard]] const std::optional<BytesView>& value() const { return value_; }
    // Payload bytes, for bounding queues.
    [[nodiscard]] std::size_t size() const { return (key_ ? key_->size() : 0) + (value_ ? value_->size() : 0); }

    // Headers are parsed at the first call of either; most records have none.
    [[nodiscard]] bool has_headers() const;
    [[nodiscard]] std::vector<HeaderView> headers() const;
    // The last header of that name, as Java's lastHeader().
    [[nodiscard]] std::optional<HeaderView> header(std::string_view name) const;
    [[nodiscard]] Headers copy_headers() const;

  private:
    void destroy() noexcept;
    void take(Message& other) noexcept {
        raw_ = std::exchange(other.raw_, nullptr);
        topic_ = other.topic_;
        key_ = other.key_;
        value_ = other.value_;
        offset_ = other.offset_;
        timestamp_ = other.timestamp_;
        partition_ = other.partition_;
    }

    rd_kafka_message_s* raw_ = nullptr;
    std::string_view topic_;
    std::optional<BytesView> key_;
    std::optional<BytesView> value_;
    Offset offset_;
    Timestamp timestamp_;
    Partition partition_;
};

}  // namespace matchpoint::streams::kafka
