// What of the repartition topics has been consumed for good and can be deleted. Kafka keeps them for ever
// (retention.ms=-1), so that a slow application loses nothing; therefore the engine deletes what it has committed, as
// Kafka Streams does. committed() is for stream threads, after a commit; the rest for the housekeeper. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/kafka/record.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

class RepartitionPurge {
  public:
    explicit RepartitionPurge(const std::vector<SubtopologyInfo>& subtopologies);

    // Whether the tasks of this sub-topology read anything that is purged.
    [[nodiscard]] bool concerns(const SubtopologyInfo& info) const;
    // These offsets are committed; those of other topics are ignored.
    void committed(const std::vector<kafka::PartitionOffset>& offsets);

    // Up to where each partition may be deleted, of those that have moved on since they were done().
    [[nodiscard]] std::vector<kafka::PartitionOffset> due() const;
    void done(const std::vector<kafka::PartitionOffset>& purged);

  private:
    struct Progress {
        Offset committed;
        Offset purged{0};
    };

    std::set<std::string, std::less<>> topics_;  // immutable
    mutable std::mutex mutex_;                   // guards what follows
    std::map<TopicPartition, Progress> progress_;
};

}  // namespace matchpoint::streams
