// Topology::describe(): nodes and their neighbours in exactly Kafka Streams' order, which is that of Java's hash maps
// and of tree sets whose order is by sizes that grow while they are filled.
#include <map>
#include <set>

#include "processor/streams/topology/java_order.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {
namespace {

struct DescribedNode {
    std::string name;
    int size = 1;  // of the tree below it, as known so far

    // The larger first, then by name.
    struct Larger {
        bool operator()(const DescribedNode* a, const DescribedNode* b) const {
            return a->size != b->size ? a->size > b->size : a->name < b->name;
        }
    };
    // Not a set: its elements' order changes while it is filled, and it must lose none.
    using Neighbours = std::multiset<DescribedNode*, Larger>;
    Neighbours predecessors{};
    Neighbours successors{};

    void grow(int by) {
        size += by;
        for (DescribedNode* predecessor : predecessors) predecessor->grow(by);
    }
    static std::vector<std::string> names(const Neighbours& nodes) {
        std::vector<std::string> names;
        for (const DescribedNode* node : nodes) names.push_back(node->name);
        return names;
    }
};

}  // namespace

TopologyDescription Topology::describe() const {
    TopologyDescription description;
    for (const auto& group : groups()) {
        auto& subtopology = description.subtopologies.emplace_back();
        subtopology.id = static_cast<std::int32_t>(description.subtopologies.size()) - 1;
        describe_group(group, subtopology);
    }
    return description;
}

void Topology::describe_group(const std::vector<std::size_t>& group, TopologyDescription::Subtopology& out) const {
    std::vector<std::string> names;
    for (const std::size_t i : group) names.push_back(nodes_[i].name);
    names = java_hash_order(java_hash_order(names, HashSetMade::kGrown), HashSetMade::kGrown);
    std::map<std::string, DescribedNode> described;
    for (const std::string& name : names) described[name].name = name;
    for (const std::string& name : names) {
        DescribedNode& node = described[name];
        for (const std::string& parent : nodes_[index_.at(name)].parents) {
            DescribedNode& predecessor = described[parent];
            node.predecessors.insert(&predecessor);
            predecessor.successors.insert(&node);
            predecessor.grow(node.size);
        }
    }
    std::set<DescribedNode*, DescribedNode::Larger> ordered;
    for (auto& [name, node] : described) ordered.insert(&node);
    for (const DescribedNode* node : ordered) {
        const NodeSpec& spec = nodes_[index_.at(node->name)];
        out.nodes.push_back(
            {.name = node->name,
             .kind = spec.kind,
             .topics = java_hash_order(spec.topics, HashSetMade::kFromCollection),
             .stores = java_hash_order(java_hash_order(spec.stores, HashSetMade::kGrown), HashSetMade::kFromCollection),
             .predecessors = DescribedNode::names(node->predecessors),
             .successors = DescribedNode::names(node->successors)});
    }
}

}  // namespace matchpoint::streams
