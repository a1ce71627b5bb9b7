// What a shard counts. Written by its thread only, read by whichever answers /metrics: relaxed single-writer counters,
// so that counting costs a plain addition.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace matchpoint::http {

class Counter {
  public:
    void add(std::uint64_t n = 1) { value_.store(value() + n, std::memory_order_relaxed); }
    void sub(std::uint64_t n = 1) { value_.store(value() - n, std::memory_order_relaxed); }
    void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

// Counts in powers of two of microseconds: 1, 2, 4, … 2^23 (8.4 s), and above.
class LatencyHistogram {
  public:
    static constexpr std::size_t kBuckets = 25;
    void observe_us(std::uint64_t us);
    [[nodiscard]] std::uint64_t count(std::size_t bucket) const { return counts_.at(bucket).value(); }
    [[nodiscard]] std::uint64_t sum_us() const { return sum_us_.value(); }

  private:
    std::array<Counter, kBuckets> counts_;
    Counter sum_us_;
};

struct ShardMetrics {
    Counter connections;  // open now, of any kind
    Counter streams;      // of these, streams
    Counter sockets;      // and WebSockets
    Counter accepted;
    Counter accept_failures;  // a connection could not be taken from the kernel, mostly for want of descriptors
    Counter refused;          // over a limit
    Counter requests;
    Counter client_errors;  // answers 4xx
    Counter server_errors;  // answers 5xx
    Counter events;         // delivered to streams
    Counter bytes;          // written to streams
    Counter writes;         // system calls that wrote them
    Counter stalls;         // writes that found a full socket
    Counter conflations;    // readers that fell behind the ring
    Counter records;        // taken from the topics
    Counter request_timeouts;
    Counter stalled_closed;   // streams closed because they took nothing for too long
    Counter refused_number;   // of the refused connections, for their number in all
    Counter refused_address;  // for their address
    Counter refused_memory;   // for the process's memory
    Counter refused_header;   // requests with a header too long
    Counter refused_body;     // with a body too long
    Counter refused_filter;   // with too many names in the filter
    Counter refused_top;      // of a longer leaderboard than is made
    Counter refused_subscriptions;
    Counter refused_access;         // reading without a token that is good for it
    Counter finals;                 // streams answered 204, since nothing more is to come
    Counter expired;                // streams ended with their token
    Counter mirror_bytes;           // of the records this shard's mirrors hold; shards share them
    Counter answering;              // requests that have come whole and are being answered now
    Counter publishing;             // of these, wait for Kafka
    Counter published;              // events that it has acknowledged
    Counter publish_refused;        // requests: not allowed, not as they should be, too many
    Counter publish_limited;        // of these, over a client's rate
    Counter publish_failed;         // requests that Kafka did not take
    Counter publish_replayed;       // requests answered from memory, by their Idempotency-Key
    LatencyHistogram publish_time;  // until Kafka's acknowledgement
    LatencyHistogram fan_out;       // from a batch's arrival at the gateway until its last reader was written to
};

struct TopicStatus {
    std::string topic;
    Counter records;
    Counter lag;  // records not yet read, at the last look
    Counter last_record_ms;
    std::atomic<bool> caught_up{false};
};

// What concerns the whole process: written by the tail, read by all.
struct TailStatus {
    std::atomic<bool> connected{false};
    Counter errors;
    std::atomic<std::int64_t> away_since_ns{0};  // monotonic; 0: a broker can be reached
};

struct ProcessStatus {
    std::uint64_t memory_bytes = 0;
    std::uint64_t memory_limit_bytes = 0;
    std::uint64_t log_lines_dropped = 0;
};

[[nodiscard]] std::string prometheus_text(const std::vector<const ShardMetrics*>& shards,
                                          const std::vector<std::unique_ptr<TopicStatus>>& topics,
                                          const TailStatus& tail, const ProcessStatus& process);

}  // namespace matchpoint::http
