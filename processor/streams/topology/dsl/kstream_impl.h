// Definitions of kstream.h. Included by streams_builder.h, once all classes of the DSL are declared.
#pragma once

#include "processor/streams/topology/dsl/kgrouped_stream.h"
#include "processor/streams/topology/dsl/kstream.h"
#include "processor/streams/topology/dsl/ktable.h"

namespace matchpoint::streams {

template <typename K, typename V>
template <typename KOut, typename VOut>
KStream<KOut, VOut> KStream<K, V>::child(std::string name, SerdePtr<KOut> key, SerdePtr<VOut> value,
                                         bool repartition_required) const {
    typename KStream<KOut, VOut>::Node node;
    node.graph = node_.graph;
    node.name = std::move(name);
    node.key = std::move(key);
    node.value = std::move(value);
    node.sources = node_.sources;
    node.repartition_required = repartition_required;
    return KStream<KOut, VOut>(std::move(node));
}

template <typename K, typename V>
SerdePair<K, V> KStream<K, V>::serdes_or(const SerdePtr<K>& key, const SerdePtr<V>& value,
                                         const std::string& what) const {
    return dsl::required<K, V>(dsl::or_else(key, node_.key), dsl::or_else(value, node_.value), what);
}

template <typename K, typename V>
template <typename F>
KStream<K, V> KStream<K, V>::filter(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-FILTER-");
    node_.graph->template add_function<K, V, K, V>(
        name, {node_.name}, [test = dsl::predicate<K, V>(std::move(f))](const auto& record, auto& context) {
            if (test(record.key, record.value)) context.forward(record);
        });
    return child(name, node_.key, node_.value, node_.repartition_required);
}

template <typename K, typename V>
template <typename F>
KStream<K, V> KStream<K, V>::filter_not(F f, const Named& named) const {
    return filter([test = dsl::predicate<K, V>(std::move(f))](
                      const std::optional<K>& key, const std::optional<V>& value) { return !test(key, value); },
                  named);
}

template <typename K, typename V>
template <typename F, typename KV>
KStream<dsl::KeyOf<KV>, dsl::ValueOf<KV>> KStream<K, V>::map(F f, const Named& named) const {
    using KOut = dsl::KeyOf<KV>;
    using VOut = dsl::ValueOf<KV>;
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-MAP-");
    node_.graph->template add_function<K, V, KOut, VOut>(
        name, {node_.name}, [f = dsl::mapper<K, V, KV>(std::move(f))](const auto& record, auto& context) {
            std::optional<KV> pair = f(record.key, record.value);
            if (!pair) return context.count_dropped();
            context.forward(dsl::with<KOut, VOut>(record, std::move(pair->key), std::move(pair->value)));
        });
    return child<KOut, VOut>(name, nullptr, nullptr, true);
}

template <typename K, typename V>
template <typename F, typename KV>
KStream<dsl::KeyOf<KV>, dsl::ValueOf<KV>> KStream<K, V>::flat_map(F f, const Named& named) const {
    using KOut = dsl::KeyOf<KV>;
    using VOut = dsl::ValueOf<KV>;
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-FLATMAP-");
    node_.graph->template add_function<K, V, KOut, VOut>(
        name, {node_.name}, [f = std::move(f)](const auto& record, auto& context) mutable {
            const bool asked = dsl::ask<K, V>(f, record.key, record.value, [&](auto&& pairs) {
                for (const KV& pair : pairs) context.forward(dsl::with<KOut, VOut>(record, pair.key, pair.value));
            });
            if (!asked) context.count_dropped();
        });
    return child<KOut, VOut>(name, nullptr, nullptr, true);
}

template <typename K, typename V>
template <typename F, typename VOut>
KStream<K, VOut> KStream<K, V>::map_values(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-MAPVALUES-");
    node_.graph->template add_function<K, V, K, VOut>(
        name, {node_.name}, [f = dsl::mapper<K, V, VOut>(std::move(f))](const auto& record, auto& context) {
            context.forward(dsl::with<K, VOut>(record, record.key, f(record.key, record.value)));
        });
    return child<K, VOut>(name, node_.key, nullptr, node_.repartition_required);
}

template <typename K, typename V>
template <typename F, typename VOut>
KStream<K, VOut> KStream<K, V>::flat_map_values(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-FLATMAPVALUES-");
    node_.graph->template add_function<K, V, K, VOut>(
        name, {node_.name}, [f = std::move(f)](const auto& record, auto& context) mutable {
            dsl::ask<K, V>(f, record.key, record.value, [&](auto&& values) {
                for (const auto& value : values) context.forward(dsl::with<K, VOut>(record, record.key, value));
            });
        });
    return child<K, VOut>(name, node_.key, nullptr, node_.repartition_required);
}

template <typename K, typename V>
template <typename F, typename KOut>
KStream<KOut, V> KStream<K, V>::select_key(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-KEY-SELECT-");
    node_.graph->template add_function<K, V, KOut, V>(
        name, {node_.name}, [f = dsl::mapper<K, V, KOut>(std::move(f))](const auto& record, auto& context) {
            context.forward(dsl::with<KOut, V>(record, f(record.key, record.value), record.value));
        });
    return child<KOut, V>(name, nullptr, node_.value, true);
}

template <typename K, typename V>
template <typename F>
KStream<K, V> KStream<K, V>::peek(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-PEEK-");
    node_.graph->template add_function<K, V, K, V>(name, {node_.name},
                                                   [f = std::move(f)](const auto& record, auto& context) mutable {
                                                       dsl::tell<K, V>(f, record.key, record.value);
                                                       context.forward(record);
                                                   });
    return child(name, node_.key, node_.value, node_.repartition_required);
}

template <typename K, typename V>
template <typename F>
void KStream<K, V>::for_each(F f, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-FOREACH-");
    node_.graph->template add_function<K, V, K, V>(name, {node_.name},
                                                   [f = std::move(f)](const auto& record, auto& /*context*/) mutable {
                                                       dsl::tell<K, V>(f, record.key, record.value);
                                                   });
}

template <typename K, typename V>
KStream<K, V> KStream<K, V>::merge(const KStream& other, const Named& named) const {
    const std::string name = node_.graph->name_or_new(named.name, "KSTREAM-MERGE-");
    node_.graph->template add_function<K, V, K, V>(name, {node_.name, other.node_.name},
                                                   [](const auto& record, auto& context) { context.forward(record); });
    Node node{node_.graph, name, nullptr, nullptr, node_.sources, false};
    node.sources.insert(other.node_.sources.begin(), other.node_.sources.end());
    node.repartition_required = node_.repartition_required || other.node_.repartition_required;
    return KStream(std::move(node));
}

template <typename K, typename V>
KStream<K, V> KStream<K, V>::repartition(const Repartitioned<K, V>& repartitioned) const {
    dsl::Graph& graph = *node_.graph;
    const std::string name = repartitioned.name.empty() ? graph.new_name("KSTREAM-REPARTITION-") : repartitioned.name;
    const dsl::RepartitionNames names = graph.new_repartition_names(name);
    const auto serdes = serdes_or(repartitioned.key, repartitioned.value, "repartition topic " + names.topic);
    graph.add_repartition<K, V>(names, node_.name, serdes, repartitioned.partitions, repartitioned.partitioner);
    return KStream(Node{node_.graph, names.source, serdes.key, serdes.value, {names.source}, false});
}

template <typename K, typename V>
void KStream<K, V>::to(const std::string& topic, const Produced<K, V>& produced) const {
    const std::string name = node_.graph->name_or_new(produced.name, "KSTREAM-SINK-");
    node_.graph->topology().template add_sink<K, V>(
        name, topic, serdes_or(produced.key, produced.value, "topic " + topic), {node_.name}, produced.partitioner);
    node_.graph->add_child(name, {node_.name});
}

template <typename K, typename V>
void KStream<K, V>::to(TopicNameExtractor<K, V> topic, const Produced<K, V>& produced) const {
    const std::string name = node_.graph->name_or_new(produced.name, "KSTREAM-SINK-");
    node_.graph->topology().template add_sink<K, V>(
        name, std::move(topic), serdes_or(produced.key, produced.value, name), {node_.name}, produced.partitioner);
    node_.graph->add_child(name, {node_.name});
}

template <typename K, typename V>
KGroupedStream<K, V> KStream<K, V>::group_by_key(const Grouped<K, V>& grouped) const {
    typename KGroupedStream<K, V>::Node node;
    node.graph = node_.graph;
    node.name = node_.name;
    node.key = dsl::or_else(grouped.key, node_.key);
    node.value = dsl::or_else(grouped.value, node_.value);
    node.sources = node_.sources;
    node.repartition_required = node_.repartition_required;
    node.repartition_name = grouped.name;
    return KGroupedStream<K, V>(std::move(node));
}

template <typename K, typename V>
template <typename F, typename KOut>
KGroupedStream<KOut, V> KStream<K, V>::group_by(F f, const Grouped<KOut, V>& grouped) const {
    return select_key(std::move(f), Named{grouped.name}).group_by_key(grouped);
}

template <typename K, typename V>
template <typename P>
KStream<typename P::KeyOut, typename P::ValueOut> KStream<K, V>::process(ProcessorSupplier<P> supplier,
                                                                         const Named& named,
                                                                         std::vector<std::string> stores) const {
    const std::string name = named.name.empty() ? node_.graph->new_name("KSTREAM-PROCESSOR-") : named.name;
    node_.graph->topology().template add_processor<P>(name, std::move(supplier), {node_.name}, std::move(stores));
    node_.graph->add_child(name, {node_.name});
    return child<typename P::KeyOut, typename P::ValueOut>(name, nullptr, nullptr, true);
}

template <typename K, typename V>
template <typename P>
KStream<K, typename P::ValueOut> KStream<K, V>::process_values(ProcessorSupplier<P> supplier, const Named& named,
                                                               std::vector<std::string> stores) const {
    using Adapter = dsl::FixedKeyAdapter<P>;
    const std::string name = named.name.empty() ? node_.graph->new_name("KSTREAM-PROCESSVALUES-") : named.name;
    node_.graph->topology().template add_processor<Adapter>(
        name, [supplier = std::move(supplier)] { return std::make_unique<Adapter>(supplier()); }, {node_.name},
        std::move(stores));
    node_.graph->add_child(name, {node_.name});
    return child<K, typename P::ValueOut>(name, node_.key, nullptr, node_.repartition_required);
}

}  // namespace matchpoint::streams
