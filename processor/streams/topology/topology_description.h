// What Topology::describe() returns: the sub-topologies and their nodes as values, and to_string() with the text of
// Kafka Streams' TopologyDescription, so that its viewers read ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace matchpoint::streams {

enum class NodeKind : std::uint8_t { kSource, kProcessor, kSink };

struct TopologyDescription {
    struct Node {
        std::string name;
        NodeKind kind = NodeKind::kProcessor;
        std::vector<std::string> topics;        // sources and sinks; empty for a sink whose topic is chosen by record
        std::vector<std::string> stores;        // processors
        std::vector<std::string> predecessors;  // all of these in Kafka Streams' order
        std::vector<std::string> successors;
    };
    struct Subtopology {
        std::int32_t id = 0;
        std::vector<Node> nodes;
    };
    std::vector<Subtopology> subtopologies;

    [[nodiscard]] std::string to_string() const;
};

}  // namespace matchpoint::streams
