// Interactive queries, typed: a read-only view on what this instance has of a store.
//
//     auto counts = streams.store(StoreQueryParameters(
//         "counts", queryable_store_types::key_value_store<std::string, std::int64_t>()));
//     if (auto count = counts.get("word")) …
//     for (auto row = counts.range("a", "m"); row.valid(); row.next()) use(row.key(), row.value());
//
// Any thread. Calls throw InvalidStateStore, with its reason, while the store cannot be read here, and StreamsError if
// it holds what the serdes refuse.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "processor/streams/runtime/store_provider.h"
#include "processor/streams/topology/dsl/options.h"
#include "processor/streams/topology/dsl/timestamped_store.h"

namespace matchpoint::streams {

template <typename K, typename V>
class QueryableStore {
  public:
    using ValueReader = std::function<std::optional<V>(BytesView stored)>;

    QueryableStore(std::shared_ptr<const CompositeStore> store, SerdePtr<K> key, ValueReader value)
        : store_(std::move(store)), key_(std::move(key)), value_(std::move(value)) {}

    class Iterator {
      public:
        Iterator(const QueryableStore& store, state::KeyValueIteratorPtr inner)
            : store_(store.store_), key_(store.key_), value_(store.value_), inner_(std::move(inner)) {}
        [[nodiscard]] bool valid() const { return inner_->valid(); }
        [[nodiscard]] K key() const { return checked(key_->deserialize(inner_->key()), *store_); }
        [[nodiscard]] V value() const { return checked(value_(inner_->value()), *store_); }
        void next() { inner_->next(); }

      private:
        std::shared_ptr<const CompositeStore> store_;
        SerdePtr<K> key_;
        ValueReader value_;
        state::KeyValueIteratorPtr inner_;
    };

    [[nodiscard]] std::optional<V> get(const K& key) const {
        Bytes stored;
        if (!store_->get(bytes_of(*key_, key), stored)) return std::nullopt;
        return checked(value_(stored), *store_);
    }
    // In the order of the keys' bytes, over all tasks; both ends inclusive, nullopt is open.
    [[nodiscard]] Iterator range(const std::optional<K>& from, const std::optional<K>& to) const {
        const auto bounds = std::pair(bytes_of(from), bytes_of(to));
        return Iterator(*this, store_->range(bounds.first, bounds.second));
    }
    [[nodiscard]] Iterator reverse_range(const std::optional<K>& from, const std::optional<K>& to) const {
        const auto bounds = std::pair(bytes_of(from), bytes_of(to));
        return Iterator(*this, store_->reverse_range(bounds.first, bounds.second));
    }
    [[nodiscard]] Iterator all() const { return range(std::nullopt, std::nullopt); }
    [[nodiscard]] Iterator reverse_all() const { return reverse_range(std::nullopt, std::nullopt); }
    // Keys whose bytes begin with the prefix's.
    template <typename P>
    [[nodiscard]] Iterator prefix_scan(const P& prefix, const SerdePtr<P>& serde) const {
        return Iterator(*this, store_->prefix_scan(bytes_of(*serde, prefix)));
    }
    [[nodiscard]] std::uint64_t approximate_num_entries() const { return store_->approximate_num_entries(); }

  private:
    template <typename T>
    static Bytes bytes_of(const Serde<T>& serde, const T& value) {
        Bytes bytes;
        serde.serialize(value, bytes);
        return bytes;
    }
    [[nodiscard]] std::optional<Bytes> bytes_of(const std::optional<K>& key) const {
        return key ? std::optional<Bytes>(bytes_of(*key_, *key)) : std::nullopt;
    }
    template <typename T>
    static T checked(std::optional<T> value, const CompositeStore& store) {
        if (!value) throw StreamsError("store " + store.name() + " holds what its serde refuses");
        return std::move(*value);
    }

    std::shared_ptr<const CompositeStore> store_;
    SerdePtr<K> key_;
    ValueReader value_;
};

// What kind of store is asked for. `Value` is what get() gives.
template <typename K, typename V, typename Value>
struct QueryableStoreType {
    SerdePair<K, V> serdes;
    bool timestamped = false;
};

namespace queryable_store_types {

// Of a table's store too: then the values without their timestamps.
template <typename K, typename V>
QueryableStoreType<K, V, V> key_value_store(SerdePtr<K> key = nullptr, SerdePtr<V> value = nullptr) {
    return {dsl::required<K, V>(key, value, "a queryable store"), false};
}
// Only of a store with timestamps, as the DSL's tables have.
template <typename K, typename V>
QueryableStoreType<K, V, ValueAndTimestamp<V>> timestamped_key_value_store(SerdePtr<K> key = nullptr,
                                                                           SerdePtr<V> value = nullptr) {
    return {dsl::required<K, V>(key, value, "a queryable store"), true};
}

}  // namespace queryable_store_types

template <typename K, typename V, typename Value>
class StoreQueryParameters {
  public:
    StoreQueryParameters(std::string store, QueryableStoreType<K, V, Value> type)
        : query_{std::move(store), std::nullopt, false}, type_(std::move(type)) {}
    // Of this partition only; then the others may be anywhere.
    StoreQueryParameters& with_partition(Partition partition) {
        query_.partition = partition;
        return *this;
    }
    // Also what restoring tasks and standbys have: as of some earlier time.
    StoreQueryParameters& enable_stale_stores() {
        query_.stale = true;
        return *this;
    }

    [[nodiscard]] QueryableStore<K, Value> open(const std::shared_ptr<const StoreProvider>& provider) const {
        const bool stored_timestamped = provider->info(query_.store).timestamped;
        if (type_.timestamped && !stored_timestamped) {
            throw InvalidStateStore(InvalidStateStore::Reason::kWrongType,
                                    "store " + query_.store + " has no timestamps; ask for a key_value_store");
        }
        (void)provider->views(query_);
        return {std::make_shared<CompositeStore>(provider, query_), type_.serdes.key, reader(stored_timestamped)};
    }

  private:
    typename QueryableStore<K, Value>::ValueReader reader(bool stored_timestamped) const {
        return [serde = type_.serdes.value, stored_timestamped](BytesView stored) -> std::optional<Value> {
            std::optional<state::TimestampedView> split;
            if (stored_timestamped) {
                split = state::split_timestamped(stored);
                if (!split) return std::nullopt;
                stored = split->value;
            }
            auto value = serde->deserialize(stored);
            if (!value) return std::nullopt;
            if constexpr (std::is_same_v<Value, V>) {
                return value;
            } else {
                return Value{std::move(*value), split->timestamp};
            }
        };
    }

    StoreProvider::Query query_;
    QueryableStoreType<K, V, Value> type_;
};

}  // namespace matchpoint::streams
