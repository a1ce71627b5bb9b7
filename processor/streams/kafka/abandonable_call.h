// Makes one call at a time on a thread of its own, so that whoever waits for it can stop waiting. For the calls of
// librdkafka 2.0.2 that may never return: rd_kafka_send_offsets_to_transaction looks at no clock while it waits for the
// group's coordinator, a change of the assignment waits for a thread that may be gone, and rd_kafka_destroy for one
// that holds on to a topic that was deleted. Private to this folder; the caller's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

class AbandonableCall {
  public:
    using Call = std::function<rd_kafka_error_t*()>;
    using Millis = std::chrono::milliseconds;

    AbandonableCall() = default;
    ~AbandonableCall();  // waits for a call under way, unless keep() was called
    AbandonableCall(const AbandonableCall&) = delete;
    AbandonableCall& operator=(const AbandonableCall&) = delete;

    // True once the call has returned, with its result in `result`. Waits in slices for as long as `left()` gives more
    // than nothing; false then, and stuck() until the end. What the call uses must be its own.
    [[nodiscard]] bool make(Call call, const std::function<Millis()>& left, rd_kafka_error_t*& result);
    [[nodiscard]] bool stuck() const { return stuck_; }
    // Of a stuck call: `what` lives until it returns, and is then destroyed on its thread.
    void keep(std::shared_ptr<void> what);

  private:
    struct Shared {
        std::mutex mutex;
        std::condition_variable changed;
        Call call;
        bool returned = false;
        rd_kafka_error_t* result = nullptr;
        bool ending = false;  // there will be no more calls
        std::shared_ptr<void> kept;
    };
    static void run(const std::shared_ptr<Shared>& shared);

    std::shared_ptr<Shared> shared_;
    std::thread thread_;
    bool stuck_ = false;
};

}  // namespace matchpoint::streams::kafka
