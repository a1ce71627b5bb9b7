#include "processor/streams/runtime/input_flow.h"

#include <algorithm>

namespace matchpoint::streams {
namespace {

void check(const kafka::MaybeError& error) {
    if (error) throw kafka::KafkaException(*error);
}

}  // namespace

void InputFlow::begin(const std::vector<TopicPartition>& inputs) {
    if (all_paused_) check(consumer_.pause(inputs));
}

// librdkafka would remember it when the partition comes back. Not for what is not paused: a resume discards what was
// fetched.
void InputFlow::end(const std::vector<TopicPartition>& inputs) {
    bool paused = all_paused_;
    for (const TopicPartition& input : inputs) paused = std::erase(held_back_, input) > 0 || paused;
    if (paused) (void)consumer_.resume(inputs);
}

void InputFlow::hold_back(const PartitionGroup& waiting) {
    if (all_paused_) return;
    for (const auto& queue : waiting.queues()) {
        if (queue->size() <= plenty_) continue;
        if (std::find(held_back_.begin(), held_back_.end(), queue->partition()) != held_back_.end()) continue;
        if (!consumer_.pause({queue->partition()})) held_back_.push_back(queue->partition());
    }
}

void InputFlow::go_on(const PartitionGroup& inputs) {
    if (held_back_.empty() || all_paused_) return;
    for (const auto& queue : inputs.queues()) {
        const auto at = std::find(held_back_.begin(), held_back_.end(), queue->partition());
        if (at == held_back_.end() || queue->size() > plenty_) continue;
        if (!consumer_.resume({queue->partition()})) held_back_.erase(at);
    }
}

void InputFlow::pause_all(const std::vector<TopicPartition>& inputs) {
    if (!inputs.empty()) check(consumer_.pause(inputs));
    all_paused_ = true;
    held_back_.clear();
}

// Whoever waits with plenty is held back again after it has processed what it could.
void InputFlow::resume_all(const std::vector<TopicPartition>& inputs) {
    if (!inputs.empty()) check(consumer_.resume(inputs));
    all_paused_ = false;
}

}  // namespace matchpoint::streams
