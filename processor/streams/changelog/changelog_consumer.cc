#include "processor/streams/changelog/changelog_consumer.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kLeaderPatience = std::chrono::seconds(5);
constexpr auto kLeaderPause = std::chrono::milliseconds(50);

kafka::KafkaConfig with_defaults(kafka::KafkaConfig config) {
    config.set("enable.partition.eof", "true");
    config.set("auto.offset.reset", "error");
    config.set_default("queued.min.messages", "100000");
    config.set_default("fetch.wait.max.ms", "100");
    return config;
}

void throw_if(const kafka::MaybeError& error) {
    if (error) throw kafka::KafkaException(*error);
}

}  // namespace

ChangelogConsumer::ChangelogConsumer(const kafka::KafkaConfig& client, kafka::KafkaConfig consumer,
                                     std::shared_ptr<spdlog::logger> logger)
    : logger_(std::move(logger)),
      admin_(client, {.logger = logger_, .on_connection_change = {}}),
      consumer_(with_defaults(std::move(consumer)), {.logger = logger_, .on_connection_change = {}}) {}

kafka::Watermarks ChangelogConsumer::watermarks(const TopicPartition& changelog) {
    for (const auto end = std::chrono::steady_clock::now() + kLeaderPatience;;) {
        if (hurried_) throw StreamsError("the restore is given up");
        auto marks = admin_.watermarks(changelog, kRequestTimeout);
        const bool late = std::chrono::steady_clock::now() > end;
        if (marks.ok() || !marks.error().retriable() || late) return std::move(marks).value();
        std::this_thread::sleep_for(kLeaderPause);
    }
}

std::optional<kafka::Watermarks> ChangelogConsumer::cached_watermarks(const TopicPartition& changelog) const {
    return consumer_.cached_watermarks(changelog);
}

void ChangelogConsumer::read(const std::vector<kafka::PartitionOffset>& positions) {
    if (positions.empty()) return;
    throw_if(consumer_.incremental_assign(positions));
    for (const kafka::PartitionOffset& position : positions) assigned_.push_back(position.partition);
}

void ChangelogConsumer::read_from(const TopicPartition& changelog, Offset position) {
    throw_if(consumer_.seek(changelog, position, kRequestTimeout));
}

void ChangelogConsumer::stop_reading(const std::vector<TopicPartition>& changelogs) {
    std::vector<TopicPartition> present;
    for (const TopicPartition& changelog : changelogs) {
        if (std::erase(assigned_, changelog) > 0) present.push_back(changelog);
    }
    if (present.empty()) return;
    if (const auto error = consumer_.incremental_unassign(present)) {
        logger_->error("restore consumer: {}", error->to_string());
    }
}

}  // namespace matchpoint::streams
