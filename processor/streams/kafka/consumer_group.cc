// Consumer: the group's side. Subscription, assignment, rebalances, membership.
#include <algorithm>
#include <utility>

#include "processor/streams/kafka/consumer_impl.h"

namespace matchpoint::streams::kafka {

// As configured, for rd_kafka_rebalance_protocol may never return: it asks the group's thread, and while a client is
// closed whose session has ended that thread can go without an answer. Assignors of both kinds cannot be mixed.
bool Consumer::Impl::eager() const {
    const std::string strategy = consumer.config().get_or("partition.assignment.strategy", "");
    return strategy.find("cooperative") == std::string::npos;
}

// Nothing is assigned any more, and nobody is left to answer.
bool Consumer::Impl::over() const {
    return closed && rd_kafka_consumer_closed(rk) != 0;
}

void Consumer::Impl::rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) noexcept {
    change_made = false;
    ever_assigned = true;
    try {
        tell(code, to_partitions(list));
    } catch (...) {
        // No exception may pass through librdkafka.
        if (!thrown) thrown = std::current_exception();
        if (change_made) return;
        const ListHandle none = make_list(std::vector<TopicPartition>{});
        return make_change(code, *none);
    }
    // The group waits for the change to be made, an empty one too, and would wait for ever.
    if (!change_made) make_change(code, list);
    if (!closed) wake_fetchers();
}

// Until the change is made librdkafka pauses what stays assigned. Its main thread lets it go on after it has answered
// the change, so a second question is answered when that is done; but the fetchers may sleep on for a second.
void Consumer::Impl::wake_fetchers() {
    (void)consumer.group_metadata();
    nudge.resumed();
}

void Consumer::Impl::make_change(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) {
    if (over()) return;
    const bool assigning = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    const std::shared_ptr<rd_kafka_topic_partition_list_t> own = ListHandle(rd_kafka_topic_partition_list_copy(&list));
    (void)change([rk = rk, own, assigning, whole = eager()]() -> rd_kafka_error_t* {
        if (!whole)
            return assigning ? rd_kafka_incremental_assign(rk, own.get())
                             : rd_kafka_incremental_unassign(rk, own.get());
        rd_kafka_assign(rk, assigning && own->cnt > 0 ? own.get() : nullptr);
        return nullptr;
    });
}

MaybeError Consumer::Impl::change(AbandonableCall::Call call) {
    constexpr std::chrono::milliseconds kLeast{500};
    if (!closed) return take_error(call());
    const MaybeError late = error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "the group does not answer");
    if (closing_call.stuck()) return late;
    const Deadline until(std::max(closing_until.left(), kLeast));
    rd_kafka_error_t* raw = nullptr;
    if (!closing_call.make(
            std::move(call), [&until] { return until.left(); }, raw))
        return late;
    return take_error(raw);
}

void Consumer::Impl::tell(rd_kafka_resp_err_t code, const std::vector<TopicPartition>& partitions) {
    MaybeError error;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        if (listener != nullptr) return listener->on_assigned(consumer, partitions);
        std::vector<PartitionOffset> from;
        for (const TopicPartition& each : partitions) from.push_back({each, kStored, {}});
        error = consumer.incremental_assign(from);
    } else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        if (listener != nullptr && rd_kafka_assignment_lost(rk) != 0) return listener->on_lost(consumer, partitions);
        if (listener != nullptr) return listener->on_revoked(consumer, partitions);
        error = consumer.incremental_unassign(partitions);
    } else {
        rd_kafka_assign(rk, nullptr);
        error = error_from_code(code);
    }
    if (error) throw KafkaException(*error);
}

void Consumer::Impl::serve_closing(rd_kafka_event_t& event) {
    if (rd_kafka_event_type(&event) != RD_KAFKA_EVENT_REBALANCE) return;
    const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(&event);
    if (list != nullptr) rebalance(rd_kafka_event_error(&event), *list);
}

// A topic that librdkafka has no metadata of is fetched from only after its next look round, half a second to a second
// later. Asking first takes a few milliseconds. If nothing answers in time, that look round still comes.
void Consumer::Impl::learn_topics(const std::vector<PartitionOffset>& partitions) {
    constexpr std::chrono::milliseconds kWait{1000};
    const Deadline deadline(kWait);
    for (const PartitionOffset& each : partitions) {
        if (known_topics.contains(each.partition.topic)) continue;
        const TopicRef topic(rd_kafka_topic_new(rk, each.partition.topic.c_str(), nullptr));
        if (topic && ask_partition_count(rk, topic.get(), deadline)) known_topics.insert(each.partition.topic);
    }
}

MaybeError Consumer::subscribe(const std::vector<std::string>& topics, RebalanceListener* listener) {
    impl_->listener = listener;
    impl_->subscribed = true;
    impl_->topics = topics;
    return impl_->subscribe();
}

// A subscription that comes during a rebalance is put off until its end, and is then begun with a join that neither
// waits for a heartbeat nor for librdkafka's second between two joins. This one changes nothing else.
MaybeError Consumer::join_again() {
    return impl_->closed ? std::nullopt : impl_->subscribe();
}

MaybeError Consumer::Impl::subscribe() {
    const ListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
    for (const std::string& topic : topics)
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    return maybe_error(rd_kafka_subscribe(rk, list.get()));
}

MaybeError Consumer::unsubscribe() {
    return maybe_error(rd_kafka_unsubscribe(impl_->rk));
}

MaybeError Consumer::assign(const std::vector<PartitionOffset>& partitions) {
    impl_->change_made = true;
    if (partitions.empty()) return maybe_error(rd_kafka_assign(impl_->rk, nullptr));
    impl_->learn_topics(partitions);
    const ListHandle list = make_list(partitions);
    return maybe_error(rd_kafka_assign(impl_->rk, list.get()));
}

MaybeError Consumer::incremental_assign(const std::vector<PartitionOffset>& partitions) {
    if (impl_->eager()) return assign(partitions);
    impl_->change_made = true;
    impl_->learn_topics(partitions);
    const ListHandle list = make_list(partitions);
    return take_error(rd_kafka_incremental_assign(impl_->rk, list.get()));
}

MaybeError Consumer::incremental_unassign(const std::vector<TopicPartition>& partitions) {
    if (impl_->eager()) return assign({});
    impl_->change_made = true;
    if (impl_->over()) return std::nullopt;
    const std::shared_ptr<rd_kafka_topic_partition_list_t> list = make_list(partitions);
    return impl_->change([rk = impl_->rk, list] { return rd_kafka_incremental_unassign(rk, list.get()); });
}

GroupMetadata Consumer::group_metadata() const {
    return GroupMetadata(rd_kafka_consumer_group_metadata(impl_->rk));
}

GroupMetadata Consumer::group_metadata_after_join() const {
    constexpr Millis kMost{100};
    impl_->joins.wait(kMost);
    return group_metadata();
}

void GroupMetadata::Deleter::operator()(rd_kafka_consumer_group_metadata_s* raw) const {
    if (raw != nullptr) rd_kafka_consumer_group_metadata_destroy(raw);
}

std::vector<TopicPartition> Consumer::assignment() const {
    rd_kafka_topic_partition_list_t* raw = nullptr;
    if (rd_kafka_assignment(impl_->rk, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    const ListHandle list(raw);
    return to_partitions(*list);
}

bool Consumer::assignment_lost() const {
    return rd_kafka_assignment_lost(impl_->rk) != 0;
}

std::string Consumer::member_id() const {
    char* raw = rd_kafka_memberid(impl_->rk);
    if (raw == nullptr) return {};
    std::string id(raw);
    rd_kafka_mem_free(impl_->rk, raw);
    return id;
}

}  // namespace matchpoint::streams::kafka
