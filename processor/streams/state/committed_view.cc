#include "processor/streams/state/committed_view.h"

#include <utility>

namespace matchpoint::streams::state {
namespace {

class Pass {
  public:
    explicit Pass(std::shared_ptr<ReadGate> gate) : gate_(std::move(gate)) { gate_->enter(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { gate_->leave(); }

  private:
    std::shared_ptr<ReadGate> gate_;
};

class GatedIterator final : public KeyValueIterator {
  public:
    GatedIterator(std::shared_ptr<ReadGate> gate, const StoreBackend& backend, const Scan& scan)
        : pass_(std::move(gate)), inner_(backend.scan(scan)) {}
    [[nodiscard]] bool valid() const override { return inner_->valid(); }
    [[nodiscard]] BytesView key() const override { return inner_->key(); }
    [[nodiscard]] BytesView value() const override { return inner_->value(); }
    void next() override { inner_->next(); }

  private:
    Pass pass_;  // left after the iterator is gone
    KeyValueIteratorPtr inner_;
};

}  // namespace

bool CommittedView::get(BytesView key, Bytes& out) const {
    const Pass pass(gate_);
    return backend_->get(key, out);
}

KeyValueIteratorPtr CommittedView::scan(const Scan& scan) const {
    const Pass pass(gate_);  // backend_ is only sure to be there behind the gate
    return std::make_unique<GatedIterator>(gate_, *backend_, scan);
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
    const Pass pass(gate_);
    return backend_->approximate_num_entries();
}

void CommittedView::close() {
    gate_->close();
    backend_.reset();
}

}  // namespace matchpoint::streams::state
