// One ordered view of a store: a transaction's writes over those of the one being committed over the committed data.
// The newer layer wins, a tombstone hides. For the stream thread.
#pragma once

#include <memory>
#include <optional>

#include "processor/streams/state/key_value_store.h"
#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

class MergingIterator final : public KeyValueIterator {
  public:
    // Layers may be null. The iterator keeps the buffers alive.
    MergingIterator(std::shared_ptr<WriteBuffer> current, std::shared_ptr<WriteBuffer> sealed,
                    KeyValueIteratorPtr committed, const Scan& scan);

    [[nodiscard]] bool valid() const override { return winner_ != Layer::kNone; }
    [[nodiscard]] BytesView key() const override { return key_; }
    [[nodiscard]] BytesView value() const override;
    void next() override;

  private:
    enum class Layer : std::uint8_t { kNone, kCurrent, kSealed, kCommitted };
    // A buffer and the cursor on it; the buffer outlives the cursor.
    struct Layered {
        std::shared_ptr<WriteBuffer> buffer;
        std::optional<WriteBuffer::Cursor> cursor;
        [[nodiscard]] bool valid() const { return cursor && cursor->valid(); }
    };

    void consider(Layer layer, BytesView key);
    void pick();
    void step();  // every layer that stands on key_
    [[nodiscard]] bool hidden() const;

    const Direction direction_;
    Layered current_;
    Layered sealed_;
    KeyValueIteratorPtr committed_;
    Layer winner_ = Layer::kNone;
    BytesView key_;
};

}  // namespace matchpoint::streams::state
