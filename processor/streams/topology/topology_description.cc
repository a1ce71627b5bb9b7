#include "processor/streams/topology/topology_description.h"

#include <algorithm>

namespace matchpoint::streams {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

std::string joined_or_none(const std::vector<std::string>& names) {
    return names.empty() ? "none" : joined(names);
}

std::string head(const TopologyDescription::Node& node) {
    switch (node.kind) {
        case NodeKind::kSource:
            return "Source: " + node.name + " (topics: [" + joined(node.topics) + "])";
        case NodeKind::kProcessor:
            return "Processor: " + node.name + " (stores: [" + joined(node.stores) + "])";
        case NodeKind::kSink:
            break;
    }
    if (node.topics.empty()) return "Sink: " + node.name + " (extractor class: topic chosen by record)";
    return "Sink: " + node.name + " (topic: " + joined(node.topics) + ")";
}

}  // namespace

std::string TopologyDescription::to_string() const {
    std::string text = "Topologies:\n ";
    for (const Subtopology& subtopology : subtopologies) {
        text += "  Sub-topology: " + std::to_string(subtopology.id) + "\n";
        for (const Node& node : subtopology.nodes) {
            text += "    " + head(node) + "\n";
            if (node.kind != NodeKind::kSink) text += "      --> " + joined_or_none(node.successors) + "\n";
            if (node.kind != NodeKind::kSource) text += "      <-- " + joined_or_none(node.predecessors) + "\n";
        }
        text += "\n";
    }
    return text;
}

}  // namespace matchpoint::streams
