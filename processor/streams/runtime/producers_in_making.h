// The producers of a stream thread while they are being made: each on a thread of its own, because to become a
// transactional producer takes half a second when a predecessor has left a transaction open, and the stream thread has
// the group to join meanwhile. One attempt; the stream thread's.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "processor/streams/runtime/producer_slot.h"

namespace matchpoint::streams {

class ProducersInMaking {
  public:
    // Makes the producer of slot 0 or 1, on any thread.
    using Make = std::function<std::unique_ptr<ProducerSlot>(int slot)>;

    // `on_done` is called on each producer's thread once it is made, or is not to be.
    ProducersInMaking(int count, const Make& make, const std::function<void()>& on_done);
    ~ProducersInMaking();  // waits
    ProducersInMaking(const ProducersInMaking&) = delete;
    ProducersInMaking& operator=(const ProducersInMaking&) = delete;

    [[nodiscard]] bool done() const { return left_ == 0; }
    // Waits; once. Throws what making one of them has thrown.
    [[nodiscard]] std::vector<std::unique_ptr<ProducerSlot>> take();

  private:
    void join();

    std::atomic<int> left_;
    std::vector<std::unique_ptr<ProducerSlot>> made_;
    std::vector<std::exception_ptr> failures_;
    std::vector<std::thread> threads_;
};

}  // namespace matchpoint::streams
