// A table: the latest value of each key, changing as its records come; as Kafka Streams' KTable. And its groups. A
// handle: cheap to copy, used by the thread that builds.
#pragma once

#include <string>

#include "processor/streams/topology/dsl/functions.h"
#include "processor/streams/topology/dsl/graph.h"
#include "processor/streams/topology/dsl/options.h"
#include "processor/streams/topology/dsl/table_view.h"

namespace matchpoint::streams {

template <typename K, typename V>
class KStream;
template <typename K, typename V>
class KGroupedTable;

template <typename K, typename V>
class KTable {
  public:
    // f(key, value) or f(value); never asked about a deletion. A row that does not pass, or does not any more, is
    // deleted from the result. With Materialized the result has a store of its own, if that is named.
    template <typename F>
    KTable filter(F f, const Named& named = {}) const;
    template <typename F>
    KTable filter(F f, const Materialized<K, V>& materialized, const Named& named = {}) const;
    template <typename F>
    KTable filter_not(F f, const Named& named = {}) const;
    template <typename F>
    KTable filter_not(F f, const Materialized<K, V>& materialized, const Named& named = {}) const;
    template <typename F, typename VOut = dsl::Plain<dsl::Result<F, K, V>>>
    KTable<K, VOut> map_values(F f, const Named& named = {}) const;
    template <typename F, typename VOut = dsl::Plain<dsl::Result<F, K, V>>>
    KTable<K, VOut> map_values(F f, const Materialized<K, VOut>& materialized, const Named& named = {}) const;

    // Its updates; a deletion has no value.
    [[nodiscard]] KStream<K, V> to_stream(const Named& named = {}) const;

    // f returns a KeyValue: what the row counts for, and as what. Keys must be comparable by ==.
    template <typename F, typename KV = dsl::Plain<dsl::Result<F, K, V>>>
    [[nodiscard]] KGroupedTable<dsl::KeyOf<KV>, dsl::ValueOf<KV>> group_by(
        F f, const Grouped<dsl::KeyOf<KV>, dsl::ValueOf<KV>>& grouped = {}) const;

    // The name under which the table's store can be read; empty if it was not given one.
    [[nodiscard]] const std::string& queryable_store_name() const { return node_.queryable; }

    // For the DSL's own use.
    struct Node {
        dsl::GraphPtr graph;
        std::string name;
        SerdePtr<K> key;
        SerdePtr<V> value;
        dsl::SourceNames sources;
        std::string queryable;
        dsl::TableViewPtr<K, V> view;
    };
    explicit KTable(Node node) : node_(std::move(node)) {}
    [[nodiscard]] const Node& node() const { return node_; }

  private:
    template <typename VOut>
    struct Computed {
        dsl::Mapper<K, V, VOut> compute;
        dsl::NothingToNothing nothing;
        const char* prefix;
    };
    template <typename VOut>
    KTable<K, VOut> computed(const Computed<VOut>& what, const Named& named, const Materialized<K, VOut>* materialized,
                             const SerdePtr<VOut>& inherited) const;
    template <typename F>
    Computed<V> filtered(F f, bool keep) const;

    Node node_;
};

// A table's rows by another key. Each operation subtracts what a row was and adds what it is.
template <typename K, typename V>
class KGroupedTable {
  public:
    KTable<K, std::int64_t> count(const Materialized<K, std::int64_t>& materialized = {},
                                  const Named& named = {}) const;
    // f(aggregate, value) returns the new aggregate; absent deletes it.
    template <typename Add, typename Subtract>
    KTable<K, V> reduce(Add add, Subtract subtract, const Materialized<K, V>& materialized = {},
                        const Named& named = {}) const;
    // f(key, value, aggregate).
    template <typename Init, typename Add, typename Subtract, typename VAgg = dsl::Plain<std::invoke_result_t<Init&>>>
    KTable<K, VAgg> aggregate(Init init, Add add, Subtract subtract, const Materialized<K, VAgg>& materialized = {},
                              const Named& named = {}) const;

    // For the DSL's own use.
    struct Node {
        dsl::GraphPtr graph;
        std::string name;
        SerdePtr<K> key;
        SerdePtr<V> value;
        std::string repartition_name;
    };
    explicit KGroupedTable(Node node) : node_(std::move(node)), source_(std::make_shared<std::string>()) {}

  private:
    template <typename VAgg>
    KTable<K, VAgg> fold(const char* prefix, dsl::Initial<VAgg> initial, dsl::Fold<K, V, VAgg> add,
                         dsl::Fold<K, V, VAgg> subtract, const Materialized<K, VAgg>& materialized,
                         const Named& named) const;

    Node node_;
    std::shared_ptr<std::string> source_;  // of a named repartition topic, once it is there
};

}  // namespace matchpoint::streams
