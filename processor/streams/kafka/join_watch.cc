#include "processor/streams/kafka/join_watch.h"

#include <thread>

namespace matchpoint::streams::kafka {
namespace {

constexpr const char* kName = "join-watch";
constexpr std::int16_t kJoinGroup = 11;
constexpr auto kPause = std::chrono::milliseconds(1);

}  // namespace

// Both are called by the thread of a broker, before librdkafka looks into an answer.
void JoinWatch::install(rd_kafka_conf_t* conf) {
    rd_kafka_conf_interceptor_add_on_new(
        conf, kName,
        [](rd_kafka_t* rk, const rd_kafka_conf_t*, void* watch, char*, std::size_t) {
            const auto code = rd_kafka_interceptor_add_on_request_sent(rk, kName, on_sent, watch);
            if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
            return rd_kafka_interceptor_add_on_response_received(rk, kName, on_received, watch);
        },
        this);
}

rd_kafka_resp_err_t JoinWatch::on_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t key, std::int16_t,
                                       std::int32_t, std::size_t, void* watch) {
    if (key == kJoinGroup) static_cast<JoinWatch*>(watch)->joining_ = true;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t JoinWatch::on_received(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t key, std::int16_t,
                                           std::int32_t, std::size_t, std::int64_t, rd_kafka_resp_err_t, void* watch) {
    if (key == kJoinGroup) static_cast<JoinWatch*>(watch)->joining_ = false;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void JoinWatch::wait(std::chrono::milliseconds most) const {
    if (!joining_) return;
    const auto end = std::chrono::steady_clock::now() + most;
    while (joining_ && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(kPause);
    std::this_thread::sleep_for(kPause);  // from the answer's arrival to its being read
}

}  // namespace matchpoint::streams::kafka
