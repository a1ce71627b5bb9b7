// A task's store with a record cache: updates of a key are held back, and only the last of them is written to the store
// and its changelog, and forwarded by the table that owns it, when the task flushes before a commit or the caches of
// its thread grow too large. Reads see what is held back. As Kafka Streams' caching stores; task's thread only.
#pragma once

#include <optional>
#include <string>

#include "processor/streams/changelog/logged_store.h"
#include "processor/streams/state/record_cache.h"

namespace matchpoint::streams {

class CachedStore final : public TaskStore, private state::CacheListener {
  public:
    // All outlive this. `timestamped`: the changelog gets the value without its timestamp, as the table would write it.
    CachedStore(LoggedStore& store, TaskServices& services, state::CacheBudget& budget, bool timestamped);

    [[nodiscard]] const std::string& name() const override { return store_.name(); }
    [[nodiscard]] bool persistent() const override { return store_.persistent(); }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override { return cache_.get(key, out); }
    [[nodiscard]] state::KeyValueIteratorPtr range(std::optional<BytesView> from,
                                                   std::optional<BytesView> to) const override {
        return cache_.range(from, to);
    }
    [[nodiscard]] state::KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                           std::optional<BytesView> to) const override {
        return cache_.reverse_range(from, to);
    }
    [[nodiscard]] state::KeyValueIteratorPtr prefix_scan(BytesView prefix) const override {
        return cache_.prefix_scan(prefix);
    }
    [[nodiscard]] std::uint64_t approximate_num_entries() const override { return cache_.approximate_num_entries(); }
    void put(BytesView key, BytesView value) override { cache_.put(key, value); }
    void erase(BytesView key) override { cache_.erase(key); }
    // What goes to the changelog is made anew from what is stored, when it is written.
    void put_as(BytesView key, BytesView stored, const ChangelogValue& /*changelog*/) override {
        cache_.put(key, stored);
    }
    void erase_at(BytesView key, Timestamp /*timestamp*/) override { cache_.erase(key); }

    bool set_flush_listener(FlushListener* listener, bool old_values) override;
    void set_context(Timestamp timestamp, const Headers& headers) override;

    void flush() { cache_.flush(); }
    [[nodiscard]] bool dirty() const { return cache_.dirty(); }

  private:
    // Writes what comes out of the cache under the context it was put in with.
    class WriteBack final : public state::KeyValueStore {
      public:
        WriteBack(LoggedStore& store, bool timestamped) : store_(store), timestamped_(timestamped) {}
        [[nodiscard]] const std::string& name() const override { return store_.name(); }
        [[nodiscard]] bool persistent() const override { return store_.persistent(); }
        [[nodiscard]] bool get(BytesView key, Bytes& out) const override { return store_.get(key, out); }
        [[nodiscard]] state::KeyValueIteratorPtr range(std::optional<BytesView> from,
                                                       std::optional<BytesView> to) const override {
            return store_.range(from, to);
        }
        [[nodiscard]] state::KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                               std::optional<BytesView> to) const override {
            return store_.reverse_range(from, to);
        }
        [[nodiscard]] state::KeyValueIteratorPtr prefix_scan(BytesView prefix) const override {
            return store_.prefix_scan(prefix);
        }
        [[nodiscard]] std::uint64_t approximate_num_entries() const override {
            return store_.approximate_num_entries();
        }
        void put(BytesView key, BytesView value) override;
        void erase(BytesView key) override { store_.erase_at(key, timestamp); }

        Timestamp timestamp = kNoTimestamp;

      private:
        LoggedStore& store_;
        bool timestamped_;
    };

    // state::CacheListener
    [[nodiscard]] bool wants_old_values() const override { return old_values_; }
    void capture(state::CachedContext& context) override;
    void assume(const state::CachedContext* context) override;
    void forward(const state::CachedChange& change) override;

    LoggedStore& store_;
    TaskServices& services_;
    WriteBack write_back_;
    FlushListener* listener_ = nullptr;
    bool old_values_ = false;
    std::optional<std::pair<Timestamp, const Headers*>> given_;  // by set_context(), for the next write
    const state::CachedContext* assumed_ = nullptr;
    TaskServices::RecordScope before_flush_;
    state::RecordCache cache_;  // last: calls back when it goes
};

}  // namespace matchpoint::streams
