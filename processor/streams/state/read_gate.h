// Lets readers of other threads in until it is closed. Closing waits for the calls inside, and ends what readers keep
// open between calls (iterators), so that a reader who forgets one never holds up a task. Thread-safe.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams::state {

class ReadGate {
  public:
    // Something a reader keeps open between its calls.
    class Guest {
      public:
        virtual ~Guest() = default;
        // The gate is closed; nobody is inside. Let go of what belongs to the store.
        virtual void evict() = 0;
    };

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
    // From inside.
    void welcome(Guest& guest) {
        const std::lock_guard lock(mutex_);
        guests_.push_back(&guest);
    }
    // The guest goes by itself; it is evicted here unless that has happened.
    void farewell(Guest& guest) {
        const std::lock_guard lock(mutex_);
        if (std::erase(guests_, &guest) > 0) guest.evict();
    }
    void close() {
        std::unique_lock lock(mutex_);
        closed_ = true;
        empty_.wait(lock, [this] { return inside_ == 0; });
        for (Guest* guest : guests_) guest->evict();
        guests_.clear();
    }

  private:
    std::mutex mutex_;
    std::condition_variable empty_;
    std::vector<Guest*> guests_;
    std::uint64_t inside_ = 0;
    bool closed_ = false;
};

}  // namespace matchpoint::streams::state
