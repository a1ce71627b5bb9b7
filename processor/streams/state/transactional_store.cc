#include "processor/streams/state/transactional_store.h"

#include <stdexcept>
#include <utility>

#include "processor/streams/state/merging_iterator.h"

namespace matchpoint::streams::state {

TransactionalStore::TransactionalStore(std::string name, std::shared_ptr<StoreBackend> backend)
    : name_(std::move(name)),
      backend_(std::move(backend)),
      current_(std::make_shared<WriteBuffer>()),
      view_(std::make_shared<CommittedView>(backend_)) {}

bool TransactionalStore::get(BytesView key, Bytes& out) const {
    for (const WriteBuffer* buffer : {current_.get(), sealed_.get()}) {
        if (buffer == nullptr) continue;
        if (const WriteBuffer::Entry* entry = buffer->find(key)) {
            if (entry->newest.kind == WriteBuffer::Kind::kErase) return false;
            out.assign(entry->newest.value);
            return true;
        }
    }
    return backend_->get(key, out);
}

KeyValueIteratorPtr TransactionalStore::scan(const Scan& scan) const {
    // An empty buffer is left out: what is written to it later must not show anyway.
    auto layer = [](const std::shared_ptr<WriteBuffer>& buffer) {
        return buffer && !buffer->empty() ? buffer : nullptr;
    };
    auto current = layer(current_);
    auto sealed = layer(sealed_);
    if (!current && !sealed) return backend_->scan(scan);
    return std::make_unique<MergingIterator>(std::move(current), std::move(sealed), backend_->scan(scan), scan);
}

KeyValueIteratorPtr TransactionalStore::range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return scan(Scan::inclusive(from, to, Direction::kForward));
}

KeyValueIteratorPtr TransactionalStore::reverse_range(std::optional<BytesView> from,
                                                      std::optional<BytesView> to) const {
    return scan(Scan::inclusive(from, to, Direction::kReverse));
}

KeyValueIteratorPtr TransactionalStore::prefix_scan(BytesView prefix) const {
    return scan(Scan::prefix(prefix));
}

std::uint64_t TransactionalStore::approximate_num_entries() const {
    return backend_->approximate_num_entries() + current_->size() + (sealed_ ? sealed_->size() : 0);
}

void TransactionalStore::put(BytesView key, BytesView value) {
    current_->put(key, value);
}

void TransactionalStore::erase(BytesView key) {
    current_->erase(key);
}

std::shared_ptr<const CommittedView> TransactionalStore::committed_view() const {
    return view_;
}

std::size_t TransactionalStore::uncommitted_bytes() const {
    return current_->size_bytes() + (sealed_ ? sealed_->size_bytes() : 0);
}

void TransactionalStore::seal() {
    if (sealed_) throw std::logic_error("store " + name_ + ": a transaction is sealed already");
    if (current_->empty()) return;
    sealed_ = std::exchange(current_, fresh_buffer());
}

void TransactionalStore::release() {
    if (!sealed_) return;
    backend_->absorb(*sealed_);
    recycle(std::exchange(sealed_, nullptr));
}

void TransactionalStore::discard() {
    if (sealed_) recycle(std::exchange(sealed_, nullptr));
    if (!current_->empty()) recycle(std::exchange(current_, fresh_buffer()));
}

void TransactionalStore::close() {
    view_->close();
}

std::shared_ptr<WriteBuffer> TransactionalStore::fresh_buffer() {
    return spare_ ? std::exchange(spare_, nullptr) : std::make_shared<WriteBuffer>();
}

void TransactionalStore::recycle(std::shared_ptr<WriteBuffer> buffer) {
    if (buffer.use_count() != 1) return;  // an iterator still walks it
    buffer->clear();
    spare_ = std::move(buffer);
}

}  // namespace matchpoint::streams::state
