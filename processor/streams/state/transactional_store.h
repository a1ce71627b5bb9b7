// A store that is written in transactions: `current` takes the writes of the transaction being worked on, `sealed`
// holds those of the one being committed (at most one), the backend holds what is committed. TaskStorage makes and owns
// it and moves all stores of a task together. Owned by the stream thread; committed_view() alone is for other threads.
//
//     get: current -> sealed -> backend           put, erase: current
//
//     seal():    current => sealed, new current empty     (sealed is immutable from here: a committer may read it)
//     release(): sealed is in the backend, drop it        discard(): drop both
#pragma once

#include <memory>
#include <string>

#include "processor/streams/state/committed_view.h"
#include "processor/streams/state/key_value_store.h"
#include "processor/streams/state/store_backend.h"
#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

class TransactionalStore final : public KeyValueStore {
  public:
    TransactionalStore(std::string name, std::shared_ptr<StoreBackend> backend);

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] bool persistent() const override { return backend_->persistent(); }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    [[nodiscard]] KeyValueIteratorPtr range(std::optional<BytesView> from, std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                    std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr prefix_scan(BytesView prefix) const override;
    // What the backend estimates, plus the keys written since (which it may hold already).
    [[nodiscard]] std::uint64_t approximate_num_entries() const override;
    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;

    // Committed state only. Any thread may read through it at any time, also after the storage was closed: then reads
    // throw StorageError(kClosed). Iterators still open end with it.
    [[nodiscard]] std::shared_ptr<const CommittedView> committed_view() const;

    // Bytes that uncommitted writes take: the engine may end a transaction early when they grow large.
    [[nodiscard]] std::size_t uncommitted_bytes() const;
    [[nodiscard]] bool has_uncommitted_writes() const { return !current_->empty(); }  // the sealed ones apart

    // For TaskStorage.
    void seal();     // there must be no sealed buffer
    void release();  // a backend in memory takes the sealed writes here
    void discard();
    [[nodiscard]] const WriteBuffer* sealed() const { return sealed_.get(); }
    void close();  // the committed view; waits for its readers

  private:
    [[nodiscard]] KeyValueIteratorPtr scan(const Scan& scan) const;
    [[nodiscard]] std::shared_ptr<WriteBuffer> fresh_buffer();
    void recycle(std::shared_ptr<WriteBuffer> buffer);

    std::string name_;
    std::shared_ptr<StoreBackend> backend_;
    std::shared_ptr<WriteBuffer> current_;  // shared with the iterators that were made on it
    std::shared_ptr<WriteBuffer> sealed_;
    std::shared_ptr<WriteBuffer> spare_;  // cleared, kept for its memory
    std::shared_ptr<CommittedView> view_;
};

}  // namespace matchpoint::streams::state
