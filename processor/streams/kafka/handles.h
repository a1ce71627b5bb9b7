// RAII over librdkafka's C handles. Private to this folder: the only header here that includes rdkafka.h.
// rd_kafka_destroy hangs while any handle of the client lives, so none is ever held bare.
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/error.h"
#include "processor/streams/kafka/record.h"

namespace matchpoint::streams::kafka {

template <auto Function>
struct CallDeleter {
    template <typename T>
    void operator()(T* raw) const {
        Function(raw);
    }
};
template <typename T, auto Function>
using Handle = std::unique_ptr<T, CallDeleter<Function>>;

using ListHandle = Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using QueueHandle = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using TopicRef = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using MessageHandle = Handle<rd_kafka_message_t, rd_kafka_message_destroy>;
using MetadataHandle = Handle<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using EventHandle = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;

// Milliseconds as librdkafka takes them: an int, where negative is for ever.
[[nodiscard]] inline int to_ms(std::chrono::milliseconds timeout) {
    const auto count = timeout.count();
    if (count < 0) return 0;
    constexpr auto kMost = static_cast<std::chrono::milliseconds::rep>(std::numeric_limits<int>::max());
    return static_cast<int>(count < kMost ? count : kMost);
}

// Time left until a fixed point.
class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds timeout)
        : end_(std::chrono::steady_clock::now() + (timeout < kLongest ? timeout : kLongest)) {}
    [[nodiscard]] std::chrono::milliseconds left() const {
        const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
        return rest.count() > 0 ? rest : std::chrono::milliseconds(0);
    }
    [[nodiscard]] bool passed() const { return left().count() == 0; }

  private:
    static constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);
    std::chrono::steady_clock::time_point end_;
};

[[nodiscard]] ListHandle make_list(const std::vector<PartitionOffset>& partitions);
[[nodiscard]] ListHandle make_list(const std::vector<TopicPartition>& partitions);
[[nodiscard]] std::vector<TopicPartition> to_partitions(const rd_kafka_topic_partition_list_t& list);
[[nodiscard]] std::vector<PartitionOffset> to_offsets(const rd_kafka_topic_partition_list_t& list);
// The first partition's error, which the call as a whole may not have told.
[[nodiscard]] MaybeError first_error(const rd_kafka_topic_partition_list_t& list);

[[nodiscard]] inline MaybeError maybe_error(rd_kafka_resp_err_t code) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    return error_from_code(code);
}

// The client's fatal error, if it has one.
[[nodiscard]] MaybeError fatal_error_of(rd_kafka_t* rk);

// Partitions of a topic, asked of the broker; leaves them in the client's cache.
[[nodiscard]] Result<std::int32_t> ask_partition_count(rd_kafka_t* rk, rd_kafka_topic_t* topic, Deadline deadline);

}  // namespace matchpoint::streams::kafka
