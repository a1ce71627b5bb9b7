#include "processor/streams/kafka/abandonable_call.h"

#include <algorithm>
#include <utility>

namespace matchpoint::streams::kafka {
namespace {

constexpr AbandonableCall::Millis kSlice{250};

}  // namespace

AbandonableCall::~AbandonableCall() {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(shared_->mutex);
        shared_->ending = true;
    }
    shared_->changed.notify_all();
    thread_.join();
}

bool AbandonableCall::make(Call call, const std::function<Millis()>& left, rd_kafka_error_t*& result) {
    if (!thread_.joinable()) {
        shared_ = std::make_shared<Shared>();
        thread_ = std::thread([shared = shared_] { run(shared); });
    }
    std::unique_lock lock(shared_->mutex);
    shared_->call = std::move(call);
    shared_->returned = false;
    shared_->changed.notify_all();
    while (!shared_->returned) {
        const Millis slice = std::min(left(), kSlice);
        if (slice.count() <= 0) {
            stuck_ = true;
            return false;
        }
        shared_->changed.wait_for(lock, slice, [this] { return shared_->returned; });
    }
    result = std::exchange(shared_->result, nullptr);
    return true;
}

void AbandonableCall::keep(std::shared_ptr<void> what) {
    {
        const std::scoped_lock lock(shared_->mutex);
        shared_->kept = std::move(what);
        shared_->ending = true;
    }
    shared_->changed.notify_all();
    thread_.detach();
}

void AbandonableCall::run(const std::shared_ptr<Shared>& shared) {
    std::unique_lock lock(shared->mutex);
    while (true) {
        shared->changed.wait(lock, [&] { return shared->call || shared->ending; });
        if (!shared->call) break;
        Call call = std::exchange(shared->call, nullptr);
        lock.unlock();
        rd_kafka_error_t* result = call();
        call = nullptr;
        lock.lock();
        shared->result = result;
        shared->returned = true;
        shared->changed.notify_all();
    }
    // A result that came too late for whoever had waited.
    if (shared->result != nullptr) rd_kafka_error_destroy(std::exchange(shared->result, nullptr));
    const std::shared_ptr<void> kept = std::move(shared->kept);
    lock.unlock();
}

}  // namespace matchpoint::streams::kafka
