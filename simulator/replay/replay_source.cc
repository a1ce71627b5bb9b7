#include "simulator/replay/replay_source.h"

#include <algorithm>

namespace matchpoint::simulator::replay {

ReplaySource::ReplaySource(std::vector<RecordedMatch> matches, const Timing& timing, const std::string& prefix)
    : matches_(std::move(matches)), positions_(matches_.size()), timing_(timing) {
    for (std::size_t match = 0; match < matches_.size(); ++match) {
        ids_.push_back(prefix + matches_[match].id());
        const std::size_t size = matches_[match].size();
        if (size == 0) continue;
        due_.push_back({0, match});
        events_ += size;
        ends_us_ = std::max(ends_us_, due_us(matches_[match].offset_ms(size - 1)));
    }
    std::make_heap(due_.begin(), due_.end());
}

std::int64_t ReplaySource::due_us(std::int64_t offset_ms) const {
    return static_cast<std::int64_t>(static_cast<double>(offset_ms) * 1000 / timing_.speed);
}

const Event* ReplaySource::next() {
    if (due_.empty()) return nullptr;
    std::pop_heap(due_.begin(), due_.end());
    Due& due = due_.back();
    const RecordedMatch& match = matches_[due.match];
    std::size_t& position = positions_[due.match];
    if (position == 0) ++live_;
    event_.due_us = due_us(due.offset_ms);
    ++told_;
    event_.at = Timestamp{timing_.start_at.value() + event_.due_us / 1000};
    event_.match = ids_[due.match];
    match.write(position, event_.match, event_.at, json_);
    event_.json = json_;
    if (++position < match.size()) {
        due.offset_ms = match.offset_ms(position);
        std::push_heap(due_.begin(), due_.end());
    } else {
        due_.pop_back();
        --live_;
        ++finished_;
    }
    return &event_;
}

}  // namespace matchpoint::simulator::replay
