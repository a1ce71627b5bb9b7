#include "http/admission.h"

namespace matchpoint::http {

Admission::Admitted Admission::admit(const std::string& address) {
    const std::lock_guard lock(mutex_);
    std::size_t& here = by_address_[address];
    if (open_ >= most_ || here >= most_per_address_) {
        const bool for_address = open_ < most_;
        if (here == 0) by_address_.erase(address);
        return {nullptr, for_address};
    }
    ++open_;
    ++here;
    auto self = shared_from_this();
    return {std::shared_ptr<void>(this, [self, address](void*) { self->leave(address); }), false};
}

void Admission::leave(const std::string& address) {
    const std::lock_guard lock(mutex_);
    --open_;
    const auto found = by_address_.find(address);
    if (--found->second == 0) by_address_.erase(found);
}

}  // namespace matchpoint::http
