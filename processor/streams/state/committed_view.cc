#include "processor/streams/state/committed_view.h"

#include <utility>

namespace matchpoint::streams::state {
namespace {

class Pass {
  public:
    explicit Pass(ReadGate& gate) : gate_(gate) { gate_.enter(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { gate_.leave(); }

  private:
    ReadGate& gate_;
};

// Inside the gate only while it moves; the entry it stands on is its own.
class GatedIterator final : public KeyValueIterator, private ReadGate::Guest {
  public:
    // From inside the gate.
    GatedIterator(std::shared_ptr<ReadGate> gate, KeyValueIteratorPtr inner)
        : gate_(std::move(gate)), inner_(std::move(inner)) {
        copy();
        gate_->welcome(*this);
    }
    ~GatedIterator() override { gate_->farewell(*this); }
    [[nodiscard]] bool valid() const override { return valid_; }
    [[nodiscard]] BytesView key() const override { return key_; }
    [[nodiscard]] BytesView value() const override { return value_; }
    void next() override {
        const Pass pass(*gate_);
        inner_->next();
        copy();
    }

  private:
    void evict() override { inner_.reset(); }
    void copy() {
        valid_ = inner_->valid();
        if (!valid_) return;
        key_.assign(inner_->key());
        value_.assign(inner_->value());
    }

    std::shared_ptr<ReadGate> gate_;
    KeyValueIteratorPtr inner_;
    bool valid_ = false;
    Bytes key_;
    Bytes value_;
};

}  // namespace

bool CommittedView::get(BytesView key, Bytes& out) const {
    const Pass pass(*gate_);
    return backend_->get(key, out);
}

KeyValueIteratorPtr CommittedView::scan(const Scan& scan) const {
    const Pass pass(*gate_);  // backend_ is only sure to be there behind the gate
    return std::make_unique<GatedIterator>(gate_, backend_->scan(scan));
}

KeyValueIteratorPtr CommittedView::range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return scan(Scan::inclusive(from, to, Direction::kForward));
}

KeyValueIteratorPtr CommittedView::reverse_range(std::optional<BytesView> from, std::optional<BytesView> to) const {
    return scan(Scan::inclusive(from, to, Direction::kReverse));
}

KeyValueIteratorPtr CommittedView::prefix_scan(BytesView prefix) const {
    return scan(Scan::prefix(prefix));
}

std::uint64_t CommittedView::approximate_num_entries() const {
    const Pass pass(*gate_);
    return backend_->approximate_num_entries();
}

std::optional<std::uint64_t> CommittedView::property(const std::string& name) const {
    const Pass pass(*gate_);
    return backend_->property(name);
}

void CommittedView::close() {
    gate_->close();
    backend_.reset();
}

}  // namespace matchpoint::streams::state
