// Where a store's committed data is. Reads may come from any thread at any time, while one thread at a time writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "processor/streams/base/bytes.h"
#include "processor/streams/state/key_value_store.h"
#include "processor/streams/state/scan.h"

namespace matchpoint::streams::state {

class WriteBuffer;

class StoreBackend {
  public:
    StoreBackend() = default;
    StoreBackend(const StoreBackend&) = delete;
    StoreBackend& operator=(const StoreBackend&) = delete;
    virtual ~StoreBackend() = default;

    [[nodiscard]] virtual bool persistent() const = 0;
    [[nodiscard]] virtual bool get(BytesView key, Bytes& out) const = 0;
    [[nodiscard]] virtual KeyValueIteratorPtr scan(const Scan& scan) const = 0;
    [[nodiscard]] virtual std::uint64_t approximate_num_entries() const = 0;
    [[nodiscard]] virtual std::optional<std::uint64_t> property(const std::string& /*name*/) const {
        return std::nullopt;
    }
    // Takes the committed writes on the stream thread. RocksDB has them already, from TaskStorage::apply().
    virtual void absorb(const WriteBuffer& committed) = 0;
};

}  // namespace matchpoint::streams::state
