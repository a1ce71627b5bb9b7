// Committed data of a store that lives in memory only: an ordered map behind a reader-writer lock.
#pragma once

#include <functional>
#include <map>
#include <shared_mutex>

#include "processor/streams/state/store_backend.h"

namespace matchpoint::streams::state {

class InMemoryBackend final : public StoreBackend, public std::enable_shared_from_this<InMemoryBackend> {
  public:
    [[nodiscard]] bool persistent() const override { return false; }
    [[nodiscard]] bool get(BytesView key, Bytes& out) const override;
    // Takes copies under the lock, a few entries and then more at a time, so that neither a slow reader nor a long scan
    // stops the writer. Entries changed by a later commit than the one it began under may show.
    [[nodiscard]] KeyValueIteratorPtr scan(const Scan& scan) const override;
    [[nodiscard]] std::uint64_t approximate_num_entries() const override;
    void absorb(const WriteBuffer& committed) override;

    void clear();

  private:
    class Iterator;

    mutable std::shared_mutex mutex_;
    std::map<Bytes, Bytes, std::less<>> entries_;
};

}  // namespace matchpoint::streams::state
