#include "processor/streams/runtime/producers_in_making.h"

#include <utility>

namespace matchpoint::streams {

ProducersInMaking::ProducersInMaking(int count, const Make& make, const std::function<void()>& on_done)
    : left_(count), made_(static_cast<std::size_t>(count)), failures_(static_cast<std::size_t>(count)) {
    for (int slot = 0; slot < count; ++slot) {
        threads_.emplace_back([this, slot, make, on_done] {
            const auto at = static_cast<std::size_t>(slot);
            try {
                made_[at] = make(slot);
            } catch (...) {
                failures_[at] = std::current_exception();
            }
            --left_;
            on_done();
        });
    }
}

ProducersInMaking::~ProducersInMaking() {
    join();
}

std::vector<std::unique_ptr<ProducerSlot>> ProducersInMaking::take() {
    join();
    for (const std::exception_ptr& failure : failures_) {
        if (failure != nullptr) std::rethrow_exception(failure);
    }
    return std::move(made_);
}

void ProducersInMaking::join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace matchpoint::streams
