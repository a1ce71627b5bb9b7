// A topology: sources, processors, sinks and stores by name, as in Kafka Streams. Built once by one thread, then
// immutable and shared by all stream threads, each of which instantiates the sub-topologies of its tasks.
//
// Nodes that are connected, or that share a store, form a sub-topology; a task is one sub-topology on one partition.
// Internal topics are named without the application id and get it as prefix when the topology is instantiated.
// Mistakes (unknown parent, two nodes of one name, types that do not fit) throw TopologyError at once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/topology/node_types.h"
#include "processor/streams/topology/processor_topology.h"
#include "processor/streams/topology/store_spec.h"
#include "processor/streams/topology/topology_description.h"

namespace matchpoint::streams {

class TopologyError : public StreamsError {
  public:
    using StreamsError::StreamsError;
};

struct SourceOptions {
    TimestampExtractor timestamp_extractor;  // empty: the record's own timestamp
    OffsetReset offset_reset = OffsetReset::kDefault;
};

// A topic that the engine makes and owns: <application.id>-<name>.
struct InternalTopic {
    std::string name;
    std::optional<std::int32_t> partitions;  // empty: as many as the widest topic that feeds it
    std::map<std::string, std::string> configs;
};

class Topology {
  public:
    template <typename K, typename V>
    Topology& add_source(const std::string& name, std::vector<std::string> topics, SerdePair<K, V> serdes,
                         SourceOptions options = {}) {
        NodeSpec node{.name = name, .kind = NodeKind::kSource, .gives = RecordType::of<K, V>()};
        node.topics = std::move(topics);
        node.options = std::move(options);
        node.make = [name, serdes](const InstantiationContext&) {
            return std::make_unique<TypedSourceNode<K, V>>(name, serdes);
        };
        return add(std::move(node));
    }

    template <typename P>
    Topology& add_processor(const std::string& name, ProcessorSupplier<P> supplier, std::vector<std::string> parents,
                            std::vector<std::string> stores = {}) {
        NodeSpec node{.name = name, .kind = NodeKind::kProcessor};
        node.takes = RecordType::of<typename P::KeyIn, typename P::ValueIn>();
        node.gives = RecordType::of<typename P::KeyOut, typename P::ValueOut>();
        node.parents = std::move(parents);
        node.make = [name, supplier = std::move(supplier)](const InstantiationContext& context) {
            return std::make_unique<ProcessorNode<P>>(name, context.stores, supplier());
        };
        add(std::move(node));
        return stores.empty() ? *this : connect_processor_and_state_stores(name, stores);
    }

    // `topic` may be the name of an internal topic.
    template <typename K, typename V>
    Topology& add_sink(const std::string& name, const std::string& topic, SerdePair<K, V> serdes,
                       std::vector<std::string> parents, StreamPartitioner<K, V> partitioner = nullptr) {
        NodeSpec node{.name = name, .kind = NodeKind::kSink, .takes = RecordType::of<K, V>()};
        node.parents = std::move(parents);
        node.topics = {topic};
        node.make = [name, topic, serdes, partitioner](const InstantiationContext& context) {
            return std::make_unique<SinkNode<K, V>>(name, context.topic_name(topic), serdes, partitioner);
        };
        return add(std::move(node));
    }

    // The topic is chosen for each record; it must exist.
    template <typename K, typename V>
    Topology& add_sink(const std::string& name, TopicNameExtractor<K, V> topic, SerdePair<K, V> serdes,
                       std::vector<std::string> parents, StreamPartitioner<K, V> partitioner = nullptr) {
        NodeSpec node{.name = name, .kind = NodeKind::kSink, .takes = RecordType::of<K, V>()};
        node.parents = std::move(parents);
        node.make = [name, topic = std::move(topic), serdes, partitioner](const InstantiationContext&) {
            return std::make_unique<SinkNode<K, V>>(name, topic, serdes, partitioner);
        };
        return add(std::move(node));
    }

    Topology& add_state_store(StoreSpec store, const std::vector<std::string>& processors = {});
    Topology& connect_processor_and_state_stores(const std::string& processor, const std::vector<std::string>& stores);
    Topology& add_internal_topic(InternalTopic topic);
    // These topics must have the same number of partitions (a join).
    Topology& require_copartitioned(std::vector<std::string> topics);

    [[nodiscard]] TopologyDescription describe() const;

    // For the runtime. Names with the application's prefix throughout.
    [[nodiscard]] std::vector<SubtopologyInfo> subtopologies(const std::string& application_id) const;
    [[nodiscard]] std::unique_ptr<ProcessorTopology> instantiate(std::int32_t subtopology,
                                                                 const std::string& application_id) const;

  private:
    struct InstantiationContext {
        const Topology& topology;
        const std::string& application_id;
        std::vector<std::string> stores;
        [[nodiscard]] std::string topic_name(const std::string& name) const {
            return topology.decorated(name, application_id);
        }
    };
    struct NodeSpec {
        std::string name;
        NodeKind kind = NodeKind::kProcessor;
        RecordType takes{};
        RecordType gives{};
        std::vector<std::string> parents{};
        std::vector<std::string> topics{};  // sources: read; sinks: written, empty if chosen by record
        SourceOptions options{};
        std::vector<std::string> stores{};
        std::function<std::unique_ptr<Node>(const InstantiationContext&)> make{};
    };

    Topology& add(NodeSpec node);
    void check_parents(const NodeSpec& node) const;
    [[nodiscard]] std::string decorated(const std::string& topic, const std::string& application_id) const;
    // Node indices of each sub-topology, in Kafka Streams' numbering: in the order in which their first nodes were
    // added.
    [[nodiscard]] std::vector<std::vector<std::size_t>> groups() const;
    [[nodiscard]] SubtopologyInfo info(std::int32_t id, const std::vector<std::size_t>& group,
                                       const std::string& application_id) const;
    void describe_group(const std::vector<std::size_t>& group, TopologyDescription::Subtopology& out) const;

    std::vector<NodeSpec> nodes_;
    std::map<std::string, std::size_t> index_;
    std::map<std::string, StoreSpec> stores_;
    std::map<std::string, InternalTopic> internal_topics_;
    std::vector<std::vector<std::string>> copartitioned_;
};

}  // namespace matchpoint::streams
