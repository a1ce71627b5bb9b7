// The insides of Admin, shared by its source files. Private to this folder.
#pragma once

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/client_context.h"
#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

struct Admin::Impl {
    Impl(KafkaConfig given, ClientHooks given_hooks);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    KafkaConfig config;
    ClientHooks hooks;
    ClientContext context;
    rd_kafka_t* rk = nullptr;
};

}  // namespace matchpoint::streams::kafka
