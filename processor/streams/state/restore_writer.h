// Loads a changelog into a store's committed data, in bulk and past the write buffers. Made by
// TaskStorage::restore_writer(), which must outlive it. One thread; errors throw StorageError.
//
// The offset on disk is never ahead of the data: killed in the middle, the store is found with an offset from which
// replaying to the end gives the right state. It may be far behind, at the last checkpoint.
#pragma once

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::streams::state {

class RestoreWriter {
  public:
    RestoreWriter() = default;
    RestoreWriter(const RestoreWriter&) = delete;
    RestoreWriter& operator=(const RestoreWriter&) = delete;
    virtual ~RestoreWriter() = default;  // what was not checkpointed may be lost

    virtual void put(BytesView key, BytesView value) = 0;
    virtual void erase(BytesView key) = 0;
    // All records before `position` have been given. Call it after each batch that was polled: it is cheap, and decides
    // itself when to checkpoint.
    virtual void reached(const TopicPartition& changelog, Offset position) = 0;
    // Makes everything given so far durable and its offsets with it. Call it before the store goes live.
    virtual void finish() = 0;
};

}  // namespace matchpoint::streams::state
