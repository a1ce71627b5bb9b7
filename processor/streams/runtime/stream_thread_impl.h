// What a stream thread works with. Private to stream_thread*.cc:
//
//     stream_thread.cc       the loop, and what it is made of
//     stream_thread_stop.cc  how it ends: told to, or by a failure
#pragma once

#include <memory>
#include <utility>

#include "processor/streams/runtime/stream_thread.h"

namespace matchpoint::streams {

struct StreamThread::Clients {
    Clients(kafka::KafkaConfig group_consumer, const kafka::KafkaConfig& client, const kafka::ClientHooks& hooks)
        : consumer(std::move(group_consumer), hooks), admin(client, hooks) {}

    kafka::Consumer consumer;
    kafka::Admin admin;
    ConsumedLogEnds log_ends{consumer};
    std::unique_ptr<TransactionalCollector> collector;
    std::unique_ptr<DeadLetters> dead_letters;
    std::unique_ptr<TaskManager> tasks;
};

}  // namespace matchpoint::streams
