// The topics that the engine makes for an application: repartition topics and changelogs, with Kafka Streams' names and
// settings. Also checks what the user must have made: sources, copartitioning, public changelogs. Before start, one
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/runtime/topic_widths.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

class InternalTopics {
  public:
    InternalTopics(kafka::Admin& admin, const StreamsConfig& config, std::shared_ptr<spdlog::logger> logger)
        : admin_(admin), config_(config), logger_(std::move(logger)) {}

    // Makes what is missing. Waits for Kafka, and for the topics that are the user's to make, saying so, for as long as
    // `keep_waiting` returns true; false if it stopped waiting. Throws StreamsError for what waiting cannot mend.
    // Fills in how wide the sources are.
    [[nodiscard]] bool ensure(std::vector<SubtopologyInfo>& subtopologies, const std::function<bool()>& keep_waiting);

  private:
    [[nodiscard]] bool load(const std::set<std::string>& users_topics);
    // Of a topic that is missing: whether it has been for too short a time to speak of it.
    [[nodiscard]] bool may_be_new();
    void plan_repartition_topics(const std::vector<SubtopologyInfo>& subtopologies);
    void plan_changelogs(const SubtopologyInfo& info);
    void check_public_changelog(const StoreSpec& store, std::int32_t partitions);
    void plan(const std::string& name, std::int32_t partitions, std::map<std::string, std::string> configs);
    void create_planned();

    kafka::Admin& admin_;
    const StreamsConfig& config_;
    std::shared_ptr<spdlog::logger> logger_;
    TopicWidths partitions_;  // of topics known
    std::vector<kafka::NewTopic> planned_;
    std::string told_;  // what the user was told last
    std::optional<std::chrono::steady_clock::time_point> missing_since_;
};

}  // namespace matchpoint::streams
