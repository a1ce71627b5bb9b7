#include "processor/streams/runtime/punctuation.h"

#include <algorithm>

namespace matchpoint::streams {

class PunctuationQueue::Handle final : public Cancellable {
  public:
    explicit Handle(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    void cancel() override { entry_->cancelled = true; }

  private:
    std::shared_ptr<Entry> entry_;
};

std::unique_ptr<Cancellable> PunctuationQueue::schedule(Timestamp first, std::int64_t interval_ms,
                                                        Punctuator callback) {
    if (interval_ms < 1)
        throw StreamsError(fmt::format("punctuation interval {} ms: 1 or more is expected", interval_ms));
    auto entry = std::make_shared<Entry>(Entry{first, interval_ms, std::move(callback)});
    entries_.push_back(entry);
    next_due_ = std::min(next_due_, first);
    return std::make_unique<Handle>(std::move(entry));
}

bool PunctuationQueue::punctuate(Timestamp now) {
    if (now < next_due_) return false;
    bool any = false;
    const auto due = entries_;  // a callback may schedule or cancel
    for (const auto& entry : due) {
        if (entry->cancelled || entry->due > now) continue;
        const std::int64_t missed = (now.value() - entry->due.value()) / entry->interval_ms;
        entry->due = Timestamp{entry->due.value() + (missed + 1) * entry->interval_ms};
        entry->callback(now);
        any = true;
    }
    std::erase_if(entries_, [](const auto& entry) { return entry->cancelled; });
    update_next_due();
    return any;
}

void PunctuationQueue::update_next_due() {
    next_due_ = Timestamp{std::numeric_limits<std::int64_t>::max()};
    for (const auto& entry : entries_) next_due_ = std::min(next_due_, entry->due);
}

}  // namespace matchpoint::streams
