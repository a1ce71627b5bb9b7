// The records of one transaction on their way to Kafka, by topic and partition. Their bytes are copied once, into an
// arena, and lent to librdkafka from there; they stay until clear(). One thread at a time: the stream thread while the
// transaction is written, the committer while it is committed.
//
// A producer slot hands the records over a batch a partition at a time, because librdkafka has at most one request of
// an idempotent producer in flight for a partition and spins, polling without a pause, for as long as another batch of
// that partition is ready behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"
#include "processor/streams/state/arena.h"
#include "processor/streams/topology/task_services.h"

namespace matchpoint::streams {

// A topic's handle is the number of topics added before it.
struct TopicPartitionHandle {
    std::int32_t topic = 0;
    Partition partition;
};

class Outbox {
  public:
    // What a partition takes in one batch: below librdkafka's batch.size of 1,000,000 bytes and batch.num.messages of
    // 10,000, and below the topic's max.message.bytes.
    static constexpr std::size_t kBatchBytes = 900'000;
    static constexpr std::size_t kBatchRecords = 9'000;

    // Key and value lie side by side; thousands wait at a time, so it is kept small.
    struct Record {
        static constexpr std::uint32_t kNull = 0xffffffff;

        const char* data = nullptr;
        std::uint32_t key_size = kNull;
        std::uint32_t value_size = kNull;
        Timestamp timestamp = kNoTimestamp;
        const HeaderView* headers = nullptr;
        std::uint32_t header_count = 0;
        std::uint32_t bytes = 0;  // in a batch, about

        [[nodiscard]] std::optional<BytesView> key() const {
            return key_size == kNull ? std::nullopt : std::optional(BytesView(data, key_size));
        }
        [[nodiscard]] std::optional<BytesView> value() const {
            const std::size_t at = key_size == kNull ? 0 : key_size;
            return value_size == kNull ? std::nullopt : std::optional(BytesView(data + at, value_size));
        }
    };
    // The records of a partition that have not been handed over, oldest first.
    class Waiting {
      public:
        [[nodiscard]] bool empty() const { return next_ == records_.size(); }
        [[nodiscard]] const Record& front() const { return records_[next_]; }
        [[nodiscard]] bool whole_batch() const {
            return bytes_ >= batch_bytes_ || records_.size() - next_ >= kBatchRecords;
        }
        [[nodiscard]] std::size_t batch_bytes() const { return batch_bytes_; }
        void pop();
        // Has the bytes of the records that come next fetched from memory: written a transaction ago, they are in no
        // cache any more.
        void prefetch() const;

      private:
        friend class Outbox;
        std::vector<Record> records_;
        std::size_t next_ = 0;
        std::size_t bytes_ = 0;
        std::size_t batch_bytes_ = kBatchBytes;
    };

    void add_topic(std::int32_t partitions, std::size_t max_record_bytes);
    // What the topic takes in one batch has changed.
    void set_limit(std::int32_t topic, std::size_t max_record_bytes);
    // Copies it; whether its partition has a whole batch now.
    bool add(TopicPartitionHandle to, const OutputRecord& record, Timestamp timestamp);

    [[nodiscard]] Waiting& waiting(TopicPartitionHandle of);
    // Calls `visit(TopicPartitionHandle)` for each partition that has records waiting.
    template <typename Visit>
    void for_each_waiting(Visit visit);

    // Since the last clear(), handed over or not.
    [[nodiscard]] std::size_t records() const { return records_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    // Every record's bytes end: all must be delivered, or their producer gone.
    void clear();

    // Bytes of a record in a batch, about.
    [[nodiscard]] static std::size_t size_of(const OutputRecord& record);

  private:
    [[nodiscard]] const HeaderView* copy_headers(const Headers& headers);

    std::vector<std::vector<Waiting>> topics_;
    state::Arena arena_;
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
};

template <typename Visit>
void Outbox::for_each_waiting(Visit visit) {
    for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
        for (std::size_t partition = 0; partition < topics_[topic].size(); ++partition) {
            if (topics_[topic][partition].empty()) continue;
            visit(TopicPartitionHandle{static_cast<std::int32_t>(topic),
                                       Partition{static_cast<std::int32_t>(partition)}});
        }
    }
}

}  // namespace matchpoint::streams
