// A key-value store through serdes, for processors of the user's. A view on a TaskStore, which must outlive it; task's
// thread only. Throws StreamsError if the store holds what the serdes refuse.
#pragma once

#include <memory>
#include <optional>

#include "processor/streams/base/error.h"
#include "processor/streams/topology/serde.h"
#include "processor/streams/topology/task_store.h"

namespace matchpoint::streams {

template <typename K, typename V>
class TypedStore {
  public:
    TypedStore(TaskStore& store, SerdePtr<K> key, SerdePtr<V> value)
        : store_(store), key_serde_(std::move(key)), value_serde_(std::move(value)) {}

    [[nodiscard]] std::optional<V> get(const K& key) {
        if (!store_.get(bytes_of(key), value_)) return std::nullopt;
        return decoded(*value_serde_, value_);
    }
    // An absent value erases.
    void put(const K& key, const std::optional<V>& value) {
        bytes_of(key);
        if (!value) return store_.erase(key_);
        value_.clear();
        value_serde_->serialize(*value, value_);
        store_.put(key_, value_);
    }
    void erase(const K& key) { store_.erase(bytes_of(key)); }

    // Walks over entries in the order of their keys' bytes; see KeyValueIterator.
    class Iterator {
      public:
        Iterator(const TypedStore& store, state::KeyValueIteratorPtr inner) : store_(store), inner_(std::move(inner)) {}
        [[nodiscard]] bool valid() const { return inner_->valid(); }
        [[nodiscard]] K key() const { return store_.decoded(*store_.key_serde_, inner_->key()); }
        [[nodiscard]] V value() const { return store_.decoded(*store_.value_serde_, inner_->value()); }
        void next() { inner_->next(); }

      private:
        const TypedStore& store_;
        state::KeyValueIteratorPtr inner_;
    };
    [[nodiscard]] Iterator all() { return Iterator(*this, store_.all()); }
    // Both ends inclusive.
    [[nodiscard]] Iterator range(const K& from, const K& to) {
        Bytes last;
        key_serde_->serialize(to, last);
        return Iterator(*this, store_.range(bytes_of(from), last));
    }
    [[nodiscard]] Iterator reverse_all() { return Iterator(*this, store_.reverse_all()); }
    [[nodiscard]] Iterator reverse_range(const K& from, const K& to) {
        Bytes last;
        key_serde_->serialize(to, last);
        return Iterator(*this, store_.reverse_range(bytes_of(from), last));
    }
    // Keys whose bytes begin with the prefix's.
    template <typename P>
    [[nodiscard]] Iterator prefix_scan(const P& prefix, const SerdePtr<P>& serde) {
        Bytes first;
        serde->serialize(prefix, first);
        return Iterator(*this, store_.prefix_scan(first));
    }
    [[nodiscard]] TaskStore& bytes() { return store_; }

  private:
    const Bytes& bytes_of(const K& key) {
        key_.clear();
        key_serde_->serialize(key, key_);
        return key_;
    }
    template <typename T>
    T decoded(const Serde<T>& serde, BytesView bytes) const {
        auto value = serde.deserialize(bytes);
        if (!value) throw StreamsError("store " + store_.name() + " holds what its serde refuses");
        return std::move(*value);
    }

    TaskStore& store_;
    SerdePtr<K> key_serde_;
    SerdePtr<V> value_serde_;
    Bytes key_;
    Bytes value_;
};

}  // namespace matchpoint::streams
