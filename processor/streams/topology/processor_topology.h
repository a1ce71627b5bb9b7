// A sub-topology made real for one task, and what the runtime must know of it before any task exists.
// ProcessorTopology: task's thread only. SubtopologyInfo: a value.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/topology/node.h"
#include "processor/streams/topology/store_spec.h"

namespace matchpoint::streams {

// Where a source begins that the group has committed nothing of; kDefault: as auto.offset.reset says.
enum class OffsetReset : std::uint8_t { kDefault, kEarliest, kLatest };

// Topic names carry the application id already. `source_topics` is sorted. The group subscribes to one of them, the
// driving topic; the others are assigned along with it.
struct SubtopologyInfo {
    std::int32_t id = 0;
    std::vector<std::string> source_topics;
    std::vector<std::string> sink_topics;
    std::vector<StoreSpec> stores;                                       // changelog_topic filled in for all but kNone
    std::map<std::string, std::optional<std::int32_t>> internal_topics;  // among source_topics: wanted partitions
    std::map<std::string, std::map<std::string, std::string>> internal_topic_configs;
    std::vector<std::vector<std::string>> copartitioned;
    std::map<std::string, OffsetReset> offset_resets;       // of sources that ask for one of their own
    std::map<std::string, std::int32_t> source_partitions;  // how many each source has; filled in once that is known

    // The widest source: there is a task for each of its partitions. Of equals the first, so that all instances agree.
    [[nodiscard]] const std::string& driving_topic() const;
    // Whether the task of that partition has this topic as an input: merged topics need not be equally wide.
    [[nodiscard]] bool reaches(const std::string& topic, Partition partition) const;
};

class ProcessorTopology {
  public:
    // Nodes in the order they were added to the topology: parents before children.
    ProcessorTopology(std::vector<std::unique_ptr<Node>> nodes, std::map<std::string, SourceNode*> sources)
        : nodes_(std::move(nodes)), sources_(std::move(sources)) {}

    // nullptr if no source node reads that topic.
    [[nodiscard]] SourceNode* source(const std::string& topic) const {
        const auto found = sources_.find(topic);
        return found == sources_.end() ? nullptr : found->second;
    }
    void init(TaskServices& task) {
        for (const auto& node : nodes_) node->init(task);
    }
    void close() {
        for (const auto& node : nodes_) node->close();
    }
    [[nodiscard]] const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }

  private:
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::string, SourceNode*> sources_;
};

}  // namespace matchpoint::streams
