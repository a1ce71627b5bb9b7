// Is a topic still the one that has been read? Offsets that go back tell at once, but a topic that was deleted and made
// anew and has grown past our place looks like any other: Kafka's ids of topics and its leader epochs are not to be had
// from librdkafka 2.0. So now and then the record that was a partition's newest one look ago is read again, by a
// consumer of its own: where another record stands in its place, or the partition ends before it, the topic is another.
// A record that is gone, by compaction or retention, tells nothing; one partition that tells is enough. Belongs to the
// tail's thread, which it holds up for moments only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/kafka/consumer.h"

namespace matchpoint::http {

class RecreationWatch {
  public:
    // `config` is that of the tail's consumer.
    RecreationWatch(streams::kafka::KafkaConfig config, std::int64_t every_ns);

    void saw(std::size_t topic, const streams::kafka::Message& message);
    void forget(std::size_t topic);
    // Goes on with the look under way, or begins one when it is time and Kafka can be reached; the topics that turned
    // out to be others since the last call.
    [[nodiscard]] std::vector<std::size_t> step(bool reachable, std::int64_t now_ns);

  private:
    struct Seen {
        std::size_t topic = 0;
        streams::Offset offset;
        std::uint64_t digest = 0;
    };
    using Records = std::map<streams::TopicPartition, Seen>;
    void begin();
    void compare(const streams::kafka::Message& message, std::vector<std::size_t>& others);
    void missing(const streams::kafka::PartitionEof& eof, std::vector<std::size_t>& others);

    streams::kafka::KafkaConfig config_;
    const std::int64_t every_ns_;
    Records newest_;
    // Known to be of the topic as it was at the last look, and to be read again at the next.
    Records anchors_;
    Records next_anchors_;                                // if that look finds nothing: the newest when it began
    Records asked_;                                       // what has not come back yet
    std::unique_ptr<streams::kafka::Consumer> consumer_;  // while a look is under way
    std::int64_t begun_ns_ = 0;
};

// What tells one record from another.
[[nodiscard]] std::uint64_t digest_of_record(const streams::kafka::Message& message);

}  // namespace matchpoint::http
