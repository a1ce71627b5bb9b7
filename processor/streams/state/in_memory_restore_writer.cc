#include "processor/streams/state/in_memory_restore_writer.h"

#include <utility>

namespace matchpoint::streams::state {
namespace {

constexpr std::size_t kFlushEntries = 4096;

}  // namespace

InMemoryRestoreWriter::InMemoryRestoreWriter(std::string store, std::shared_ptr<InMemoryBackend> backend,
                                             ChangelogOffsets& offsets)
    : store_(std::move(store)), backend_(std::move(backend)), offsets_(offsets) {}

void InMemoryRestoreWriter::put(BytesView key, BytesView value) {
    buffer_.put(key, value);
    if (buffer_.size() >= kFlushEntries) flush();
}

void InMemoryRestoreWriter::erase(BytesView key) {
    buffer_.erase(key);
    if (buffer_.size() >= kFlushEntries) flush();
}

void InMemoryRestoreWriter::reached(const TopicPartition& changelog, Offset position) {
    flush();
    const ChangelogOffset reached{store_, changelog, position};
    offsets_.remember({&reached, 1});
}

void InMemoryRestoreWriter::flush() {
    backend_->absorb(buffer_);
    buffer_.clear();
}

}  // namespace matchpoint::streams::state
