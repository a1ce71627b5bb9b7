// Which inputs of the running tasks the consumer fetches: none while the application is paused, and none of which a
// task holds plenty while it waits for another input. Only then: librdkafka throws away what it has fetched of a
// partition that is paused, and again when it is resumed, and its next fetch waits for the answer of the one under way.
// Stream thread only; the consumer outlives it.
#pragma once

#include <cstddef>
#include <vector>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/runtime/partition_group.h"

namespace matchpoint::streams {

class InputFlow {
  public:
    // `plenty`: more records of one partition than this.
    InputFlow(kafka::Consumer& consumer, std::size_t plenty) : consumer_(consumer), plenty_(plenty) {}

    // A task begins to run on these; they are assigned already. It no longer does; they are assigned still.
    void begin(const std::vector<TopicPartition>& inputs);
    void end(const std::vector<TopicPartition>& inputs);

    // The task has processed what it could: it waits for an input that is empty.
    void hold_back(const PartitionGroup& waiting);
    // Fetches again what has become less; cheap if nothing was held back.
    void go_on(const PartitionGroup& inputs);

    [[nodiscard]] bool all_paused() const { return all_paused_; }
    // `inputs`: those of all running tasks.
    void pause_all(const std::vector<TopicPartition>& inputs);
    void resume_all(const std::vector<TopicPartition>& inputs);

  private:
    kafka::Consumer& consumer_;
    std::size_t plenty_;
    std::vector<TopicPartition> held_back_;
    bool all_paused_ = false;
};

}  // namespace matchpoint::streams
