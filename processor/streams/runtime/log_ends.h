// Whether all that the log of an input partition holds has been given out by the consumer: what a task with several
// inputs must know before it may take an empty queue for the lack of records. Stream thread only.
//
// Two things tell, both without a request: that the consumer's position is at the high watermark of the last fetch, and
// the consumer's word that it has read to the end (enable.partition.eof), which also tells where an open transaction
// holds the readable end below the watermark. Before the first fetch has been answered neither does.
#pragma once

#include <map>

#include "processor/streams/kafka/consumer.h"

namespace matchpoint::streams {

class LogEnds {
  public:
    virtual ~LogEnds() = default;
    // What was heard of the partition belongs to an earlier assignment.
    virtual void forget(const TopicPartition& partition) = 0;
    // `next`: the first record that was not given out, as far as its reader knows.
    [[nodiscard]] virtual bool reached(const TopicPartition& partition, Offset next) const = 0;
};

class ConsumedLogEnds final : public LogEnds {
  public:
    // The consumer outlives it.
    explicit ConsumedLogEnds(const kafka::Consumer& consumer) : consumer_(consumer) {}

    void heard(const kafka::PartitionEof& end) { ends_[end.partition] = end.offset; }
    void forget(const TopicPartition& partition) override { ends_.erase(partition); }
    [[nodiscard]] bool reached(const TopicPartition& partition, Offset next) const override;

  private:
    const kafka::Consumer& consumer_;
    std::map<TopicPartition, Offset> ends_;
};

}  // namespace matchpoint::streams
