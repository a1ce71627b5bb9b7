// Definitions of ktable.h and kgrouped_stream.h.
#pragma once

#include "processor/streams/topology/dsl/kgrouped_stream.h"
#include "processor/streams/topology/dsl/kstream.h"
#include "processor/streams/topology/dsl/ktable.h"

namespace matchpoint::streams {
namespace dsl {

// Adds an aggregating node and its store; the handle on the table it makes.
template <typename P, typename K, typename V, typename... Functions>
typename KTable<K, V>::Node add_aggregate(const GraphPtr& graph, const std::string& name, const std::string& parent,
                                          const std::string& store, const Materialized<K, V>& materialized,
                                          const SerdePtr<K>& key, Functions... functions) {
    const auto serdes = required<K, V>(or_else(materialized.key, key), materialized.value, "store " + store);
    auto flags = std::make_shared<TableFlags>();
    flags->materialized = true;
    graph->topology().template add_processor<P>(
        name, [=] { return std::make_unique<P>(flags, store, serdes, functions...); }, {parent});
    graph->topology().add_state_store(spec_of(materialized, store), {name});
    graph->add_child(name, {parent});
    typename KTable<K, V>::Node node;
    node.graph = graph;
    node.name = name;
    node.key = serdes.key;
    node.value = serdes.value;
    node.queryable = materialized.store;
    node.view = std::make_shared<StoredTable<K, V>>(flags, store, serdes);
    return node;
}

template <typename V, typename VAgg, typename K, typename F>
Fold<K, V, VAgg> fold_with_key(F f) {
    return [f = std::move(f)](const K& key, const V& value,
                              const std::optional<VAgg>& aggregate) mutable -> std::optional<VAgg> {
        return f(key, value, *aggregate);
    };
}

// An aggregate that is not there yet is the value itself.
template <typename K, typename V, typename F>
Fold<K, V, V> fold_values(F f) {
    return [f = std::move(f)](const K& /*key*/, const V& value,
                              const std::optional<V>& aggregate) mutable -> std::optional<V> {
        if (!aggregate) return value;
        return f(*aggregate, value);
    };
}

template <typename K, typename V>
Fold<K, V, std::int64_t> fold_count(std::int64_t step) {
    return [step](const K& /*key*/, const V& /*value*/, const std::optional<std::int64_t>& count) {
        return std::optional<std::int64_t>(*count + step);
    };
}

}  // namespace dsl

template <typename K, typename V>
template <typename VAgg>
KTable<K, VAgg> KGroupedStream<K, V>::fold(const char* prefix, dsl::Initial<VAgg> initial, dsl::Fold<K, V, VAgg> add,
                                           const Materialized<K, VAgg>& materialized, const Named& named) const {
    dsl::Graph& graph = *node_.graph;
    const std::string store = materialized.store.empty() ? graph.new_store_name(prefix) : materialized.store;
    const std::string name = graph.name_or_new(named.name, prefix);
    std::string parent = node_.name;
    if (node_.repartition_required) {
        const std::string& topic = node_.repartition_name.empty() ? store : node_.repartition_name;
        const dsl::RepartitionNames names = graph.new_repartition_names(topic);
        if (!std::exchange(*repartitioned_, true) || node_.repartition_name.empty()) {
            const auto serdes = dsl::required<K, V>(node_.key, node_.value, "repartition topic " + names.topic);
            graph.add_repartition<K, V>(names, node_.name, serdes);
        }
        parent = names.source;
    }
    auto node = dsl::add_aggregate<dsl::StreamAggregateProcessor<K, V, VAgg>>(
        node_.graph, name, parent, store, materialized, node_.key, std::move(initial), std::move(add));
    node.sources = node_.repartition_required ? dsl::SourceNames{parent} : node_.sources;
    return KTable<K, VAgg>(std::move(node));
}

template <typename K, typename V>
KTable<K, std::int64_t> KGroupedStream<K, V>::count(const Named& named) const {
    return fold<std::int64_t>(
        "KSTREAM-AGGREGATE-", [] { return std::optional<std::int64_t>(0); }, dsl::fold_count<K, V>(1), {}, named);
}

template <typename K, typename V>
KTable<K, std::int64_t> KGroupedStream<K, V>::count(const Materialized<K, std::int64_t>& materialized,
                                                    const Named& named) const {
    // A number is used up here, as in Kafka Streams.
    if (materialized.store.empty()) static_cast<void>(node_.graph->new_store_name("KSTREAM-AGGREGATE-"));
    return fold<std::int64_t>(
        "KSTREAM-AGGREGATE-", [] { return std::optional<std::int64_t>(0); }, dsl::fold_count<K, V>(1), materialized,
        named);
}

template <typename K, typename V>
template <typename F>
KTable<K, V> KGroupedStream<K, V>::reduce(F f, const Materialized<K, V>& materialized, const Named& named) const {
    Materialized<K, V> with_serdes = materialized;
    with_serdes.value = dsl::or_else(materialized.value, node_.value);
    return fold<V>(
        "KSTREAM-REDUCE-", [] { return std::optional<V>(); }, dsl::fold_values<K, V>(std::move(f)), with_serdes, named);
}

template <typename K, typename V>
template <typename Init, typename F, typename VAgg>
KTable<K, VAgg> KGroupedStream<K, V>::aggregate(Init init, F f, const Materialized<K, VAgg>& materialized,
                                                const Named& named) const {
    return fold<VAgg>("KSTREAM-AGGREGATE-", std::move(init), dsl::fold_with_key<V, VAgg, K>(std::move(f)), materialized,
                      named);
}

template <typename K, typename V>
template <typename VOut>
KTable<K, VOut> KTable<K, V>::computed(const Computed<VOut>& what, const Named& named,
                                       const Materialized<K, VOut>* materialized,
                                       const SerdePtr<VOut>& inherited) const {
    using P = dsl::ComputedTableProcessor<K, V, VOut>;
    dsl::Graph& graph = *node_.graph;
    const std::string store = materialized == nullptr ? "" : materialized->store;
    if (materialized != nullptr && store.empty()) static_cast<void>(graph.new_store_name(what.prefix));
    typename KTable<K, VOut>::Node node;
    node.graph = node_.graph;
    node.name = graph.name_or_new(named.name, what.prefix);
    node.sources = node_.sources;
    node.queryable = store;
    SerdePair<K, VOut> serdes{node_.key, inherited};
    if (materialized != nullptr) {
        serdes = {dsl::or_else(materialized->key, node_.key), dsl::or_else(materialized->value, inherited)};
    }
    auto flags = std::make_shared<dsl::TableFlags>();
    if (what.nothing == dsl::NothingToNothing::kSkip) {
        flags->send_old_values = node_.view->enable_sending_old_values(false);
    }
    if (store.empty()) {
        node.view = std::make_shared<dsl::ComputedTable<K, V, VOut>>(flags, node_.view, what.compute);
    } else {
        serdes = dsl::required<K, VOut>(serdes.key, serdes.value, "store " + store);
        flags->materialized = true;
        node.view = std::make_shared<dsl::StoredTable<K, VOut>>(flags, store, serdes);
    }
    node.key = serdes.key;
    node.value = serdes.value;
    graph.topology().template add_processor<P>(
        node.name,
        [flags, store, serdes, what] { return std::make_unique<P>(flags, store, serdes, what.compute, what.nothing); },
        {node_.name});
    if (!store.empty()) graph.topology().add_state_store(dsl::spec_of(*materialized, store), {node.name});
    graph.add_child(node.name, {node_.name});
    return KTable<K, VOut>(std::move(node));
}

template <typename K, typename V>
template <typename F>
typename KTable<K, V>::template Computed<V> KTable<K, V>::filtered(F f, bool keep) const {
    return {
        [test = dsl::predicate<K, V>(std::move(f)), keep](const std::optional<K>& key, const std::optional<V>& value) {
            return test(key, value) == keep ? value : std::nullopt;
        },
        dsl::NothingToNothing::kSkip, "KTABLE-FILTER-"};
}

template <typename K, typename V>
template <typename F>
KTable<K, V> KTable<K, V>::filter(F f, const Named& named) const {
    return computed<V>(filtered(std::move(f), true), named, nullptr, node_.value);
}

template <typename K, typename V>
template <typename F>
KTable<K, V> KTable<K, V>::filter(F f, const Materialized<K, V>& materialized, const Named& named) const {
    return computed<V>(filtered(std::move(f), true), named, &materialized, node_.value);
}

template <typename K, typename V>
template <typename F>
KTable<K, V> KTable<K, V>::filter_not(F f, const Named& named) const {
    return computed<V>(filtered(std::move(f), false), named, nullptr, node_.value);
}

template <typename K, typename V>
template <typename F>
KTable<K, V> KTable<K, V>::filter_not(F f, const Materialized<K, V>& materialized, const Named& named) const {
    return computed<V>(filtered(std::move(f), false), named, &materialized, node_.value);
}

template <typename K, typename V>
template <typename F, typename VOut>
KTable<K, VOut> KTable<K, V>::map_values(F f, const Named& named) const {
    return computed<VOut>({dsl::mapper<K, V, VOut>(std::move(f)), dsl::NothingToNothing::kForward, "KTABLE-MAPVALUES-"},
                          named, nullptr, nullptr);
}

template <typename K, typename V>
template <typename F, typename VOut>
KTable<K, VOut> KTable<K, V>::map_values(F f, const Materialized<K, VOut>& materialized, const Named& named) const {
    return computed<VOut>({dsl::mapper<K, V, VOut>(std::move(f)), dsl::NothingToNothing::kForward, "KTABLE-MAPVALUES-"},
                          named, &materialized, nullptr);
}

template <typename K, typename V>
KStream<K, V> KTable<K, V>::to_stream(const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KTABLE-TOSTREAM-");
    node_.graph->template add_function<K, Change<V>, K, V>(name, {node_.name}, [](const auto& record, auto& context) {
        context.forward(dsl::with<K, V>(record, record.key, record.value->new_value));
    });
    return KStream<K, V>({node_.graph, name, node_.key, node_.value, node_.sources, false});
}

template <typename K, typename V>
template <typename F, typename KV>
KGroupedTable<dsl::KeyOf<KV>, dsl::ValueOf<KV>> KTable<K, V>::group_by(
    F f, const Grouped<dsl::KeyOf<KV>, dsl::ValueOf<KV>>& grouped) const {
    using K1 = dsl::KeyOf<KV>;
    using V1 = dsl::ValueOf<KV>;
    const std::string name = node_.graph->name_or_new(grouped.name, "KTABLE-SELECT-");
    node_.graph->template add_function<K, Change<V>, K1, Change<V1>>(
        name, {node_.name}, dsl::regroup<K, V, K1, V1>(dsl::mapper<K, V, KV>(std::move(f))));
    node_.view->enable_sending_old_values(true);
    return KGroupedTable<K1, V1>({node_.graph, name, grouped.key, grouped.value, grouped.name});
}

}  // namespace matchpoint::streams
