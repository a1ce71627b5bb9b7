#include "processor/streams/state/merging_iterator.h"

#include <utility>

namespace matchpoint::streams::state {

MergingIterator::MergingIterator(std::shared_ptr<WriteBuffer> current, std::shared_ptr<WriteBuffer> sealed,
                                 KeyValueIteratorPtr committed, const Scan& scan)
    : direction_(scan.direction), committed_(std::move(committed)) {
    current_.buffer = std::move(current);
    sealed_.buffer = std::move(sealed);
    if (current_.buffer) current_.cursor.emplace(*current_.buffer, scan);
    if (sealed_.buffer) sealed_.cursor.emplace(*sealed_.buffer, scan);
    pick();
}

BytesView MergingIterator::value() const {
    if (winner_ == Layer::kCurrent) return current_.cursor->value();
    if (winner_ == Layer::kSealed) return sealed_.cursor->value();
    return committed_->value();
}

void MergingIterator::next() {
    step();
    pick();
}

// Called from the newest layer to the oldest, so that on equal keys the newest stays.
void MergingIterator::consider(Layer layer, BytesView key) {
    const bool first = winner_ == Layer::kNone || (direction_ == Direction::kForward ? key < key_ : key > key_);
    if (!first) return;
    winner_ = layer;
    key_ = key;
}

void MergingIterator::pick() {
    while (true) {
        winner_ = Layer::kNone;
        if (current_.valid()) consider(Layer::kCurrent, current_.cursor->key());
        if (sealed_.valid()) consider(Layer::kSealed, sealed_.cursor->key());
        if (committed_ && committed_->valid()) consider(Layer::kCommitted, committed_->key());
        if (!hidden()) return;
        step();
    }
}

void MergingIterator::step() {
    // Compare first: key_ points into a layer that is about to move.
    const bool on_current = current_.valid() && current_.cursor->key() == key_;
    const bool on_sealed = sealed_.valid() && sealed_.cursor->key() == key_;
    const bool on_committed = committed_ && committed_->valid() && committed_->key() == key_;
    if (on_current) current_.cursor->next();
    if (on_sealed) sealed_.cursor->next();
    if (on_committed) committed_->next();
}

bool MergingIterator::hidden() const {
    if (winner_ == Layer::kCurrent) return current_.cursor->kind() == WriteBuffer::Kind::kErase;
    if (winner_ == Layer::kSealed) return sealed_.cursor->kind() == WriteBuffer::Kind::kErase;
    return false;
}

}  // namespace matchpoint::streams::state
