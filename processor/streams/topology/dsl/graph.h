// What all streams and tables of one StreamsBuilder share: the topology being built, the counter behind generated
// names, and which node stems from which. Names are Kafka Streams', number by number: an application keeps its internal
// topics and stores when it moves from one to the other. Used by the thread that builds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/topology/dsl/function_processor.h"
#include "processor/streams/topology/dsl/options.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams::dsl {

using SourceNames = std::set<std::string>;

// The names of the nodes around a repartition topic.
struct RepartitionNames {
    std::string topic;
    std::string sink;
    std::string filter;
    std::string source;
};

class Graph {
  public:
    Graph() = default;
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    [[nodiscard]] Topology& topology() { return topology_; }

    // "<prefix>0000000007". The counter goes on also where the name is given.
    [[nodiscard]] std::string new_name(const std::string& prefix);
    [[nodiscard]] std::string new_store_name(const std::string& prefix);
    [[nodiscard]] std::string name_or_new(const std::string& name, const std::string& prefix);
    [[nodiscard]] std::string name_with_suffix_or_new(const std::string& name, const std::string& suffix,
                                                      const std::string& prefix);
    [[nodiscard]] RepartitionNames new_repartition_names(const std::string& prefix);

    // Remembers whose child a node is.
    void add_child(const std::string& node, const std::vector<std::string>& parents);
    void add_source(const std::string& node, const std::vector<std::string>& topics) { source_topics_[node] = topics; }
    // The source node that reads exactly these topics already; empty if there is none. Throws TopologyError if one
    // reads some of them.
    [[nodiscard]] std::string source_of(const std::vector<std::string>& topics) const;

    // A left join with a table takes records without a key: repartition topics above it must let them through.
    void keep_null_keys_above(const std::string& node);
    // These sources' topics must have as many partitions each.
    void copartition(const SourceNames& sources);

    template <typename KIn, typename VIn, typename KOut, typename VOut>
    void add_function(const std::string& name, const std::vector<std::string>& parents,
                      Function<KIn, VIn, KOut, VOut> function) {
        using P = FunctionProcessor<KIn, VIn, KOut, VOut>;
        topology_.add_processor<P>(
            name, [function = std::move(function)] { return std::make_unique<P>(function); }, parents);
        add_child(name, parents);
    }

    // Filter, sink, topic and source.
    template <typename K, typename V>
    void add_repartition(const RepartitionNames& names, const std::string& parent, const SerdePair<K, V>& serdes,
                         std::optional<std::int32_t> partitions = {}, StreamPartitioner<K, V> partitioner = nullptr) {
        const auto keeps_null_keys = std::make_shared<bool>(false);
        add_repartition_topic(names, partitions);
        add_function<K, V, K, V>(names.filter, {parent}, [keeps_null_keys](const auto& record, auto& context) {
            if (record.key || *keeps_null_keys) context.forward(record);
        });
        keeps_null_keys_[names.filter] = keeps_null_keys;
        topology_.add_sink<K, V>(names.sink, names.topic, serdes, {names.filter}, std::move(partitioner));
        topology_.add_source<K, V>(names.source, {names.topic}, serdes);
        add_child(names.source, {names.filter});
    }
    void add_repartition_topic(const RepartitionNames& names, std::optional<std::int32_t> partitions);

    // The last checks.
    void finish();

  private:
    Topology topology_;
    std::int32_t next_ = 0;
    std::map<std::string, std::vector<std::string>> parents_;
    std::map<std::string, std::shared_ptr<bool>> keeps_null_keys_;  // of repartition filters
    std::map<std::string, std::vector<std::string>> source_topics_;
    std::map<std::string, std::int32_t> explicit_partitions_;  // of repartition topics
    std::vector<std::vector<std::string>> copartitioned_;
};

using GraphPtr = std::shared_ptr<Graph>;

}  // namespace matchpoint::streams::dsl
