// Knows whether a JoinGroup is on its way. Once the last member has joined the group has a new generation, of which
// this client learns with the answer: offsets sent with the old one meanwhile are refused (ILLEGAL_GENERATION), and
// their transaction is lost. librdkafka tells its state to nobody, but what it sends and receives.
//
// Private to this folder. Written by the client's threads, wait() is for any.
#pragma once

#include <atomic>
#include <chrono>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

class JoinWatch {
  public:
    // Before the client is made; outlives it.
    void install(rd_kafka_conf_t* conf);
    // Until no join is under way. The group waits for its slowest member, so not for longer than `most`: offsets are
    // good until it has come.
    void wait(std::chrono::milliseconds most) const;

  private:
    static rd_kafka_interceptor_f_on_request_sent_t on_sent;
    static rd_kafka_interceptor_f_on_response_received_t on_received;

    std::atomic<bool> joining_{false};
};

}  // namespace matchpoint::streams::kafka
