// A stream of records, each a fact of its own: the heart of the DSL, as Kafka Streams' KStream. A handle: cheap to
// copy, used by the thread that builds, useless once the topology is built. Functions of the user's are described in
// functions.h; they are copied for each task and must not share state that threads would fight over. Mistakes throw
// TopologyError.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/topology/dsl/fixed_key_processor.h"
#include "processor/streams/topology/dsl/functions.h"
#include "processor/streams/topology/dsl/graph.h"
#include "processor/streams/topology/dsl/options.h"
#include "processor/streams/topology/dsl/table_processors.h"

namespace matchpoint::streams {

template <typename K, typename V>
class KTable;
template <typename K, typename V>
class KGroupedStream;
template <typename K, typename V>
class BranchedKStream;

template <typename K, typename V>
class KStream {
  public:
    // Records for which f(key, value) or f(value) holds; or those for which it does not.
    template <typename F>
    KStream filter(F f, const Named& named = {}) const;
    template <typename F>
    KStream filter_not(F f, const Named& named = {}) const;

    // f returns a KeyValue, or a range of them.
    template <typename F, typename KV = dsl::Plain<dsl::Result<F, K, V>>>
    KStream<dsl::KeyOf<KV>, dsl::ValueOf<KV>> map(F f, const Named& named = {}) const;
    template <typename F, typename KV = dsl::ElementOf<dsl::Result<F, K, V>>>
    KStream<dsl::KeyOf<KV>, dsl::ValueOf<KV>> flat_map(F f, const Named& named = {}) const;
    // f returns a value, or a range of values. A value that f is not asked about, as it is absent, stays absent.
    template <typename F, typename VOut = dsl::Plain<dsl::Result<F, K, V>>>
    KStream<K, VOut> map_values(F f, const Named& named = {}) const;
    template <typename F, typename VOut = dsl::Plain<dsl::ElementOf<dsl::Result<F, K, V>>>>
    KStream<K, VOut> flat_map_values(F f, const Named& named = {}) const;
    // f returns the new key.
    template <typename F, typename KOut = dsl::Plain<dsl::Result<F, K, V>>>
    KStream<KOut, V> select_key(F f, const Named& named = {}) const;

    template <typename F>
    KStream peek(F f, const Named& named = {}) const;
    template <typename F>
    void for_each(F f, const Named& named = {}) const;

    [[nodiscard]] BranchedKStream<K, V> split(const Named& named = {}) const;
    KStream merge(const KStream& other, const Named& named = {}) const;
    KStream repartition(const Repartitioned<K, V>& repartitioned = {}) const;
    void to(const std::string& topic, const Produced<K, V>& produced = {}) const;
    // The topic is chosen for each record and must exist.
    void to(TopicNameExtractor<K, V> topic, const Produced<K, V>& produced = {}) const;

    // Repartitions first if the key may have changed.
    [[nodiscard]] KGroupedStream<K, V> group_by_key(const Grouped<K, V>& grouped = {}) const;
    template <typename F, typename KOut = dsl::Plain<dsl::Result<F, K, V>>>
    [[nodiscard]] KGroupedStream<KOut, V> group_by(F f, const Grouped<KOut, V>& grouped = {}) const;

    // Each record with the table's value of its key as it is then: joiner(value, table value), or (key, value, table
    // value). left_join: the table's value is a std::optional, absent where the table has none.
    template <typename VTable, typename F>
    auto join(const KTable<K, VTable>& table, F joiner, const Joined<K, V>& joined = {}) const;
    template <typename VTable, typename F>
    auto left_join(const KTable<K, VTable>& table, F joiner, const Joined<K, V>& joined = {}) const;

    // A processor of the user's; `stores` were added to the StreamsBuilder.
    template <typename P>
    KStream<typename P::KeyOut, typename P::ValueOut> process(ProcessorSupplier<P> supplier, const Named& named = {},
                                                              std::vector<std::string> stores = {}) const;
    template <typename P>
    KStream<K, typename P::ValueOut> process_values(ProcessorSupplier<P> supplier, const Named& named = {},
                                                    std::vector<std::string> stores = {}) const;

    // For the DSL's own use.
    struct Node {
        dsl::GraphPtr graph;
        std::string name;
        SerdePtr<K> key;
        SerdePtr<V> value;
        dsl::SourceNames sources;
        bool repartition_required = false;
    };
    explicit KStream(Node node) : node_(std::move(node)), repartitioned_for_joins_(std::make_shared<std::string>()) {}
    [[nodiscard]] const Node& node() const { return node_; }

  private:
    template <typename KOut, typename VOut>
    [[nodiscard]] KStream<KOut, VOut> child(std::string name, SerdePtr<KOut> key, SerdePtr<VOut> value,
                                            bool repartition_required) const;
    [[nodiscard]] SerdePair<K, V> serdes_or(const SerdePtr<K>& key, const SerdePtr<V>& value,
                                            const std::string& what) const;
    template <typename VTable, typename VOut>
    KStream<K, VOut> join_table(const KTable<K, VTable>& table,
                                typename dsl::StreamTableJoinProcessor<K, V, VTable, VOut>::Joiner joiner,
                                const Joined<K, V>& joined, dsl::JoinKind kind) const;
    [[nodiscard]] KStream repartitioned_for_join(const Joined<K, V>& joined) const;

    Node node_;
    std::shared_ptr<std::string> repartitioned_for_joins_;  // the source that an earlier join made; empty if none
};

// Takes records apart: each goes to the first branch whose predicate holds, else to the default branch, if there is
// one. The results are named `<name of the split><name of the branch>`, or numbered from 1; the default is 0.
template <typename K, typename V>
class BranchedKStream {
  public:
    struct Branched {
        std::string name{};
        // Instead of a result: what becomes of the branch. Returns what to put into the results.
        std::function<std::optional<KStream<K, V>>(const KStream<K, V>&)> then{};
    };
    using Branches = std::map<std::string, KStream<K, V>>;

    template <typename F>
    BranchedKStream& branch(F predicate, const Branched& branched = {});
    Branches default_branch(const Branched& branched = {});
    Branches no_default_branch() { return results_; }

    // For the DSL's own use.
    BranchedKStream(KStream<K, V> source, const Named& named);

  private:
    struct Routes {
        std::vector<dsl::Predicate<K, V>> predicates;
        std::vector<std::string> children;
    };
    void add_branch(const Branched& branched, std::size_t index);

    KStream<K, V> source_;
    std::string name_;
    std::shared_ptr<Routes> routes_;
    Branches results_;
};

}  // namespace matchpoint::streams
