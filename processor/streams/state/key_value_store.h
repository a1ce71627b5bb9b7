// The interfaces of an ordered byte store, as processors (read and write) and interactive queries (read only) see it.
// Keys order bytewise, unsigned, as in Kafka Streams. A store belongs to its task's stream thread unless the class says
// otherwise. Failures of the storage throw StorageError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "processor/streams/base/bytes.h"

namespace matchpoint::streams::state {

// Walks a result in order. It shows the store as it was when the iterator was made: writes made meanwhile, also erasing
// the entry it stands on, neither show nor disturb it. Views hold until next(). Must not outlive its storage.
//     for (auto it = store.all(); it->valid(); it->next()) use(it->key(), it->value());
class KeyValueIterator {
  public:
    KeyValueIterator() = default;
    KeyValueIterator(const KeyValueIterator&) = delete;
    KeyValueIterator& operator=(const KeyValueIterator&) = delete;
    virtual ~KeyValueIterator() = default;

    [[nodiscard]] virtual bool valid() const = 0;
    [[nodiscard]] virtual BytesView key() const = 0;    // only while valid()
    [[nodiscard]] virtual BytesView value() const = 0;  // only while valid()
    virtual void next() = 0;                            // only while valid()
};

using KeyValueIteratorPtr = std::unique_ptr<KeyValueIterator>;

class ReadOnlyKeyValueStore {
  public:
    ReadOnlyKeyValueStore() = default;
    ReadOnlyKeyValueStore(const ReadOnlyKeyValueStore&) = delete;
    ReadOnlyKeyValueStore& operator=(const ReadOnlyKeyValueStore&) = delete;
    virtual ~ReadOnlyKeyValueStore() = default;

    // Replaces `out` by the value and returns true, or returns false and leaves `out` unspecified.
    [[nodiscard]] virtual bool get(BytesView key, Bytes& out) const = 0;

    // Both ends inclusive; nullopt is open. from > to is an empty result. Reversed: the same entries, last first.
    [[nodiscard]] virtual KeyValueIteratorPtr range(std::optional<BytesView> from,
                                                    std::optional<BytesView> to) const = 0;
    [[nodiscard]] virtual KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                            std::optional<BytesView> to) const = 0;
    // Keys that begin with these bytes; an empty prefix is all().
    [[nodiscard]] virtual KeyValueIteratorPtr prefix_scan(BytesView prefix) const = 0;
    [[nodiscard]] virtual std::uint64_t approximate_num_entries() const = 0;

    [[nodiscard]] KeyValueIteratorPtr all() const { return range(std::nullopt, std::nullopt); }
    [[nodiscard]] KeyValueIteratorPtr reverse_all() const { return reverse_range(std::nullopt, std::nullopt); }
    [[nodiscard]] std::optional<Bytes> find(BytesView key) const {
        Bytes value;
        return get(key, value) ? std::optional<Bytes>(std::move(value)) : std::nullopt;
    }
};

class KeyValueStore : public ReadOnlyKeyValueStore {
  public:
    [[nodiscard]] virtual const std::string& name() const = 0;
    // Whether it survives a restart of the process without being restored from its changelog.
    [[nodiscard]] virtual bool persistent() const = 0;

    // The value may be empty; that is not an erase. Key and value are copied, and may point into this store's
    // iterators.
    virtual void put(BytesView key, BytesView value) = 0;
    virtual void erase(BytesView key) = 0;
    // Returns the value that is there already, or stores this one and returns nullopt.
    virtual std::optional<Bytes> put_if_absent(BytesView key, BytesView value) {
        std::optional<Bytes> existing = find(key);
        if (!existing) put(key, value);
        return existing;
    }
};

}  // namespace matchpoint::streams::state
