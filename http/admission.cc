#include "http/admission.h"

namespace matchpoint::http {

Admission::Pass::Pass(Admission& admission, Addresses::value_type* address, Counter& open)
    : admission_(&admission), address_(address), open_(&open) {
    open_->add();
}

Admission::Pass::~Pass() {
    if (admission_ == nullptr) return;
    open_->sub();
    const std::lock_guard lock(admission_->mutex_);
    --admission_->open_;
    if (address_ != nullptr) admission_->leave(*address_);
}

bool Admission::Pass::belong_to(const std::string& address) {
    const std::lock_guard lock(admission_->mutex_);
    if (address_ != nullptr) admission_->leave(*address_);
    address_ = admission_->enter(address);
    return address_ != nullptr;
}

void Admission::Pass::belong_to_nobody() {
    const std::lock_guard lock(admission_->mutex_);
    if (address_ != nullptr) admission_->leave(*std::exchange(address_, nullptr));
}

Admission::Admitted Admission::admit(const std::string& address, Counter& open) {
    const std::lock_guard lock(mutex_);
    if (open_ >= most_) return {};
    Addresses::value_type* const entry = enter(address);
    if (entry == nullptr) return {{}, true};
    ++open_;
    return {Pass(*this, entry, open), false};
}

Admission::Admitted Admission::admit_proxy(Counter& open) {
    const std::lock_guard lock(mutex_);
    if (open_ >= most_) return {};
    ++open_;
    return {Pass(*this, nullptr, open), false};
}

Admission::Addresses::value_type* Admission::enter(const std::string& address) {
    auto& entry = *by_address_.try_emplace(address, 0).first;
    if (entry.second >= most_per_address_) return nullptr;  // at least 1, so it was there
    ++entry.second;
    return &entry;
}

void Admission::leave(Addresses::value_type& address) {
    if (--address.second == 0) by_address_.erase(by_address_.find(address.first));
}

}  // namespace matchpoint::http
