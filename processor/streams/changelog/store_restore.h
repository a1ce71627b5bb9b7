// One store on its way up its changelog: turns records into the store's entries and knows when it is done, which a
// store that is followed never is. For the changelog reader's thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>

#include "processor/streams/changelog/changelog_reader.h"
#include "processor/streams/kafka/message.h"
#include "processor/streams/state/restore_writer.h"

namespace matchpoint::streams {

class RestoringStore {
  public:
    enum class Mode : bool { kRestore, kFollow };

    RestoringStore(TaskId task, state::TaskStorage& storage, StoreRestore restore, Mode mode)
        : task_(task), storage_(storage), restore_(std::move(restore)), mode_(mode) {}

    [[nodiscard]] bool followed() const { return mode_ == Mode::kFollow; }

    [[nodiscard]] TaskId task() const { return task_; }
    [[nodiscard]] const TopicPartition& changelog() const { return restore_.changelog; }
    [[nodiscard]] const std::string& store() const { return restore_.spec->name; }
    [[nodiscard]] std::int64_t records() const { return records_; }
    [[nodiscard]] Offset end() const { return end_; }

    // Where to read from, given the first and the next offset of the changelog. Empties the store where its offset
    // means nothing any more (none known, retention has passed it, or the topic was made anew); `why_cleared` then says
    // so, if there was something to lose.
    [[nodiscard]] Offset begin(Offset low, Offset high, std::string& why_cleared);
    // True if the record lies before end(); it is then applied.
    bool apply(const kafka::Message& message);
    // The consumer's position: everything before was given to apply(). Cheap; flush_position() passes it on.
    void reached_lazily(Offset position) {
        position_ = std::max(position_, followed() ? std::min(position, end_) : position);
    }
    void flush_position();
    [[nodiscard]] Offset position() const { return position_; }
    // Before another begin().
    void abandon() { writer_.reset(); }
    [[nodiscard]] bool done() const { return !followed() && position_ >= end_; }
    void finish();

    // Followed: what lies at or behind the end may not be read yet.
    [[nodiscard]] bool at_limit() const { return followed() && position_ >= end_; }
    void raise_limit(Offset end) { end_ = std::max(end_, end); }
    // Followed: makes what was read durable, now or if that was not done for a while. A writer takes a share of the
    // memory for restores, so there is none while nothing comes.
    void checkpoint();
    void checkpoint_if_due();

  private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] state::RestoreWriter& writer();

    TaskId task_;
    state::TaskStorage& storage_;
    StoreRestore restore_;
    Mode mode_;
    Clock::time_point checkpointed_{};
    std::unique_ptr<state::RestoreWriter> writer_;
    Offset begin_{0};
    Offset position_{0};
    Offset end_{0};
    std::int64_t records_ = 0;
    Bytes stored_;
};

}  // namespace matchpoint::streams
