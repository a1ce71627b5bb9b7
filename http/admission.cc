#include "http/admission.h"

namespace matchpoint::http {

std::shared_ptr<void> Admission::admit(const std::string& address) {
    const std::lock_guard lock(mutex_);
    std::size_t& here = by_address_[address];
    if (open_ >= most_ || here >= most_per_address_) {
        if (here == 0) by_address_.erase(address);
        return nullptr;
    }
    ++open_;
    ++here;
    auto self = shared_from_this();
    return {this, [self, address](void*) { self->leave(address); }};
}

void Admission::leave(const std::string& address) {
    const std::lock_guard lock(mutex_);
    --open_;
    const auto found = by_address_.find(address);
    if (--found->second == 0) by_address_.erase(found);
}

}  // namespace matchpoint::http
