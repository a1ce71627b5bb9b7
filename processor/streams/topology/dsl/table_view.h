// What the nodes downstream may ask of a table: that updates carry the old value, and the current value of a key.
// Shared by the handles on the table; settled while the topology is built, then only read, by all tasks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/streams/topology/dsl/change.h"
#include "processor/streams/topology/dsl/functions.h"
#include "processor/streams/topology/dsl/graph.h"
#include "processor/streams/topology/dsl/timestamped_store.h"

namespace matchpoint::streams::dsl {

using StoreLookup = std::function<TaskStore&(const std::string& name)>;

// Whether updates carry the old value; shared with the table's node, which each task makes anew.
struct TableFlags {
    bool send_old_values = false;
    bool materialized = false;
};

template <typename K, typename V>
class TableView {
  public:
    using Getter = std::function<std::optional<ValueAndTimestamp<V>>(const K& key)>;

    virtual ~TableView() = default;
    // False if the table has no store to know old values from; `force` gives it one.
    virtual bool enable_sending_old_values(bool force) = 0;
    // Must be called while building for every table that will be read: it may need a store for that.
    virtual std::vector<std::string> stores_to_read() = 0;
    // For a task: `lookup` finds stores_to_read().
    [[nodiscard]] virtual Getter getter(const StoreLookup& lookup) const = 0;
};

template <typename K, typename V>
using TableViewPtr = std::shared_ptr<TableView<K, V>>;

// The spec of a table's store.
template <typename K, typename V>
StoreSpec spec_of(const Materialized<K, V>& materialized, const std::string& name) {
    StoreSpec spec = timestamped_store_spec(name, materialized.kind);
    if (!materialized.logging) spec.changelog = StoreSpec::Changelog::kNone;
    spec.changelog_configs = materialized.changelog_configs;
    spec.caching = materialized.caching;
    return spec;
}

// A table whose values are in a store.
template <typename K, typename V>
class StoredTable final : public TableView<K, V> {
  public:
    StoredTable(std::shared_ptr<TableFlags> flags, std::string store, SerdePair<K, V> serdes)
        : flags_(std::move(flags)), store_(std::move(store)), serdes_(std::move(serdes)) {}

    bool enable_sending_old_values(bool /*force*/) override { return flags_->send_old_values = true; }
    std::vector<std::string> stores_to_read() override { return {store_}; }
    [[nodiscard]] typename TableView<K, V>::Getter getter(const StoreLookup& lookup) const override {
        auto store = std::make_shared<TimestampedStore<K, V>>(lookup(store_), serdes_);
        return [store](const K& key) { return store->get(key); };
    }

  private:
    std::shared_ptr<TableFlags> flags_;
    std::string store_;
    SerdePair<K, V> serdes_;
};

// A table read from a topic, with a store only once somebody needs one.
template <typename K, typename V>
class SourceTable final : public TableView<K, V> {
  public:
    SourceTable(GraphPtr graph, std::string node, std::shared_ptr<TableFlags> flags, StoreSpec spec,
                SerdePair<K, V> serdes)
        : graph_(std::move(graph)),
          node_(std::move(node)),
          flags_(std::move(flags)),
          spec_(std::move(spec)),
          serdes_(std::move(serdes)) {}

    void materialize() {
        if (std::exchange(flags_->materialized, true)) return;
        if (const auto graph = graph_.lock()) graph->topology().add_state_store(spec_, {node_});
    }
    bool enable_sending_old_values(bool force) override {
        if (!force && !flags_->materialized) return false;
        materialize();
        return flags_->send_old_values = true;
    }
    std::vector<std::string> stores_to_read() override {
        materialize();
        return {spec_.name};
    }
    [[nodiscard]] typename TableView<K, V>::Getter getter(const StoreLookup& lookup) const override {
        auto store = std::make_shared<TimestampedStore<K, V>>(lookup(spec_.name), serdes_);
        return [store](const K& key) { return store->get(key); };
    }

  private:
    std::weak_ptr<Graph> graph_;
    std::string node_;
    std::shared_ptr<TableFlags> flags_;
    StoreSpec spec_;
    SerdePair<K, V> serdes_;
};

// A table computed from its parent's values key by key, without a store of its own.
template <typename K, typename VIn, typename V>
class ComputedTable final : public TableView<K, V> {
  public:
    ComputedTable(std::shared_ptr<TableFlags> flags, TableViewPtr<K, VIn> parent, Mapper<K, VIn, V> compute)
        : flags_(std::move(flags)), parent_(std::move(parent)), compute_(std::move(compute)) {}

    bool enable_sending_old_values(bool force) override {
        if (parent_->enable_sending_old_values(force)) flags_->send_old_values = true;
        return flags_->send_old_values;
    }
    std::vector<std::string> stores_to_read() override { return parent_->stores_to_read(); }
    [[nodiscard]] typename TableView<K, V>::Getter getter(const StoreLookup& lookup) const override {
        return [get = parent_->getter(lookup), compute = compute_](const K& key) {
            std::optional<ValueAndTimestamp<V>> result;
            if (auto parent = get(key)) {
                auto value = compute(key, std::move(parent->value));
                if (value) result = ValueAndTimestamp<V>{std::move(*value), parent->timestamp};
            }
            return result;
        };
    }

  private:
    std::shared_ptr<TableFlags> flags_;
    TableViewPtr<K, VIn> parent_;
    Mapper<K, VIn, V> compute_;
};

}  // namespace matchpoint::streams::dsl
