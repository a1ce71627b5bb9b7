#include "processor/streams/topology/topology.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "processor/streams/topology/java_order.h"

namespace matchpoint::streams {
namespace {

using Names = std::vector<std::string>;

class Pass final : public Processor<Bytes, Bytes> {
  public:
    void process(const Record<Bytes, Bytes>& /*record*/) override {}
};
class ToNumber final : public Processor<Bytes, Bytes, Bytes, std::int64_t> {
  public:
    void process(const Record<Bytes, Bytes>& /*record*/) override {}
};

const SerdePair<Bytes, Bytes> kBytes{serdes::bytes(), serdes::bytes()};

template <typename P = Pass>
ProcessorSupplier<P> make() {
    return [] { return std::make_unique<P>(); };
}

StoreSpec store(const std::string& name) {
    StoreSpec spec;
    spec.name = name;
    return spec;
}

Topology one_source() {
    Topology topology;
    topology.add_source<Bytes, Bytes>("source", {"in"}, kBytes);
    return topology;
}

TEST(Topology, RefusesNodesThatMakeNoSense) {
    Topology topology = one_source();
    EXPECT_THROW((topology.add_source<Bytes, Bytes>("source", {"other"}, kBytes)), TopologyError);
    EXPECT_THROW((topology.add_source<Bytes, Bytes>("again", {"other", "in"}, kBytes)), TopologyError);
    EXPECT_THROW((topology.add_source<Bytes, Bytes>("nothing", {}, kBytes)), TopologyError);
    EXPECT_THROW((topology.add_source<Bytes, Bytes>("", {"x"}, kBytes)), TopologyError);
    EXPECT_THROW(topology.add_processor<Pass>("orphan", make(), {}), TopologyError);
    EXPECT_THROW(topology.add_processor<Pass>("lost", make(), {"nobody"}), TopologyError);
    topology.add_processor<ToNumber>("number", make<ToNumber>(), {"source"});
    EXPECT_THROW(topology.add_processor<Pass>("mistyped", make(), {"number"}), TopologyError);
    topology.add_sink<Bytes, Bytes>("sink", "out", kBytes, {"source"});
    EXPECT_THROW(topology.add_processor<Pass>("below", make(), {"sink"}), TopologyError);
}

TEST(Topology, RefusesStoresThatMakeNoSense) {
    Topology topology = one_source();
    topology.add_processor<Pass>("pass", make(), {"source"});
    topology.add_state_store(store("s"), {"pass"});
    EXPECT_THROW(topology.add_state_store(store("s")), TopologyError);
    EXPECT_THROW(topology.add_state_store(store("t"), {"nobody"}), TopologyError);
    EXPECT_THROW(topology.connect_processor_and_state_stores("pass", {"none"}), TopologyError);
    EXPECT_THROW(topology.connect_processor_and_state_stores("source", {"s"}), TopologyError);
}

TEST(Topology, SplitsAtInternalTopicsAndJoinsWhatSharesAStore) {
    Topology topology;
    topology.add_source<Bytes, Bytes>("z-source", {"in"}, kBytes);
    topology.add_internal_topic({.name = "half", .partitions = 4, .configs = {{"retention.ms", "5"}}});
    topology.add_sink<Bytes, Bytes>("to-half", "half", kBytes, {"z-source"});
    topology.add_source<Bytes, Bytes>("a-source", {"half"}, kBytes);
    topology.add_processor<Pass>("left", make(), {"a-source"});
    topology.add_source<Bytes, Bytes>("side", {"side-in"}, kBytes);
    topology.add_processor<Pass>("right", make(), {"side"});
    topology.add_state_store(store("shared"), {"left", "right"});
    topology.require_copartitioned({"half", "side-in"});

    const auto parts = topology.subtopologies("app");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].source_topics, (Names{"in"}));
    EXPECT_EQ(parts[0].sink_topics, (Names{"app-half"}));
    EXPECT_TRUE(parts[0].stores.empty());
    EXPECT_EQ(parts[1].source_topics, (Names{"app-half", "side-in"}));
    EXPECT_EQ(parts[1].internal_topics.at("app-half"), 4);
    EXPECT_EQ(parts[1].internal_topic_configs.at("app-half").at("retention.ms"), "5");
    EXPECT_EQ(parts[1].copartitioned, (std::vector<Names>{{"app-half", "side-in"}}));
    ASSERT_EQ(parts[1].stores.size(), 1U);
    EXPECT_EQ(parts[1].stores[0].changelog_topic, "app-shared-changelog");
}

TEST(Topology, IsDrivenByTheWidestOfItsSources) {
    SubtopologyInfo info;
    info.source_topics = {"a", "b", "c"};
    EXPECT_EQ(info.driving_topic(), "a");
    EXPECT_TRUE(info.reaches("a", Partition{7}));  // nobody knows yet
    info.source_partitions = {{"a", 1}, {"b", 3}, {"c", 3}};
    EXPECT_EQ(info.driving_topic(), "b");
    EXPECT_TRUE(info.reaches("a", Partition{0}));
    EXPECT_FALSE(info.reaches("a", Partition{1}));
    EXPECT_TRUE(info.reaches("c", Partition{2}));
    EXPECT_FALSE(info.reaches("c", Partition{3}));
}

// As Kafka Streams 4.3.1 prints it.
TEST(Topology, DescribesItselfAsKafkaStreamsDoes) {
    Topology topology = one_source();
    topology.add_processor<Pass>("b", make(), {"source"});
    topology.add_processor<Pass>("a", make(), {"source"});
    topology.add_processor<Pass>("c", make(), {"b"});
    topology.add_sink<Bytes, Bytes>("out", "out-topic", kBytes, {"a", "c"});
    topology.add_state_store(store("s"), {"a"});
    EXPECT_EQ(topology.describe().to_string(),
              "Topologies:\n"
              "   Sub-topology: 0\n"
              "    Source: source (topics: [in])\n"
              "      --> a, b\n"
              "    Processor: b (stores: [])\n"
              "      --> c\n"
              "      <-- source\n"
              "    Processor: a (stores: [s])\n"
              "      --> out\n"
              "      <-- source\n"
              "    Processor: c (stores: [])\n"
              "      --> out\n"
              "      <-- b\n"
              "    Sink: out (topic: out-topic)\n"
              "      <-- a, c\n"
              "\n");
}

// As JDK 17 prints them.
TEST(JavaOrder, IsThatOfHashSets) {
    EXPECT_EQ(java_hash_order({"words", "numbers", "table", "more"}, HashSetMade::kFromCollection),
              (Names{"more", "words", "numbers", "table"}));
    EXPECT_EQ(java_hash_order({"KSTREAM-SOURCE-0000000000", "KSTREAM-MAP-0000000001", "KSTREAM-SINK-0000000002", "BB",
                               "Aa"},  // these two have one hash
                              HashSetMade::kGrown),
              (Names{"BB", "Aa", "KSTREAM-SINK-0000000002", "KSTREAM-SOURCE-0000000000", "KSTREAM-MAP-0000000001"}));
}

TEST(JavaOrder, DependsOnHowTheSetCameToItsSize) {
    Names names;
    for (int i = 0; i < 12; ++i) names.push_back("node-" + std::to_string(i));
    EXPECT_EQ(java_hash_order(names, HashSetMade::kGrown),
              (Names{"node-0", "node-1", "node-2", "node-3", "node-4", "node-5", "node-6", "node-7", "node-11",
                     "node-8", "node-10", "node-9"}));
    std::sort(names.begin(), names.end());
    EXPECT_EQ(java_hash_order(names, HashSetMade::kFromCollection),
              (Names{"node-0", "node-1", "node-2", "node-3", "node-4", "node-5", "node-6", "node-11", "node-7",
                     "node-10", "node-8", "node-9"}));
}

}  // namespace
}  // namespace matchpoint::streams
