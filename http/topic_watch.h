// What becomes of the topics that are read. Now and then a look on a thread of its own, with a consumer of its own, so
// that the tail is not held up: its connection answers one request after the other, and a fetch that waits for records
// stands before any question.
//   - Has a topic grown?
//   - Is it still the one that has been read? Offsets that go back tell at once, but a topic that was deleted and made
//     anew and has grown past our place looks like any other: Kafka's ids of topics and its leader epochs are not to be
//     had from librdkafka 2.0. So the record that was a partition's newest one look ago is read again: where another
//     stands in its place, or the partition ends before it, the topic is another. A record that is gone, by compaction
//     or retention, tells nothing; one partition that tells is enough.
// All calls from the tail's thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "processor/streams/kafka/consumer.h"

namespace matchpoint::http {

class TopicWatch {
  public:
    struct Findings {
        std::vector<std::size_t> others;       // topics that are not what they were
        std::vector<std::int32_t> partitions;  // of each topic; 0 where that is not known
    };

    // `config` is that of the tail's consumer. Topics are spoken of by their place in `topics`.
    TopicWatch(streams::kafka::KafkaConfig config, std::vector<std::string> topics, std::int64_t every_ns);
    // Waits for the end of a look, a second or so.
    ~TopicWatch();
    TopicWatch(const TopicWatch&) = delete;
    TopicWatch& operator=(const TopicWatch&) = delete;

    void saw(std::size_t topic, const streams::kafka::Message& message);
    void forget(std::size_t topic);
    // What has been seen is what the first look compares with.
    void anchor();
    // The next look is due now.
    void hurry() { begun_ns_ = 1; }
    // Begins a look when it is time and Kafka can be reached. What a look has found, once it has.
    [[nodiscard]] std::optional<Findings> step(bool reachable, std::int64_t now_ns);

  private:
    struct Seen {
        streams::Offset offset;
        std::uint64_t digest = 0;
    };
    using Records = std::map<std::pair<std::size_t, streams::Partition>, Seen>;
    // One look, on its thread; nothing of it is touched by others before it is done.
    struct Look {
        Records asked;  // what has not come back yet
        Findings findings;
        std::vector<std::size_t> forgotten;  // meanwhile; the tail's
        std::atomic<bool> done{false};
    };
    void run(Look& look) const;
    void count_partitions(streams::kafka::Consumer& consumer, Findings& findings) const;
    void read_again(streams::kafka::Consumer& consumer, Look& look) const;
    void compare(const streams::kafka::Message& message, Look& look) const;
    void missing(const streams::kafka::PartitionEof& eof, Look& look) const;
    [[nodiscard]] std::size_t index_of(std::string_view topic) const;
    [[nodiscard]] Findings finish();

    streams::kafka::KafkaConfig config_;
    const std::vector<std::string> topics_;
    const std::int64_t every_ns_;
    Records newest_;
    // Known to be of the topic as it was at the last look, and to be read again at the next.
    Records anchors_;
    Records next_anchors_;  // if that look finds nothing: the newest when it began
    std::int64_t begun_ns_ = 0;
    std::atomic<bool> stopping_{false};
    std::optional<Look> look_;  // under way
    std::thread thread_;
};

// What tells one record from another.
[[nodiscard]] std::uint64_t digest_of_record(const streams::kafka::Message& message);

}  // namespace matchpoint::http
