// A stream's records by key, on their way into a table; as Kafka Streams' KGroupedStream. Records without key or value
// are dropped. A handle: cheap to copy, used by the thread that builds.
#pragma once

#include <memory>
#include <string>

#include "processor/streams/topology/dsl/functions.h"
#include "processor/streams/topology/dsl/graph.h"
#include "processor/streams/topology/dsl/options.h"
#include "processor/streams/topology/dsl/table_processors.h"

namespace matchpoint::streams {

template <typename K, typename V>
class KTable;

template <typename K, typename V>
class KGroupedStream {
  public:
    KTable<K, std::int64_t> count(const Named& named = {}) const;
    KTable<K, std::int64_t> count(const Materialized<K, std::int64_t>& materialized, const Named& named = {}) const;
    // f(aggregate, value) returns the new aggregate; absent deletes it.
    template <typename F>
    KTable<K, V> reduce(F f, const Materialized<K, V>& materialized = {}, const Named& named = {}) const;
    // f(key, value, aggregate) likewise.
    template <typename Init, typename F, typename VAgg = dsl::Plain<std::invoke_result_t<Init&>>>
    KTable<K, VAgg> aggregate(Init init, F f, const Materialized<K, VAgg>& materialized = {},
                              const Named& named = {}) const;

    // For the DSL's own use.
    struct Node {
        dsl::GraphPtr graph;
        std::string name;
        SerdePtr<K> key;
        SerdePtr<V> value;
        dsl::SourceNames sources;
        bool repartition_required = false;
        std::string repartition_name;
    };
    explicit KGroupedStream(Node node) : node_(std::move(node)), repartitioned_(std::make_shared<bool>(false)) {}

  private:
    template <typename VAgg>
    KTable<K, VAgg> fold(const char* prefix, dsl::Initial<VAgg> initial, dsl::Fold<K, V, VAgg> add,
                         const Materialized<K, VAgg>& materialized, const Named& named) const;

    Node node_;
    std::shared_ptr<bool> repartitioned_;  // a named repartition topic is shared by all aggregates of the group
};

}  // namespace matchpoint::streams
