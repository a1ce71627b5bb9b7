#include "processor/streams/changelog/store_restore.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace matchpoint::streams {
namespace {

// What a standby that is killed may have to read again, at most.
constexpr auto kCheckpointEvery = std::chrono::seconds(1);

}  // namespace

Offset RestoringStore::begin(Offset low, Offset high, std::string& why_cleared) {
    // A committed end beyond the topic's end is that of a topic that was deleted since.
    end_ = std::min(restore_.end.value_or(high), high);
    if (followed()) end_ = restore_.end.value_or(Offset{std::numeric_limits<std::int64_t>::max()});
    const std::optional<Offset> held = storage_.changelog_offset(store(), changelog());
    const bool usable = held && *held >= low && *held <= high;
    if (held && !usable) {
        why_cleared = fmt::format("store {} mirrors {} up to offset {}, but the topic has {} to {}: starting over",
                                  store(), changelog(), *held, low, high);
    }
    if (!usable) storage_.clear_store(store());
    begin_ = position_ = usable ? *held : low;
    if (!followed()) writer_ = storage_.restore_writer(store());
    return position_;
}

state::RestoreWriter& RestoringStore::writer() {
    if (writer_ == nullptr) writer_ = storage_.restore_writer(store());
    return *writer_;
}

void RestoringStore::flush_position() {
    writer().reached(changelog(), std::min(position_, end_));
}

bool RestoringStore::apply(const kafka::Message& message) {
    if (message.offset() >= end_) return false;
    ++records_;
    if (!message.key()) return true;  // a compacted topic has none; another's writer may
    if (!message.value()) {
        writer().erase(*message.key());
        return true;
    }
    if (!restore_.spec->restore) {
        writer().put(*message.key(), *message.value());
        return true;
    }
    Headers headers;
    RawRecord record;
    record.key = message.key();
    record.value = message.value();
    record.timestamp = message.timestamp();
    record.metadata = {message.topic(), message.partition(), message.offset()};
    if (message.has_headers()) {
        headers = message.copy_headers();
        record.headers = &headers;
    }
    stored_.clear();
    if (restore_.spec->restore(record, stored_)) writer().put(*message.key(), stored_);
    return true;
}

void RestoringStore::finish() {
    writer().reached(changelog(), std::max(begin_, end_));
    writer_->finish();
    writer_.reset();
}

void RestoringStore::checkpoint() {
    checkpointed_ = Clock::now();
    if (writer_ == nullptr) return;
    flush_position();
    writer_->finish();
    writer_.reset();
}

void RestoringStore::checkpoint_if_due() {
    if (writer_ != nullptr && Clock::now() - checkpointed_ >= kCheckpointEvery) checkpoint();
}

}  // namespace matchpoint::streams
