// The input queues of a topology under test, lowest timestamp first. Heads of equal timestamp come in the order of
// java.util.PriorityQueue, on which Kafka Streams' PartitionGroup rests, so that a test's output can be compared with
// Java's record by record. One thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "processor/streams/testing/test_record.h"
#include "processor/streams/topology/node.h"

namespace matchpoint::streams {

class TestInputs {
  public:
    struct Entry {
        RawTestRecord record;  // with the extracted timestamp
        Offset offset;
    };
    struct Queue {
        std::string topic;
        SourceNode* source = nullptr;
        std::deque<Entry> records;
        Timestamp partition_time = kNoTimestamp;
        std::int64_t next_offset = 0;
    };

    void add_topic(const std::string& topic, SourceNode& source);
    [[nodiscard]] bool reads(const std::string& topic) const { return queues_.contains(topic); }
    // False if the timestamp extractor refused the record, which is then skipped.
    bool add(const std::string& topic, RawTestRecord record);
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    // There must be a record.
    [[nodiscard]] std::pair<Queue*, Entry> pop();
    // What was popped could be read.
    void note_read(Queue& queue, Timestamp timestamp) {
        queue.partition_time = std::max(queue.partition_time, timestamp);
        stream_time_ = std::max(stream_time_, timestamp);
    }
    [[nodiscard]] Timestamp stream_time() const { return stream_time_; }

  private:
    static Timestamp head_time(const Queue& queue) { return queue.records.front().record.timestamp; }
    void offer(Queue& queue);
    Queue& poll();

    std::map<std::string, std::unique_ptr<Queue>> queues_;
    std::vector<Queue*> heap_;  // those that are not empty
    Timestamp stream_time_ = kNoTimestamp;
};

}  // namespace matchpoint::streams
