#include "processor/streams/topology/dsl/graph.h"

#include <algorithm>

namespace matchpoint::streams::dsl {
namespace {

constexpr const char* kRepartitionSuffix = "-repartition";

// KSTREAM.*-[0-9]{10}
bool is_generated(const std::string& name) {
    if (!name.starts_with("KSTREAM") || name.size() < 18 || name[name.size() - 11] != '-') return false;
    return std::all_of(name.end() - 10, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string Graph::new_name(const std::string& prefix) {
    return fmt::format("{}{:010}", prefix, next_++);
}

std::string Graph::new_store_name(const std::string& prefix) {
    return new_name(prefix + "STATE-STORE-");
}

std::string Graph::name_or_new(const std::string& name, const std::string& prefix) {
    const std::string generated = new_name(prefix);
    return name.empty() ? generated : name;
}

std::string Graph::name_with_suffix_or_new(const std::string& name, const std::string& suffix,
                                           const std::string& prefix) {
    return name_or_new(name.empty() ? name : name + suffix, prefix);
}

RepartitionNames Graph::new_repartition_names(const std::string& prefix) {
    RepartitionNames names;
    names.topic = prefix.ends_with(kRepartitionSuffix) ? prefix : prefix + kRepartitionSuffix;
    names.sink = new_name("KSTREAM-SINK-");
    names.filter = new_name("KSTREAM-FILTER-");
    names.source = new_name("KSTREAM-SOURCE-");
    if (is_generated(prefix)) return names;
    names.sink = names.topic + "-sink";
    names.filter = names.topic + "-filter";
    names.source = names.topic + "-source";
    return names;
}

void Graph::add_child(const std::string& node, const std::vector<std::string>& parents) {
    parents_[node] = parents;
}

std::string Graph::source_of(const std::vector<std::string>& topics) const {
    for (const auto& [node, read] : source_topics_) {
        if (read == topics) return node;
        for (const std::string& topic : topics) {
            if (std::find(read.begin(), read.end(), topic) == read.end()) continue;
            throw TopologyError(fmt::format(
                "topic {} is read already, together with other topics, by {}: give both the same topics", topic, node));
        }
    }
    return {};
}

void Graph::keep_null_keys_above(const std::string& node) {
    if (const auto filter = keeps_null_keys_.find(node); filter != keeps_null_keys_.end()) *filter->second = true;
    const auto parents = parents_.find(node);
    if (parents == parents_.end()) return;
    for (const std::string& parent : parents->second) keep_null_keys_above(parent);
}

void Graph::copartition(const SourceNames& sources) {
    std::vector<std::string> topics;
    for (const std::string& source : sources) {
        const auto found = source_topics_.find(source);
        if (found != source_topics_.end()) topics.insert(topics.end(), found->second.begin(), found->second.end());
    }
    std::sort(topics.begin(), topics.end());
    topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    if (topics.size() < 2) return;
    copartitioned_.push_back(topics);
    topology_.require_copartitioned(std::move(topics));
}

void Graph::add_repartition_topic(const RepartitionNames& names, std::optional<std::int32_t> partitions) {
    topology_.add_internal_topic({.name = names.topic, .partitions = partitions, .configs = {}});
    add_source(names.source, {names.topic});
    if (partitions) explicit_partitions_[names.topic] = *partitions;
}

// What the brokers' topics have is checked when the application starts.
void Graph::finish() {
    for (const auto& topics : copartitioned_) {
        for (const std::string& topic : topics) {
            const auto first = explicit_partitions_.find(topics.front());
            const auto other = explicit_partitions_.find(topic);
            if (first == explicit_partitions_.end() || other == explicit_partitions_.end()) continue;
            if (first->second == other->second) continue;
            throw TopologyError(fmt::format("topics {} and {} are joined, but shall have {} and {} partitions",
                                            topics.front(), topic, first->second, other->second));
        }
    }
}

}  // namespace matchpoint::streams::dsl
