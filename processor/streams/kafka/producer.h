// An idempotent, or with `transactional.id` a transactional producer. One thread owns it and makes all calls; delivery
// reports and connection changes are served on it, in poll(), drain() and the transaction calls.
// Errors are results; construction throws ConfigError or KafkaException.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"
#include "processor/streams/kafka/call_limit.h"
#include "processor/streams/kafka/client_hooks.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/error.h"
#include "processor/streams/kafka/group_metadata.h"
#include "processor/streams/kafka/record.h"

struct rd_kafka_topic_s;

namespace matchpoint::streams::kafka {

// A topic interned by Producer::topic(); valid as long as that producer, cheap to copy.
class TopicHandle {
  public:
    TopicHandle() = default;
    [[nodiscard]] bool valid() const { return raw_ != nullptr; }
    bool operator==(const TopicHandle&) const = default;

  private:
    friend class Producer;
    explicit TopicHandle(rd_kafka_topic_s* raw) : raw_(raw) {}
    rd_kafka_topic_s* raw_ = nullptr;
};

// Who keeps the bytes of a record's value until its delivery report has been served.
enum class ValueMemory : std::uint8_t { kCopied, kBorrowed };

struct OutgoingRecord {
    TopicHandle topic = {};
    Partition partition = kByKey;
    std::optional<BytesView> key = std::nullopt;  // copied by produce()
    std::optional<BytesView> value = std::nullopt;
    Timestamp timestamp = kNoTimestamp;               // kNoTimestamp: now
    std::span<const HeaderView> headers = {};         // copied by produce()
    void* opaque = nullptr;                           // given back in Delivery
    ValueMemory value_memory = ValueMemory::kCopied;  // kBorrowed: stays as it is until delivered or purged
};

// What became of one record. Views live as long as the call.
struct Delivery {
    void* opaque = nullptr;
    std::string_view topic;
    Partition partition;
    Offset offset;                      // kNoOffset if it failed
    const KafkaError* error = nullptr;  // null: acknowledged
};

// Told of every record's fate, on the producer's thread. Must not throw nor call the producer but for produce().
class DeliveryListener {
  public:
    virtual ~DeliveryListener() = default;
    virtual void on_delivery(const Delivery& delivery) = 0;
};

struct DeliveryError {
    KafkaError error;
    std::string topic;
    Partition partition;
};

enum class ProduceStatus {
    kOk,
    kQueueFull,  // poll() or drain(), then produce it again
    kFailed,     // see last_produce_error()
};

class Producer {
  public:
    using Millis = std::chrono::milliseconds;

    // Defaults added to `config`: idempotence, murmur2_random, no Nagle, linger and retry times for short
    // transactions. `listener` may be null and must outlive the producer.
    Producer(KafkaConfig config, ClientHooks hooks, DeliveryListener* listener = nullptr);
    // Drops what is not delivered: drain() first. With a stuck send_offsets() its client ends when that does, or with
    // the process.
    ~Producer();
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    // Ends drain() and the transaction calls early, also those under way.
    void limit_calls(std::shared_ptr<const CallLimit> limit);
    // `timeout`, or what the limit leaves of it.
    [[nodiscard]] Millis capped(Millis timeout) const;

    [[nodiscard]] TopicHandle topic(std::string_view name);
    // Fetches partitions and leaders, so that the first record of a transaction does not wait for them; the partition
    // count of each topic, in order, or the first error (a topic that does not exist, a timeout).
    [[nodiscard]] Result<std::vector<std::int32_t>> warm_metadata(const std::vector<std::string>& topics,
                                                                  Millis timeout);

    // Copies the record into librdkafka's queue; returns at once.
    [[nodiscard]] ProduceStatus produce(const OutgoingRecord& record);
    [[nodiscard]] const MaybeError& last_produce_error() const;
    // Serves delivery reports; the number served.
    int poll(Millis timeout);
    // Sends what is queued without lingering and serves reports until nothing is in flight; false if time ran out.
    // Deliveries may have failed: see take_delivery_error().
    [[nodiscard]] bool drain(Millis timeout);
    // The first failed delivery since the last call.
    [[nodiscard]] std::optional<DeliveryError> take_delivery_error();
    // Records queued or sent whose report has not been served.
    [[nodiscard]] std::size_t in_flight() const;
    // Forgets all that is queued or in flight (their reports say so); for closing dirty.
    void purge();

    // Transactions. Each call retries what is retriable until the deadline. kAbortTransaction: abort, then go on;
    // fenced() or fatal(): destroy this producer. commit drains first; a failed delivery shows as its error, and after
    // its abort the next transaction may have to be aborted too (librdkafka counts on from the failed record).
    // init_transactions() comes before all else. While the coordinator aborts what a predecessor has left it tells its
    // successor to come again; librdkafka's clients do so after 500 ms, so another one takes this one's place at once.
    [[nodiscard]] MaybeError init_transactions(Millis timeout);
    [[nodiscard]] MaybeError begin_transaction();
    // librdkafka's call may not return while the group's coordinator is away. Once the time is up the producer is
    // stuck(): of no more use, another one may take its place.
    [[nodiscard]] MaybeError send_offsets(const std::vector<PartitionOffset>& offsets, const GroupMetadata& group,
                                          Millis timeout);
    [[nodiscard]] MaybeError commit_transaction(Millis timeout);
    // Drops what is queued.
    [[nodiscard]] MaybeError abort_transaction(Millis timeout);

    [[nodiscard]] const KafkaConfig& config() const { return config_; }
    [[nodiscard]] std::string name() const;
    [[nodiscard]] bool connected() const;
    // A stuck() one counts as fatal.
    [[nodiscard]] MaybeError fatal_error() const;
    [[nodiscard]] bool stuck() const;

  private:
    struct Impl;
    KafkaConfig config_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams::kafka
