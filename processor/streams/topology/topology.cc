#include "processor/streams/topology/topology.h"

#include <algorithm>
#include <numeric>

namespace matchpoint::streams {
namespace {

// Union-find with path halving.
class Groups {
  public:
    explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t find(std::size_t node) {
        while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
        return node;
    }
    void unite(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

  private:
    std::vector<std::size_t> parent_;
};

template <typename T>
void add_unique(std::vector<T>& list, const T& item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

}  // namespace

Topology& Topology::add(NodeSpec node) {
    if (node.name.empty()) throw TopologyError("a node needs a name");
    if (index_.contains(node.name)) throw TopologyError(fmt::format("a node named {} was added before", node.name));
    if (node.kind == NodeKind::kSource && node.topics.empty()) {
        throw TopologyError(fmt::format("source {} reads no topic", node.name));
    }
    check_parents(node);
    for (const NodeSpec& other : nodes_) {
        if (node.kind != NodeKind::kSource || other.kind != NodeKind::kSource) continue;
        for (const std::string& topic : node.topics) {
            if (std::find(other.topics.begin(), other.topics.end(), topic) != other.topics.end()) {
                throw TopologyError(fmt::format("topic {} is read by source {} already", topic, other.name));
            }
        }
    }
    index_.emplace(node.name, nodes_.size());
    nodes_.push_back(std::move(node));
    return *this;
}

void Topology::check_parents(const NodeSpec& node) const {
    if (node.kind != NodeKind::kSource && node.parents.empty()) {
        throw TopologyError(fmt::format("node {} has no parent", node.name));
    }
    for (const std::string& parent : node.parents) {
        const auto found = index_.find(parent);
        if (found == index_.end()) throw TopologyError(fmt::format("node {}: no parent named {}", node.name, parent));
        const NodeSpec& spec = nodes_[found->second];
        if (spec.kind == NodeKind::kSink) throw TopologyError(fmt::format("sink {} cannot have children", parent));
        if (!(spec.gives == node.takes)) {
            throw TopologyError(
                fmt::format("node {} takes other types of key and value than its parent {} gives", node.name, parent));
        }
    }
}

Topology& Topology::add_state_store(StoreSpec store, const std::vector<std::string>& processors) {
    const std::string name = store.name;
    if (store.caching && store.changelog == StoreSpec::Changelog::kPublicTopic) {
        throw TopologyError(fmt::format(
            "store {} has a public changelog, whose records a cache would not know; leave caching off", name));
    }
    if (!stores_.emplace(name, std::move(store)).second) {
        throw TopologyError(fmt::format("a store named {} was added before", name));
    }
    for (const std::string& processor : processors) connect_processor_and_state_stores(processor, {name});
    return *this;
}

Topology& Topology::connect_processor_and_state_stores(const std::string& processor,
                                                       const std::vector<std::string>& stores) {
    const auto found = index_.find(processor);
    if (found == index_.end()) throw TopologyError(fmt::format("no processor named {}", processor));
    NodeSpec& node = nodes_[found->second];
    if (node.kind != NodeKind::kProcessor) throw TopologyError(fmt::format("{} is not a processor", processor));
    for (const std::string& store : stores) {
        if (!stores_.contains(store)) throw TopologyError(fmt::format("no store named {}; add it first", store));
        add_unique(node.stores, store);
    }
    return *this;
}

Topology& Topology::add_internal_topic(InternalTopic topic) {
    const std::string name = topic.name;
    if (!internal_topics_.emplace(name, std::move(topic)).second) {
        throw TopologyError(fmt::format("an internal topic named {} was added before", name));
    }
    return *this;
}

Topology& Topology::require_copartitioned(std::vector<std::string> topics) {
    copartitioned_.push_back(std::move(topics));
    return *this;
}

std::string Topology::decorated(const std::string& topic, const std::string& application_id) const {
    return internal_topics_.contains(topic) ? application_id + "-" + topic : topic;
}

std::vector<std::vector<std::size_t>> Topology::groups() const {
    Groups groups(nodes_.size());
    std::map<std::string, std::size_t> first_user;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        for (const std::string& parent : nodes_[i].parents) groups.unite(i, index_.at(parent));
        for (const std::string& store : nodes_[i].stores)
            groups.unite(i, first_user.try_emplace(store, i).first->second);
    }
    std::map<std::size_t, std::size_t> id_of_root;
    std::vector<std::vector<std::size_t>> result;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto [id, is_new] = id_of_root.try_emplace(groups.find(i), result.size());
        if (is_new) result.emplace_back();
        result[id->second].push_back(i);
    }
    return result;
}

SubtopologyInfo Topology::info(std::int32_t id, const std::vector<std::size_t>& group,
                               const std::string& application_id) const {
    SubtopologyInfo info;
    info.id = id;
    std::set<std::string> store_names;
    for (const std::size_t i : group) {
        const NodeSpec& node = nodes_[i];
        store_names.insert(node.stores.begin(), node.stores.end());
        for (const std::string& topic : node.topics) {
            const std::string name = decorated(topic, application_id);
            add_unique(node.kind == NodeKind::kSource ? info.source_topics : info.sink_topics, name);
            if (node.options.offset_reset != OffsetReset::kDefault) {
                info.offset_resets[name] = node.options.offset_reset;
            }
            const auto internal = internal_topics_.find(topic);
            if (node.kind != NodeKind::kSource || internal == internal_topics_.end()) continue;
            info.internal_topics[name] = internal->second.partitions;
            info.internal_topic_configs[name] = internal->second.configs;
        }
    }
    std::sort(info.source_topics.begin(), info.source_topics.end());
    for (const std::string& name : store_names) {
        StoreSpec store = stores_.at(name);
        if (store.changelog == StoreSpec::Changelog::kOwn) {
            store.changelog_topic = fmt::format("{}-{}-changelog", application_id, name);
        } else {
            store.changelog_topic = decorated(store.changelog_topic, application_id);
        }
        info.stores.push_back(std::move(store));
    }
    for (const auto& topics : copartitioned_) {
        std::vector<std::string> names;
        for (const std::string& topic : topics) names.push_back(decorated(topic, application_id));
        const auto& sources = info.source_topics;
        if (std::find(sources.begin(), sources.end(), names.front()) != sources.end())
            info.copartitioned.push_back(names);
    }
    return info;
}

std::vector<SubtopologyInfo> Topology::subtopologies(const std::string& application_id) const {
    std::vector<SubtopologyInfo> result;
    for (const auto& group : groups()) {
        result.push_back(info(static_cast<std::int32_t>(result.size()), group, application_id));
    }
    return result;
}

std::unique_ptr<ProcessorTopology> Topology::instantiate(std::int32_t subtopology,
                                                         const std::string& application_id) const {
    const auto group = groups().at(static_cast<std::size_t>(subtopology));
    std::vector<std::unique_ptr<Node>> nodes;
    std::map<std::string, Node*> by_name;
    std::map<std::string, SourceNode*> sources;
    for (const std::size_t i : group) {
        const NodeSpec& spec = nodes_[i];
        auto node = spec.make({*this, application_id, spec.stores});
        by_name[spec.name] = node.get();
        for (const std::string& parent : spec.parents) by_name.at(parent)->add_child(*node);
        if (spec.kind == NodeKind::kSource) {
            auto* source = static_cast<SourceNode*>(node.get());
            source->set_timestamp_extractor(spec.options.timestamp_extractor);
            for (const std::string& topic : spec.topics) sources[decorated(topic, application_id)] = source;
        }
        nodes.push_back(std::move(node));
    }
    return std::make_unique<ProcessorTopology>(std::move(nodes), std::move(sources));
}

}  // namespace matchpoint::streams
