#include "processor/streams/kafka/consumer.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "processor/streams/kafka/consumer_impl.h"

namespace matchpoint::streams::kafka {
namespace {

KafkaConfig with_defaults(KafkaConfig config) {
    config.set_default("group.id", "matchpoint-unjoined");
    config.set_default("partition.assignment.strategy", "cooperative-sticky");
    config.set_default("enable.auto.commit", "false");
    config.set_default("enable.auto.offset.store", "false");
    config.set_default("socket.nagle.disable", "true");
    config.set_default("reconnect.backoff.max.ms", "1000");  // as Java's; librdkafka's 10 s outlast the outage
    // A partition that is newly assigned waits for the fetch under way, which an idle topic holds for this long.
    config.set_default("fetch.wait.max.ms", "100");
    // Less memory and better caching than with 100,000, and with the nudge no slower.
    if (FetchNudge::possible(config)) config.set_default("queued.min.messages", "2000");
    return config;
}

constexpr Consumer::Millis kLongestDestroy{3'000};

Consumer::Millis slice(Consumer::Millis left) {
    return left < ClientContext::kProbeEvery ? left : ClientContext::kProbeEvery;
}

}  // namespace

Consumer::Impl::Impl(Consumer& owner, const KafkaConfig& config, ClientHooks hooks)
    : consumer(owner), context(std::move(hooks), config.get_or("bootstrap.servers", "?"), this) {
    ConfHandle conf = config.build();
    context.install(conf.get());
    joins.install(conf.get());
    rd_kafka_conf_set_rebalance_cb(
        conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
            static_cast<Impl*>(static_cast<ClientContext*>(opaque)->owner())->rebalance(code, *list);
        });
    rd_kafka_conf_set_offset_commit_cb(
        conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list, void* opaque) {
            auto& self = *static_cast<Impl*>(static_cast<ClientContext*>(opaque)->owner());
            if (code == RD_KAFKA_RESP_ERR__NO_OFFSET || self.commit_error) return;
            self.commit_error = maybe_error(code);
            if (!self.commit_error && list != nullptr) self.commit_error = first_error(*list);
        });
    is_static = !config.get_or("group.instance.id", "").empty();
    rk = context.create(RD_KAFKA_CONSUMER, std::move(conf));
    nudge.set_up(rk, config);
    rd_kafka_poll_set_consumer(rk);
    queue.reset(rd_kafka_queue_get_consumer(rk));
}

Consumer::Impl::~Impl() {
    (void)destroy_client();
}

// A client that has read a topic which was deleted meanwhile is never done with it: one of its threads waits for ever.
bool Consumer::Impl::destroy_client() {
    if (rk == nullptr) return true;
    queue.reset();
    // A close that has run out of time would only be waited for again.
    const int flags = close_gave_up ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0;
    const Deadline deadline(kLongestDestroy);
    rd_kafka_error_t* none = nullptr;
    const auto destroy = [client = rk, flags]() -> rd_kafka_error_t* {
        rd_kafka_destroy_flags(client, flags);
        return nullptr;
    };
    if (!closing_call.make(
            destroy, [&deadline] { return deadline.left(); }, none))
        return false;
    rk = nullptr;
    return true;
}

void Consumer::Impl::rethrow() {
    if (!thrown) [[likely]]
        return;
    std::rethrow_exception(std::exchange(thrown, nullptr));
}

PollResult Consumer::Impl::not_a_record(rd_kafka_message_t* raw) {
    const MessageHandle owned(raw);
    if (raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return PartitionEof{{rd_kafka_topic_name(raw->rkt), Partition{raw->partition}}, Offset{raw->offset}};
    if (raw->err == RD_KAFKA_RESP_ERR__FATAL)
        if (MaybeError fatal = fatal_error_of(rk)) return std::move(*fatal);
    return error_from_code(raw->err, rd_kafka_message_errstr(raw));
}

Consumer::Consumer(KafkaConfig config, ClientHooks hooks)
    : config_(with_defaults(std::move(config))), impl_(std::make_unique<Impl>(*this, config_, std::move(hooks))) {}

Consumer::~Consumer() {
    try {
        if (!impl_->closed) close();
    } catch (const std::exception& error) {
        if (impl_->context.logger() != nullptr)
            impl_->context.logger()->error("{} while closing: {}", name(), error.what());
    }
    // Closed, but its memory and threads are left to the process.
    if (impl_->joining() || impl_->closing_call.stuck() || !impl_->destroy_client()) (void)impl_.release();
}

// Between its first JoinGroup and its first assignment a client cannot be destroyed: librdkafka 2.0.2 aborts the
// process (rd_kafka_sticky_assignor_state_destroy). No member id means that no JoinGroup has been answered, but a
// static member gets its id only with the answer.
bool Consumer::Impl::joining() const {
    if (!subscribed || ever_assigned) return false;
    return is_static || seen_member_id;
}

void Consumer::Impl::settle(Millis timeout) {
    constexpr Millis kLongest{1000};
    listener = nullptr;
    const Deadline deadline(std::min(timeout, kLongest));
    do {
        const MessageHandle dropped(rd_kafka_consumer_poll(rk, 10));
        seen_member_id = seen_member_id || !consumer.member_id().empty();
    } while (!ever_assigned && !deadline.passed());
}

PollResult Consumer::poll(Millis timeout) {
    Impl& impl = *impl_;
    rd_kafka_message_t* raw = rd_kafka_consumer_poll(impl.rk, 0);
    if (raw == nullptr && !impl.thrown) raw = impl.wait_for_message(timeout);
    if (impl.thrown) [[unlikely]] {
        const MessageHandle dropped(raw);
        impl.rethrow();
    }
    if (raw == nullptr) return std::monostate{};
    if (raw->err != RD_KAFKA_RESP_ERR_NO_ERROR) [[unlikely]]
        return impl.not_a_record(raw);
    impl.context.alive();
    impl.nudge.took_one();
    return PollResult(std::in_place_type<Message>, raw);
}

rd_kafka_message_t* Consumer::Impl::wait_for_message(Millis timeout) {
    nudge.drained();
    // While no broker answers, wait in slices: the probe that sees one come back runs between them.
    const bool sliced = !context.up();
    const Deadline deadline(timeout);
    for (;;) {
        if (woken.exchange(false)) return nullptr;
        const Millis wait = sliced ? slice(deadline.left()) : timeout;
        rd_kafka_message_t* raw = wait.count() > 0 ? rd_kafka_consumer_poll(rk, to_ms(wait)) : nullptr;
        if (raw != nullptr || thrown) return raw;
        context.check(rk);
        if (!sliced || deadline.passed()) break;
    }
    woken = false;
    return nullptr;
}

void Consumer::wake() {
    impl_->woken = true;  // the yield alone could be spent on a poll that does not block
    rd_kafka_queue_yield(impl_->queue.get());
}

void Consumer::notify_fd(int fd) {
    constexpr std::uint64_t kOne = 1;
    rd_kafka_queue_io_event_enable(impl_->queue.get(), fd, &kOne, sizeof kOne);
}

std::string Consumer::name() const {
    return rd_kafka_name(impl_->rk);
}

bool Consumer::connected() const {
    return impl_->context.connected();
}

MaybeError Consumer::fatal_error() const {
    return fatal_error_of(impl_->rk);
}

bool Consumer::close(Millis timeout) {
    Impl& impl = *impl_;
    if (impl.closed) return !impl.close_gave_up;
    impl.closed = true;
    const Deadline deadline(timeout);
    impl.closing_until = deadline;
    rd_kafka_queue_io_event_enable(impl.queue.get(), -1, nullptr, 0);
    if (impl.subscribed && !impl.ever_assigned) impl.settle(timeout);
    const QueueHandle closing(rd_kafka_queue_new(impl.rk));
    if (const MaybeError error = take_error(rd_kafka_consumer_close_queue(impl.rk, closing.get()))) {
        impl.close_gave_up = true;
        return false;
    }
    while (rd_kafka_consumer_closed(impl.rk) == 0 && !deadline.passed() && !impl.closing_call.stuck()) {
        const EventHandle event(rd_kafka_queue_poll(closing.get(), to_ms(slice(deadline.left()))));
        if (event) impl.serve_closing(*event);
    }
    impl.close_gave_up = rd_kafka_consumer_closed(impl.rk) == 0;
    // An unanswered rebalance would keep rd_kafka_destroy waiting for ever.
    if (impl.close_gave_up) {
        (void)impl.change([rk = impl.rk]() -> rd_kafka_error_t* {
            rd_kafka_assign(rk, nullptr);
            return nullptr;
        });
    }
    impl.rethrow();
    return !impl.close_gave_up;
}

}  // namespace matchpoint::streams::kafka
