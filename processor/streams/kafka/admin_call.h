// One admin request: options, the queue its answer comes on, the answer. Private to this folder.
#pragma once

#include <utility>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

using OptionsHandle = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

class AdminCall {
  public:
    AdminCall(rd_kafka_t* rk, rd_kafka_admin_op_t operation, std::chrono::milliseconds timeout)
        : timeout_(timeout), options_(rd_kafka_AdminOptions_new(rk, operation)), queue_(rd_kafka_queue_new(rk)) {
        rd_kafka_AdminOptions_set_request_timeout(options_.get(), to_ms(timeout), nullptr, 0);
    }
    // Not every request has it: only those that change something on the controller.
    void also_wait_for_operation() {
        rd_kafka_AdminOptions_set_operation_timeout(options_.get(), to_ms(timeout_), nullptr, 0);
    }
    [[nodiscard]] const rd_kafka_AdminOptions_t* options() const { return options_.get(); }
    [[nodiscard]] rd_kafka_queue_t* queue() const { return queue_.get(); }

    // Waits for the answer; its error if the request as a whole failed.
    [[nodiscard]] MaybeError wait() {
        constexpr std::chrono::seconds kGrace{2};  // librdkafka answers at its own timeout
        event_.reset(rd_kafka_queue_poll(queue_.get(), to_ms(timeout_ + kGrace)));
        if (!event_) return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT);
        const rd_kafka_resp_err_t code = rd_kafka_event_error(event_.get());
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
        return error_from_code(code, rd_kafka_event_error_string(event_.get()));
    }
    [[nodiscard]] rd_kafka_event_t* event() const { return event_.get(); }

  private:
    std::chrono::milliseconds timeout_;
    OptionsHandle options_;
    QueueHandle queue_;
    EventHandle event_;
};

}  // namespace matchpoint::streams::kafka
