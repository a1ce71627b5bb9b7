// A state store as a processor sees it: a key-value store whose changes are logged to its changelog. One task, one
// thread.
#pragma once

#include "processor/streams/base/headers.h"
#include "processor/streams/base/types.h"
#include "processor/streams/state/key_value_store.h"

namespace matchpoint::streams {

// What goes to the changelog instead of the stored value, where the changelog is a public topic with a format of its
// own. The restore function of the store turns it back.
struct ChangelogValue {
    BytesView value;
    const Headers* headers = nullptr;
    Timestamp timestamp = kNoTimestamp;
};

// An update that was held back by a record cache, now that it is written.
struct FlushedChange {
    BytesView key;
    std::optional<BytesView> value;      // absent: erased
    std::optional<BytesView> old_value;  // only if asked for
    Timestamp timestamp;                 // of the record that made it
    const Headers& headers;
};

class FlushListener {
  public:
    virtual ~FlushListener() = default;
    virtual void on_flushed(const FlushedChange& change) = 0;
};

class TaskStore : public state::KeyValueStore {
  public:
    // put() and log `changelog` in its place.
    virtual void put_as(BytesView key, BytesView stored, const ChangelogValue& changelog) = 0;
    // erase() whose tombstone carries this timestamp.
    virtual void erase_at(BytesView key, Timestamp timestamp) = 0;

    // True if the store holds updates back: then `listener` hears of each once it is written, and nobody need forward
    // anything before.
    virtual bool set_flush_listener(FlushListener* /*listener*/, bool /*old_values*/) { return false; }
    // Timestamp and headers of the record that the next write belongs to. The headers outlive that write.
    virtual void set_context(Timestamp /*timestamp*/, const Headers& /*headers*/) {}
};

}  // namespace matchpoint::streams
