// The record cache of a store (statestore.cache.max.bytes), with Kafka Streams' semantics: consecutive updates of a key
// are held back and only the last is written to the store, and so to its changelog, and forwarded downstream. That
// happens at flush(), before every commit, and when the caches of the thread outgrow their budget: the least recently
// used entry goes, and if it was not yet written, all such entries are flushed with it, it first and then the others in
// the order of their last update. Reads see what is held back. Entries that were written stay for reading until they
// are the oldest. Owned by the stream thread; the store, the budget and the listener outlive it.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"
#include "processor/streams/state/key_value_store.h"
#include "processor/streams/state/scan.h"
#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

// What all caches of a stream thread may take together.
class CacheBudget {
  public:
    explicit CacheBudget(std::size_t max_bytes) : max_bytes_(max_bytes) {}
    void resize(std::size_t max_bytes) { max_bytes_ = max_bytes; }  // takes effect at the next writes
    void add(std::size_t bytes) { used_bytes_ += bytes; }
    void subtract(std::size_t bytes) { used_bytes_ -= bytes; }
    [[nodiscard]] bool exceeded() const { return used_bytes_ > max_bytes_; }
    [[nodiscard]] std::size_t used_bytes() const { return used_bytes_; }

  private:
    std::size_t max_bytes_;
    std::size_t used_bytes_ = 0;
};

// Of the record that caused a write; the write is made and forwarded under it, however much later.
struct CachedContext {
    std::string topic;
    Partition partition;
    Offset offset;
    Timestamp timestamp = kNoTimestamp;
    Headers headers;
};

struct CachedChange {
    BytesView key;
    std::optional<BytesView> value;      // nullopt: erased
    std::optional<BytesView> old_value;  // before the change, in the store; only if asked for
};

class CacheListener {
  public:
    virtual ~CacheListener() = default;
    [[nodiscard]] virtual bool wants_old_values() const = 0;
    // Fills in the context of the record being processed.
    virtual void capture(CachedContext& context) = 0;
    // Makes it the current context again, before its change is written to the store and forwarded; null: back to what
    // it was before the flush.
    virtual void assume(const CachedContext* context) = 0;
    // After the change is in the store. May write to any store, this one included.
    virtual void forward(const CachedChange& change) = 0;
};

class RecordCache final : public KeyValueStore {
  public:
    RecordCache(KeyValueStore& store, CacheBudget& budget, CacheListener& listener);
    ~RecordCache() override;  // what was not flushed is dropped

    [[nodiscard]] const std::string& name() const override { return store_.name(); }
    [[nodiscard]] bool persistent() const override { return store_.persistent(); }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    [[nodiscard]] KeyValueIteratorPtr range(std::optional<BytesView> from, std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                    std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr prefix_scan(BytesView prefix) const override;
    [[nodiscard]] std::uint64_t approximate_num_entries() const override { return store_.approximate_num_entries(); }
    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;

    void flush();
    // Forgets everything, unwritten or not: the transaction was aborted.
    void discard();
    [[nodiscard]] bool dirty() const { return !dirty_->empty(); }

  private:
    struct Node {
        Bytes key;
        Bytes value;  // of a clean entry; a dirty one's is in dirty_
        CachedContext context;
        std::size_t charged = 0;
        bool dirty = false;
    };
    using Nodes = std::list<Node>;  // the most recently used first
    // A dirty entry on its way out.
    struct Outgoing {
        const WriteBuffer::Entry* entry;
        CachedContext context;
    };

    void write(BytesView key, std::optional<BytesView> value);
    Node& touch(BytesView key) const;  // finds or makes it, and moves it to the front
    void charge(Node& node, std::size_t value_bytes) const;
    void drop(Nodes::iterator node) const;
    void make_room();
    void flush_from(std::optional<Bytes> first);
    [[nodiscard]] std::vector<Outgoing> collect(const std::optional<Bytes>& first);
    void send(const Outgoing& outgoing);
    [[nodiscard]] const WriteBuffer::Entry* held_back(BytesView key) const;
    [[nodiscard]] KeyValueIteratorPtr over(KeyValueIteratorPtr store, const Scan& scan) const;

    KeyValueStore& store_;
    CacheBudget& budget_;
    CacheListener& listener_;
    std::shared_ptr<WriteBuffer> dirty_ = std::make_shared<WriteBuffer>();
    std::shared_ptr<WriteBuffer> flushing_;  // being written to the store; null outside of flush()
    mutable Nodes nodes_;                    // reads fill it too
    mutable std::unordered_map<BytesView, Nodes::iterator> index_;
    bool flush_again_ = false;
};

}  // namespace matchpoint::streams::state
