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

class TaskStore : public state::KeyValueStore {
  public:
    // put() and log `changelog` in its place.
    virtual void put_as(BytesView key, BytesView stored, const ChangelogValue& changelog) = 0;
    // erase() whose tombstone carries this timestamp.
    virtual void erase_at(BytesView key, Timestamp timestamp) = 0;
};

}  // namespace matchpoint::streams
