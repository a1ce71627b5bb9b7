// A store's committed data for interactive queries: any thread, any number of them, also after the storage is closed
// (reads then throw StorageError(kClosed)). An iterator left open holds nothing up; it shows the moment it was made at.
#pragma once

#include <memory>
#include <string>

#include "processor/streams/state/key_value_store.h"
#include "processor/streams/state/read_gate.h"
#include "processor/streams/state/store_backend.h"

namespace matchpoint::streams::state {

class CommittedView final : public ReadOnlyKeyValueStore {
  public:
    explicit CommittedView(std::shared_ptr<StoreBackend> backend)
        : persistent_(backend->persistent()), backend_(std::move(backend)) {}

    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    [[nodiscard]] KeyValueIteratorPtr range(std::optional<BytesView> from, std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr reverse_range(std::optional<BytesView> from,
                                                    std::optional<BytesView> to) const override;
    [[nodiscard]] KeyValueIteratorPtr prefix_scan(BytesView prefix) const override;
    [[nodiscard]] std::uint64_t approximate_num_entries() const override;

    // A figure of the storage's own by its name, e.g. "rocksdb.estimate-num-keys"; nullopt if it has none of that name.
    [[nodiscard]] std::optional<std::uint64_t> property(const std::string& name) const;
    [[nodiscard]] bool persistent() const { return persistent_; }

    // Waits for calls under way, ends the iterators that are open (their next() throws), then drops the backend.
    void close();

  private:
    [[nodiscard]] KeyValueIteratorPtr scan(const Scan& scan) const;

    const bool persistent_;
    std::shared_ptr<ReadGate> gate_ = std::make_shared<ReadGate>();
    std::shared_ptr<StoreBackend> backend_;
};

}  // namespace matchpoint::streams::state
