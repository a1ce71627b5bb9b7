// The changelog reader's way to Kafka: one consumer without a group for the changelogs of all its stores, and an admin
// client that says where they begin and end. The reader's thread, but for wake() and hurry(). Throws
// KafkaException.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"

namespace matchpoint::streams {

class ChangelogConsumer {
  public:
    ChangelogConsumer(const kafka::KafkaConfig& client, kafka::KafkaConfig consumer,
                      std::shared_ptr<spdlog::logger> logger);

    // Waits for a topic that was just made to have a leader.
    [[nodiscard]] kafka::Watermarks watermarks(const TopicPartition& changelog);
    // What the last fetch told.
    [[nodiscard]] std::optional<kafka::Watermarks> cached_watermarks(const TopicPartition& changelog) const;

    void read(const std::vector<kafka::PartitionOffset>& positions);
    void read_from(const TopicPartition& changelog, Offset position);
    // Those that are not being read are left out.
    void stop_reading(const std::vector<TopicPartition>& changelogs);
    [[nodiscard]] const std::vector<TopicPartition>& being_read() const { return assigned_; }

    [[nodiscard]] kafka::PollResult poll(std::chrono::milliseconds timeout) { return consumer_.poll(timeout); }
    // Any thread.
    void wake() { consumer_.wake(); }
    // Any thread: nothing is waited for any more, watermarks() throws StreamsError.
    void hurry() { hurried_ = true; }

  private:
    std::shared_ptr<spdlog::logger> logger_;
    kafka::Admin admin_;
    kafka::Consumer consumer_;
    std::vector<TopicPartition> assigned_;
    std::atomic<bool> hurried_{false};
};

}  // namespace matchpoint::streams
