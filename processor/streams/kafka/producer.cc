#include "processor/streams/kafka/producer.h"

#include <array>
#include <map>
#include <utility>

#include "processor/streams/kafka/producer_impl.h"

namespace matchpoint::streams::kafka {
namespace {

KafkaConfig with_defaults(KafkaConfig config) {
    config.set_default("enable.idempotence", "true");
    config.set_default("partitioner", "murmur2_random");
    config.set_default("socket.nagle.disable", "true");
    config.set_default("reconnect.backoff.max.ms", "1000");
    // A commit meets CONCURRENT_TRANSACTIONS and tries again after this: at the default of 100 commits crawl.
    config.set_default("retry.backoff.ms", "10");
    return config;
}

}  // namespace

Producer::Impl::Impl(const KafkaConfig& config, ClientHooks hooks, DeliveryListener* delivery_listener)
    : context(std::move(hooks), config.get_or("bootstrap.servers", "?"), this), listener(delivery_listener) {
    ConfHandle conf = config.build();
    context.install(conf.get());
    rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
        static_cast<Impl*>(static_cast<ClientContext*>(opaque)->owner())->delivered(*message);
    });
    rk = context.create(RD_KAFKA_PRODUCER, std::move(conf));
}

Producer::Impl::~Impl() {
    if (rk != nullptr) rd_kafka_purge(rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    topics.clear();
    if (rk != nullptr) rd_kafka_destroy(rk);
}

void Producer::Impl::delivered(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) [[likely]] {
        context.alive();
        if (listener == nullptr) return;
        listener->on_delivery({message._private, rd_kafka_topic_name(message.rkt), Partition{message.partition},
                               Offset{message.offset}, nullptr});
        return;
    }
    const KafkaError error = error_from_code(message.err);  // rd_kafka_message_errstr would give the payload
    if (!delivery_error)
        delivery_error = DeliveryError{error, rd_kafka_topic_name(message.rkt), Partition{message.partition}};
    if (listener != nullptr)
        listener->on_delivery(
            {message._private, rd_kafka_topic_name(message.rkt), Partition{message.partition}, kNoOffset, &error});
}

rd_kafka_topic_t* Producer::Impl::intern(std::string_view topic) {
    if (const auto found = topics.find(topic); found != topics.end()) return found->second.get();
    const std::string owned(topic);
    TopicRef handle(rd_kafka_topic_new(rk, owned.c_str(), nullptr));
    if (!handle) throw KafkaException(error_from_code(rd_kafka_last_error(), "topic '" + owned + "'"));
    return topics.emplace(owned, std::move(handle)).first->second.get();
}

Producer::Producer(KafkaConfig config, ClientHooks hooks, DeliveryListener* listener)
    : config_(with_defaults(std::move(config))), impl_(std::make_unique<Impl>(config_, std::move(hooks), listener)) {}

Producer::~Producer() {
    if (!impl_->offsets_call.stuck()) return;
    impl_->listener = nullptr;
    AbandonableCall& call = impl_->offsets_call;
    call.keep(std::shared_ptr<Impl>(std::move(impl_)));
}

void Producer::limit_calls(std::shared_ptr<const CallLimit> limit) {
    impl_->limit = std::move(limit);
}

Producer::Millis Producer::capped(Millis timeout) const {
    return impl_->capped(timeout);
}

TopicHandle Producer::topic(std::string_view name) {
    return TopicHandle(impl_->intern(name));
}

Result<std::vector<std::int32_t>> Producer::warm_metadata(const std::vector<std::string>& topics, Millis timeout) {
    const Deadline deadline(timeout);
    std::vector<std::int32_t> counts;
    for (const std::string& each : topics) {
        Result<std::int32_t> count = ask_partition_count(impl_->rk, impl_->intern(each), deadline);
        if (!count) return count.error();
        counts.push_back(*count);
    }
    return counts;
}

ProduceStatus Producer::produce(const OutgoingRecord& record) {
    // produceva is the one call that takes timestamp and headers and no varargs.
    std::array<rd_kafka_vu_t, 8> with{};
    std::size_t count = 0;
    const auto add = [&](rd_kafka_vtype_t type) -> decltype(with[0].u)& {
        with[count].vtype = type;
        return with[count++].u;
    };
    // A null pointer means a null key or value, so an empty one needs some address.
    const auto add_bytes = [&](rd_kafka_vtype_t type, BytesView bytes) {
        auto& memory = add(type).mem;
        memory.ptr = const_cast<char*>(bytes.data() == nullptr ? "" : bytes.data());
        memory.size = bytes.size();
    };
    add(RD_KAFKA_VTYPE_RKT).rkt = record.topic.raw_;
    add(RD_KAFKA_VTYPE_PARTITION).i32 = record.partition.value();
    add(RD_KAFKA_VTYPE_MSGFLAGS).i = record.value_memory == ValueMemory::kCopied ? RD_KAFKA_MSG_F_COPY : 0;
    if (record.key) add_bytes(RD_KAFKA_VTYPE_KEY, *record.key);
    if (record.value) add_bytes(RD_KAFKA_VTYPE_VALUE, *record.value);
    // librdkafka takes 0 for "now": the epoch itself is sent as the millisecond after it.
    if (record.timestamp != kNoTimestamp)
        add(RD_KAFKA_VTYPE_TIMESTAMP).i64 = record.timestamp.value() == 0 ? 1 : record.timestamp.value();
    if (record.opaque != nullptr) add(RD_KAFKA_VTYPE_OPAQUE).ptr = record.opaque;
    HeadersHandle headers;
    if (!record.headers.empty()) {
        headers = make_headers(record.headers);
        add(RD_KAFKA_VTYPE_HEADERS).headers = headers.get();
    }
    rd_kafka_error_t* refused = rd_kafka_produceva(impl_->rk, with.data(), count);
    if (refused == nullptr) [[likely]] {
        (void)headers.release();  // the message's now
        return ProduceStatus::kOk;
    }
    const bool full = rd_kafka_error_code(refused) == RD_KAFKA_RESP_ERR__QUEUE_FULL;
    impl_->produce_error = take_error(refused);
    return full ? ProduceStatus::kQueueFull : ProduceStatus::kFailed;
}

const MaybeError& Producer::last_produce_error() const {
    return impl_->produce_error;
}

int Producer::poll(Millis timeout) {
    const int served = rd_kafka_poll(impl_->rk, to_ms(timeout));
    impl_->context.check(impl_->rk);
    return served;
}

bool Producer::drain(Millis timeout) {
    const Deadline deadline(timeout);
    while (rd_kafka_outq_len(impl_->rk) > 0) {
        const Millis left = impl_->capped(deadline.left());
        if (left.count() == 0) return false;
        rd_kafka_flush(impl_->rk, to_ms(left < ClientContext::kProbeEvery ? left : ClientContext::kProbeEvery));
        impl_->context.check(impl_->rk);
    }
    return true;
}

std::optional<DeliveryError> Producer::take_delivery_error() {
    return std::exchange(impl_->delivery_error, std::nullopt);
}

std::size_t Producer::in_flight() const {
    return static_cast<std::size_t>(rd_kafka_outq_len(impl_->rk));
}

void Producer::purge() {
    rd_kafka_purge(impl_->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(impl_->rk, 0);
}

std::string Producer::name() const {
    return rd_kafka_name(impl_->rk);
}

bool Producer::connected() const {
    return impl_->context.connected();
}

MaybeError Producer::fatal_error() const {
    if (stuck()) return error_from_code(RD_KAFKA_RESP_ERR__FATAL, "a call for the group's coordinator never ended");
    return fatal_error_of(impl_->rk);
}

bool Producer::stuck() const {
    return impl_->offsets_call.stuck();
}

}  // namespace matchpoint::streams::kafka
