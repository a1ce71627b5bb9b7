// The processors behind tables: source, computed, aggregate of a stream, aggregate of a table, regrouping. Each keeps
// Kafka Streams' rules on old values, timestamps and nulls. Task's thread only; the flags are settled before any task.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "processor/streams/topology/dsl/change.h"
#include "processor/streams/topology/dsl/function_processor.h"
#include "processor/streams/topology/dsl/functions.h"
#include "processor/streams/topology/dsl/table_view.h"
#include "processor/streams/topology/dsl/timestamped_store.h"

namespace matchpoint::streams::dsl {

// A table's node: the store, if it has one, and how updates go on.
template <typename KIn, typename VIn, typename V>
class TableProcessor : public Processor<KIn, VIn, KIn, Change<V>>, private FlushListener {
  public:
    TableProcessor(std::shared_ptr<const TableFlags> flags, std::string store, SerdePair<KIn, V> serdes)
        : flags_(std::move(flags)), store_name_(std::move(store)), serdes_(std::move(serdes)) {}

    void init(ProcessorContext<KIn, Change<V>>& context) override {
        context_ = &context;
        if (!flags_->materialized) return;
        TaskStore& store = context.get_state_store(store_name_);
        store_.emplace(store, serdes_);
        cached_ = store.set_flush_listener(this, sends_old_values());
    }

  protected:
    using Store = TimestampedStore<KIn, V>;
    [[nodiscard]] bool sends_old_values() const { return flags_->send_old_values; }
    [[nodiscard]] ProcessorContext<KIn, Change<V>>& context() { return *context_; }
    // Null if the table has no store.
    [[nodiscard]] Store* store() { return store_ ? &*store_ : nullptr; }
    // Into the store, which there is.
    void put(const Record<KIn, VIn>& record, const std::optional<V>& now, Timestamp timestamp) {
        if (cached_) store_->bytes().set_context(record.timestamp, record.headers);
        store_->put(*record.key, now, timestamp, record.timestamp);
    }
    // Unless the store has a cache: then what is flushed is forwarded.
    void forward(const Record<KIn, VIn>& record, std::optional<V> now, std::optional<V> before, Timestamp timestamp) {
        if (cached_) return;
        Record<KIn, Change<V>> out{record.key, Change<V>{std::move(now), std::nullopt}, timestamp, record.headers};
        if (sends_old_values()) out.value->old_value = std::move(before);
        context_->forward(out);
    }

  private:
    void on_flushed(const FlushedChange& flushed) override {
        Record<KIn, Change<V>> out{store_->key_of(flushed.key), Change<V>{}, flushed.timestamp, flushed.headers};
        if (flushed.value) {
            auto now = store_->value_of(*flushed.value);
            out.timestamp = now.timestamp;
            out.value->new_value = std::move(now.value);
        }
        if (flushed.old_value && sends_old_values()) {
            out.value->old_value = store_->value_of(*flushed.old_value).value;
        }
        context_->forward(out);
    }

    bool cached_ = false;
    std::shared_ptr<const TableFlags> flags_;
    std::string store_name_;
    SerdePair<KIn, V> serdes_;
    std::optional<Store> store_;
    ProcessorContext<KIn, Change<V>>* context_ = nullptr;
};

template <typename K, typename V>
class TableSourceProcessor final : public TableProcessor<K, V, V> {
  public:
    using TableProcessor<K, V, V>::TableProcessor;
    void process(const Record<K, V>& record) override {
        if (!record.key) return this->context().count_dropped();
        std::optional<V> before;
        if (auto* store = this->store()) {
            if (auto old = store->get(*record.key)) before = std::move(old->value);
            this->put(record, record.value, record.timestamp);
        }
        this->forward(record, record.value, std::move(before), record.timestamp);
    }
};

// filter() and map_values() of a table.
enum class NothingToNothing : std::uint8_t { kForward, kSkip };

template <typename K, typename VIn, typename V>
class ComputedTableProcessor final : public TableProcessor<K, Change<VIn>, V> {
  public:
    using Base = TableProcessor<K, Change<VIn>, V>;
    ComputedTableProcessor(std::shared_ptr<const TableFlags> flags, std::string store, SerdePair<K, V> serdes,
                           Mapper<K, VIn, V> compute, NothingToNothing nothing)
        : Base(std::move(flags), std::move(store), std::move(serdes)),
          compute_(std::move(compute)),
          nothing_(nothing) {}

    void process(const Record<K, Change<VIn>>& record) override {
        std::optional<V> now = computed(record.key, record.value->new_value);
        std::optional<V> before;
        if (this->sends_old_values()) before = old_value(record);
        if (nothing_ == NothingToNothing::kSkip && this->sends_old_values() && !now && !before) return;
        if (this->store() != nullptr) this->put(record, now, record.timestamp);
        this->forward(record, std::move(now), std::move(before), record.timestamp);
    }

  private:
    std::optional<V> computed(const std::optional<K>& key, const std::optional<VIn>& value) {
        return value ? compute_(key, value) : std::nullopt;
    }
    std::optional<V> old_value(const Record<K, Change<VIn>>& record) {
        auto* store = this->store();
        if (store == nullptr) return computed(record.key, record.value->old_value);
        auto old = store->get(*record.key);
        return old ? std::optional<V>(std::move(old->value)) : std::nullopt;
    }

    Mapper<K, VIn, V> compute_;
    NothingToNothing nothing_;
};

// An aggregate as it grows or shrinks by one value; absent is none.
template <typename K, typename V, typename VAgg>
using Fold = std::function<std::optional<VAgg>(const K& key, const V& value, const std::optional<VAgg>& aggregate)>;
template <typename VAgg>
using Initial = std::function<std::optional<VAgg>()>;

// count, reduce and aggregate of a stream.
template <typename K, typename V, typename VAgg>
class StreamAggregateProcessor final : public TableProcessor<K, V, VAgg> {
  public:
    using Base = TableProcessor<K, V, VAgg>;
    StreamAggregateProcessor(std::shared_ptr<const TableFlags> flags, std::string store, SerdePair<K, VAgg> serdes,
                             Initial<VAgg> initial, Fold<K, V, VAgg> add)
        : Base(std::move(flags), std::move(store), std::move(serdes)),
          initial_(std::move(initial)),
          add_(std::move(add)) {}

    void process(const Record<K, V>& record) override {
        if (!record.key || !record.value) return this->context().count_dropped();
        auto old = this->store()->get(*record.key);
        const Timestamp timestamp = old ? std::max(record.timestamp, old->timestamp) : record.timestamp;
        std::optional<VAgg> before = old ? std::optional<VAgg>(std::move(old->value)) : initial_();
        std::optional<VAgg> now = add_(*record.key, *record.value, before);
        this->put(record, now, timestamp);
        this->forward(record, std::move(now), std::move(before), timestamp);
    }

  private:
    Initial<VAgg> initial_;
    Fold<K, V, VAgg> add_;
};

// count, reduce and aggregate of a table: what a row was is taken away, what it is now is added.
template <typename K, typename V, typename VAgg>
class TableAggregateProcessor final : public TableProcessor<K, Change<V>, VAgg> {
  public:
    using Base = TableProcessor<K, Change<V>, VAgg>;
    TableAggregateProcessor(std::shared_ptr<const TableFlags> flags, std::string store, SerdePair<K, VAgg> serdes,
                            Initial<VAgg> initial, Fold<K, V, VAgg> add, Fold<K, V, VAgg> subtract)
        : Base(std::move(flags), std::move(store), std::move(serdes)),
          initial_(std::move(initial)),
          add_(std::move(add)),
          subtract_(std::move(subtract)) {}

    void process(const Record<K, Change<V>>& record) override {
        if (!record.key) throw StreamsError("a regrouped table has a record without a key");
        const Change<V>& change = *record.value;
        auto old = this->store()->get(*record.key);
        Timestamp timestamp = record.timestamp;
        std::optional<VAgg> before;
        if (old) before = std::move(old->value);
        std::optional<VAgg> now = before;
        if (change.old_value && before) {
            now = subtract_(*record.key, *change.old_value, before);
            timestamp = std::max(timestamp, old->timestamp);
        }
        if (change.new_value) {
            now = add_(*record.key, *change.new_value, now ? now : initial_());
            if (old) timestamp = std::max(timestamp, old->timestamp);
        }
        this->put(record, now, timestamp);
        this->forward(record, std::move(now), std::move(before), timestamp);
    }

  private:
    Initial<VAgg> initial_;
    Fold<K, V, VAgg> add_;
    Fold<K, V, VAgg> subtract_;
};

// group_by() of a table: the change under its new key; as two, where the key differs.
template <typename K, typename V, typename K1, typename V1>
Function<K, Change<V>, K1, Change<V1>> regroup(Mapper<K, V, KeyValue<K1, V1>> select) {
    return [select = std::move(select)](const auto& record, auto& context) {
        const auto selected = [&](const std::optional<V>& value) {
            std::optional<KeyValue<K1, V1>> pair;
            if (value) pair = select(record.key, value);
            if (pair && (!pair->key || !pair->value)) pair.reset();
            return pair;
        };
        const auto now = selected(record.value->new_value);
        const auto before = selected(record.value->old_value);
        if (now && before && *now->key == *before->key) {
            context.forward(with<K1, Change<V1>>(record, now->key, Change<V1>{now->value, before->value}));
            return;
        }
        if (before) context.forward(with<K1, Change<V1>>(record, before->key, Change<V1>{{}, before->value}));
        if (now) context.forward(with<K1, Change<V1>>(record, now->key, Change<V1>{now->value, {}}));
    };
}

// The join of a stream with a table.
enum class JoinKind : std::uint8_t { kInner, kLeft };

template <typename K, typename V, typename VTable, typename VOut>
class StreamTableJoinProcessor final : public Processor<K, V, K, VOut> {
  public:
    using Joiner = std::function<std::optional<VOut>(const std::optional<K>& key, const V& left,
                                                     const std::optional<VTable>& right)>;
    StreamTableJoinProcessor(TableViewPtr<K, VTable> table, Joiner joiner, JoinKind kind)
        : table_(std::move(table)), joiner_(std::move(joiner)), kind_(kind) {}

    void init(ProcessorContext<K, VOut>& context) override {
        context_ = &context;
        get_ =
            table_->getter([&context](const std::string& name) -> TaskStore& { return context.get_state_store(name); });
    }
    void process(const Record<K, V>& record) override {
        if (!record.value || (!record.key && kind_ == JoinKind::kInner)) return context_->count_dropped();
        std::optional<VTable> right;
        if (record.key) {
            if (auto found = get_(*record.key)) right = std::move(found->value);
        }
        if (!right && kind_ == JoinKind::kInner) return;
        context_->forward(with<K, VOut>(record, record.key, joiner_(record.key, *record.value, right)));
    }

  private:
    TableViewPtr<K, VTable> table_;
    Joiner joiner_;
    JoinKind kind_;
    typename TableView<K, VTable>::Getter get_;
    ProcessorContext<K, VOut>* context_ = nullptr;
};

}  // namespace matchpoint::streams::dsl
