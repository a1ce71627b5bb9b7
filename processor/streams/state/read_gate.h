// Lets readers of other threads in until it is closed; closing waits for those inside. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams::state {

class ReadGate {
  public:
    // Throws StorageError(kClosed) once closed. Each enter() is followed by one leave(), from any thread.
    void enter() {
        const std::lock_guard lock(mutex_);
        if (closed_) throw StorageError(StorageErrorKind::kClosed, "the store is closed");
        ++inside_;
    }
    void leave() {
        const std::lock_guard lock(mutex_);
        if (--inside_ == 0 && closed_) empty_.notify_all();
    }
    void close() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        empty_.wait(lock, [this] { return inside_ == 0; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable empty_;
    std::uint64_t inside_ = 0;
    bool closed_ = false;
};

}  // namespace matchpoint::streams::state
