// The insides of Producer, shared by its source files. Private to this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "processor/streams/kafka/abandonable_call.h"
#include "processor/streams/kafka/client_context.h"
#include "processor/streams/kafka/handles.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams::kafka {

using HeadersHandle = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;

[[nodiscard]] HeadersHandle make_headers(std::span<const HeaderView> headers);

struct Producer::Impl {
    Impl(const KafkaConfig& config, ClientHooks hooks, DeliveryListener* delivery_listener);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // The calls of this producer are given `timeout`, or less where there is a limit.
    [[nodiscard]] std::chrono::milliseconds capped(std::chrono::milliseconds timeout) const {
        return limit == nullptr ? timeout : limit->cap(timeout);
    }
    void delivered(const rd_kafka_message_t& message);
    [[nodiscard]] rd_kafka_topic_t* intern(std::string_view topic);

    ClientContext context;
    rd_kafka_t* rk = nullptr;
    DeliveryListener* listener;
    std::map<std::string, TopicRef, std::less<>> topics;
    std::optional<DeliveryError> delivery_error;
    MaybeError produce_error;
    std::shared_ptr<const CallLimit> limit;
    AbandonableCall offsets_call;
};

}  // namespace matchpoint::streams::kafka
