// A table's store as its nodes see it: values with the timestamp of their last update, in the format of Kafka Streams'
// timestamped stores. The changelog has the bare value, at that timestamp. Task's thread only.
#pragma once

#include <optional>

#include "processor/streams/base/error.h"
#include "processor/streams/state/timestamped_value.h"
#include "processor/streams/topology/serde.h"
#include "processor/streams/topology/store_spec.h"
#include "processor/streams/topology/task_store.h"

namespace matchpoint::streams {

template <typename V>
struct ValueAndTimestamp {
    V value;
    Timestamp timestamp;
};

// The stored form of a record of a timestamped store's changelog.
[[nodiscard]] bool restore_timestamped(const RawRecord& record, Bytes& stored);
// A store of that format, to be added to a topology.
[[nodiscard]] StoreSpec timestamped_store_spec(std::string name, StoreSpec::Kind kind = StoreSpec::Kind::kPersistent);

template <typename K, typename V>
class TimestampedStore {
  public:
    TimestampedStore(TaskStore& store, SerdePair<K, V> serdes) : store_(store), serdes_(std::move(serdes)) {}

    [[nodiscard]] std::optional<ValueAndTimestamp<V>> get(const K& key) {
        if (!store_.get(bytes_of(key), stored_)) return std::nullopt;
        return value_of(stored_);
    }
    [[nodiscard]] ValueAndTimestamp<V> value_of(BytesView stored) const {
        const auto split = state::split_timestamped(stored);
        auto value = split ? serdes_.value->deserialize(split->value) : std::nullopt;
        if (!value) throw StreamsError("store " + store_.name() + " holds a value that its serde refuses");
        return ValueAndTimestamp<V>{std::move(*value), split->timestamp};
    }
    [[nodiscard]] K key_of(BytesView stored) const {
        auto key = serdes_.key->deserialize(stored);
        if (!key) throw StreamsError("store " + store_.name() + " holds a key that its serde refuses");
        return std::move(*key);
    }
    [[nodiscard]] TaskStore& bytes() { return store_; }

    // An absent value erases; its tombstone carries `tombstone_timestamp`.
    void put(const K& key, const std::optional<V>& value, Timestamp timestamp, Timestamp tombstone_timestamp) {
        bytes_of(key);
        if (!value) return store_.erase_at(key_, tombstone_timestamp);
        value_.clear();
        serdes_.value->serialize(*value, value_);
        state::join_timestamped(timestamp, value_, stored_);
        store_.put_as(key_, stored_, {.value = value_, .headers = nullptr, .timestamp = timestamp});
    }

  private:
    const Bytes& bytes_of(const K& key) {
        key_.clear();
        serdes_.key->serialize(key, key_);
        return key_;
    }

    TaskStore& store_;
    SerdePair<K, V> serdes_;
    Bytes key_;
    Bytes value_;
    Bytes stored_;
};

}  // namespace matchpoint::streams
