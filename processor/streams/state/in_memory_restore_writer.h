// Restores a store in memory, through the same write buffer that a commit goes through.
#pragma once

#include <memory>
#include <string>

#include "processor/streams/state/changelog_offsets.h"
#include "processor/streams/state/in_memory_backend.h"
#include "processor/streams/state/restore_writer.h"
#include "processor/streams/state/write_buffer.h"

namespace matchpoint::streams::state {

class InMemoryRestoreWriter final : public RestoreWriter {
  public:
    InMemoryRestoreWriter(std::string store, std::shared_ptr<InMemoryBackend> backend, ChangelogOffsets& offsets);

    void put(BytesView key, BytesView value) override;
    void erase(BytesView key) override;
    void reached(const TopicPartition& changelog, Offset position) override;
    void finish() override { flush(); }

  private:
    void flush();

    const std::string store_;
    std::shared_ptr<InMemoryBackend> backend_;
    ChangelogOffsets& offsets_;
    WriteBuffer buffer_;
};

}  // namespace matchpoint::streams::state
