// Definitions of kstream.h: joins with tables, and branches.
#pragma once

#include "processor/streams/topology/dsl/kstream.h"
#include "processor/streams/topology/dsl/ktable.h"

namespace matchpoint::streams {
namespace dsl {

// Calls the user's joiner with or without the key.
template <typename K, typename V, typename VTable, typename F>
decltype(auto) call_joiner(F& f, const std::optional<K>& key, const V& left, const VTable& right) {
    if constexpr (std::invocable<F&, const std::optional<K>&, const V&, const VTable&>) {
        return f(key, left, right);
    } else if constexpr (std::invocable<F&, const K&, const V&, const VTable&>) {
        return f(*key, left, right);
    } else {
        return f(left, right);
    }
}

}  // namespace dsl

template <typename K, typename V>
template <typename VTable, typename F>
auto KStream<K, V>::join(const KTable<K, VTable>& table, F joiner, const Joined<K, V>& joined) const {
    using VOut = dsl::Plain<decltype(dsl::call_joiner<K, V, VTable>(
        joiner, std::declval<const std::optional<K>&>(), std::declval<const V&>(), std::declval<const VTable&>()))>;
    return join_table<VTable, VOut>(
        table,
        [joiner = std::move(joiner)](const std::optional<K>& key, const V& left,
                                     const std::optional<VTable>& right) mutable -> std::optional<VOut> {
            return dsl::call_joiner<K, V, VTable>(joiner, key, left, *right);
        },
        joined, dsl::JoinKind::kInner);
}

template <typename K, typename V>
template <typename VTable, typename F>
auto KStream<K, V>::left_join(const KTable<K, VTable>& table, F joiner, const Joined<K, V>& joined) const {
    using Right = std::optional<VTable>;
    static_assert(!std::invocable<F&, const K&, const V&, const Right&> ||
                      std::invocable<F&, const std::optional<K>&, const V&, const Right&>,
                  "a left join takes records without a key too: its joiner must take std::optional of the key");
    using VOut = dsl::Plain<decltype(dsl::call_joiner<K, V, Right>(
        joiner, std::declval<const std::optional<K>&>(), std::declval<const V&>(), std::declval<const Right&>()))>;
    return join_table<VTable, VOut>(
        table,
        [joiner = std::move(joiner)](const std::optional<K>& key, const V& left, const Right& right) mutable
        -> std::optional<VOut> { return dsl::call_joiner<K, V, Right>(joiner, key, left, right); },
        joined, dsl::JoinKind::kLeft);
}

template <typename K, typename V>
template <typename VTable, typename VOut>
KStream<K, VOut> KStream<K, V>::join_table(const KTable<K, VTable>& table,
                                           typename dsl::StreamTableJoinProcessor<K, V, VTable, VOut>::Joiner joiner,
                                           const Joined<K, V>& joined, dsl::JoinKind kind) const {
    using P = dsl::StreamTableJoinProcessor<K, V, VTable, VOut>;
    if (node_.repartition_required) {
        return repartitioned_for_join(joined).template join_table<VTable, VOut>(table, std::move(joiner), joined, kind);
    }
    dsl::Graph& graph = *node_.graph;
    dsl::SourceNames sources = node_.sources;
    sources.insert(table.node().sources.begin(), table.node().sources.end());
    graph.copartition(sources);
    const bool left = kind == dsl::JoinKind::kLeft;
    const std::string name = graph.name_or_new(joined.name, left ? "KSTREAM-LEFTJOIN-" : "KSTREAM-JOIN-");
    const std::vector<std::string> stores = table.node().view->stores_to_read();
    graph.topology().template add_processor<P>(
        name, [view = table.node().view, joiner, kind] { return std::make_unique<P>(view, joiner, kind); },
        {node_.name}, stores);
    graph.add_child(name, {node_.name});
    if (left) graph.keep_null_keys_above(name);
    auto result = child<K, VOut>(name, dsl::or_else(joined.key, node_.key), nullptr, false).node();
    result.sources = std::move(sources);
    return KStream<K, VOut>(std::move(result));
}

// Joins without a name share what the first one repartitioned.
template <typename K, typename V>
KStream<K, V> KStream<K, V>::repartitioned_for_join(const Joined<K, V>& joined) const {
    dsl::Graph& graph = *node_.graph;
    const std::string& prefix = joined.name.empty() ? node_.name : joined.name;
    const dsl::RepartitionNames names = graph.new_repartition_names(prefix);
    const auto serdes = serdes_or(joined.key, joined.value, "repartition topic " + names.topic);
    std::string source = *repartitioned_for_joins_;
    if (source.empty() || prefix != node_.name) {
        graph.add_repartition<K, V>(names, node_.name, serdes);
        source = *repartitioned_for_joins_ = names.source;
    }
    return KStream(Node{node_.graph, source, serdes.key, serdes.value, {source}, false});
}

template <typename K, typename V>
BranchedKStream<K, V> KStream<K, V>::split(const Named& named) const {
    return BranchedKStream<K, V>(*this, named);
}

template <typename K, typename V>
BranchedKStream<K, V>::BranchedKStream(KStream<K, V> source, const Named& named)
    : source_(std::move(source)), routes_(std::make_shared<Routes>()) {
    dsl::Graph& graph = *source_.node().graph;
    name_ = graph.name_or_new(named.name, "KSTREAM-BRANCH-");
    graph.add_function<K, V, K, V>(name_, {source_.node().name}, [routes = routes_](const auto& record, auto& context) {
        const auto& predicates = routes->predicates;
        std::size_t i = 0;
        while (i < predicates.size() && !predicates[i](record.key, record.value)) ++i;
        if (i < routes->children.size()) context.forward(record, routes->children[i]);
    });
}

template <typename K, typename V>
template <typename F>
BranchedKStream<K, V>& BranchedKStream<K, V>::branch(F predicate, const Branched& branched) {
    routes_->predicates.push_back(dsl::predicate<K, V>(std::move(predicate)));
    add_branch(branched, routes_->predicates.size());
    return *this;
}

template <typename K, typename V>
typename BranchedKStream<K, V>::Branches BranchedKStream<K, V>::default_branch(const Branched& branched) {
    add_branch(branched, 0);
    return results_;
}

template <typename K, typename V>
void BranchedKStream<K, V>::add_branch(const Branched& branched, std::size_t index) {
    const auto& from = source_.node();
    const std::string name = name_ + (branched.name.empty() ? std::to_string(index) : branched.name);
    static_cast<void>(from.graph->new_name(name));  // goes on counting, as Kafka Streams does
    routes_->children.push_back(name);
    from.graph->template add_function<K, V, K, V>(name, {name_},
                                                  [](const auto& record, auto& context) { context.forward(record); });
    auto node = from;
    node.name = name;
    const KStream<K, V> stream(std::move(node));
    if (!branched.then) {
        results_.emplace(name, stream);
    } else if (auto result = branched.then(stream)) {
        results_.emplace(name, std::move(*result));
    }
}

}  // namespace matchpoint::streams
