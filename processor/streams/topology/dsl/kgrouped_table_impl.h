// Definitions of ktable.h: the groups of a table.
#pragma once

#include "processor/streams/topology/dsl/ktable_impl.h"

namespace matchpoint::streams {

template <typename K, typename V>
template <typename VAgg>
KTable<K, VAgg> KGroupedTable<K, V>::fold(const char* prefix, dsl::Initial<VAgg> initial, dsl::Fold<K, V, VAgg> add,
                                          dsl::Fold<K, V, VAgg> subtract, const Materialized<K, VAgg>& materialized,
                                          const Named& named) const {
    dsl::Graph& graph = *node_.graph;
    const std::string store =
        materialized.store.empty() ? graph.new_store_name("KTABLE-AGGREGATE-") : materialized.store;
    dsl::RepartitionNames names;
    names.sink = graph.name_with_suffix_or_new(named.name, "-sink", "KSTREAM-SINK-");
    names.source = graph.name_with_suffix_or_new(named.name, "-source", "KSTREAM-SOURCE-");
    const std::string name = graph.name_or_new(named.name, prefix);
    names.topic = (node_.repartition_name.empty() ? store : node_.repartition_name) + "-repartition";
    if (source_->empty() || node_.repartition_name.empty()) {
        const auto serdes = dsl::required<K, V>(node_.key, node_.value, "repartition topic " + names.topic);
        const SerdePair<K, Change<V>> changes{serdes.key, std::make_shared<ChangeSerde<V>>(serdes.value)};
        graph.add_repartition_topic(names, std::nullopt);
        graph.topology().template add_sink<K, Change<V>>(names.sink, names.topic, changes, {node_.name});
        graph.topology().template add_source<K, Change<V>>(names.source, {names.topic}, changes);
        graph.add_child(names.source, {node_.name});
        *source_ = names.source;
    }
    auto node = dsl::add_aggregate<dsl::TableAggregateProcessor<K, V, VAgg>>(
        node_.graph, name, *source_, store, materialized, node_.key, std::move(initial), std::move(add),
        std::move(subtract));
    node.sources = {*source_};
    return KTable<K, VAgg>(std::move(node));
}

template <typename K, typename V>
KTable<K, std::int64_t> KGroupedTable<K, V>::count(const Materialized<K, std::int64_t>& materialized,
                                                   const Named& named) const {
    return fold<std::int64_t>(
        "KTABLE-AGGREGATE-", [] { return std::optional<std::int64_t>(0); }, dsl::fold_count<K, V>(1),
        dsl::fold_count<K, V>(-1), materialized, named);
}

template <typename K, typename V>
template <typename Add, typename Subtract>
KTable<K, V> KGroupedTable<K, V>::reduce(Add add, Subtract subtract, const Materialized<K, V>& materialized,
                                         const Named& named) const {
    Materialized<K, V> with_serdes = materialized;
    with_serdes.value = dsl::or_else(materialized.value, node_.value);
    return fold<V>(
        "KTABLE-REDUCE-", [] { return std::optional<V>(); }, dsl::fold_values<K, V>(std::move(add)),
        dsl::fold_values<K, V>(std::move(subtract)), with_serdes, named);
}

template <typename K, typename V>
template <typename Init, typename Add, typename Subtract, typename VAgg>
KTable<K, VAgg> KGroupedTable<K, V>::aggregate(Init init, Add add, Subtract subtract,
                                               const Materialized<K, VAgg>& materialized, const Named& named) const {
    return fold<VAgg>("KTABLE-AGGREGATE-", std::move(init), dsl::fold_with_key<V, VAgg, K>(std::move(add)),
                      dsl::fold_with_key<V, VAgg, K>(std::move(subtract)), materialized, named);
}

}  // namespace matchpoint::streams
