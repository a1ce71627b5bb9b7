// The insides of Consumer, shared by its source files. Private to this folder.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/kafka/abandonable_call.h"
#include "processor/streams/kafka/client_context.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/fetch_nudge.h"
#include "processor/streams/kafka/handles.h"
#include "processor/streams/kafka/join_watch.h"

namespace matchpoint::streams::kafka {

struct Consumer::Impl {
    Impl(Consumer& consumer, const KafkaConfig& config, ClientHooks hooks);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // The group's change, told to the listener. Called by librdkafka inside a poll: must not throw.
    void rebalance(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list) noexcept;
    void wake_fetchers();
    void tell(rd_kafka_resp_err_t code, const std::vector<TopicPartition>& partitions);
    [[nodiscard]] MaybeError subscribe();  // to `topics`
    void learn_topics(const std::vector<PartitionOffset>& partitions);
    // What the listener should have done.
    void make_change(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list);
    // Makes a change of the assignment. While the consumer is closed the group's thread may be gone, and the call would
    // wait for its answer for ever: then it is given up with the close.
    [[nodiscard]] MaybeError change(AbandonableCall::Call call);
    [[nodiscard]] bool eager() const;
    [[nodiscard]] bool over() const;
    // Blocks; null when time is up or wake() was called.
    [[nodiscard]] rd_kafka_message_t* wait_for_message(std::chrono::milliseconds timeout);
    // What a listener threw, thrown on.
    void rethrow();
    [[nodiscard]] PollResult not_a_record(rd_kafka_message_t* raw);
    // Before a close: lets a join that is under way end, without the listener.
    void settle(std::chrono::milliseconds timeout);
    [[nodiscard]] bool joining() const;
    // False if it is not to be had in time; what its threads use must then stay.
    [[nodiscard]] bool destroy_client();
    // Serves one event of the close queue.
    void serve_closing(rd_kafka_event_t& event);

    Consumer& consumer;
    ClientContext context;
    JoinWatch joins;
    rd_kafka_t* rk = nullptr;
    QueueHandle queue;
    RebalanceListener* listener = nullptr;
    std::atomic<bool> woken = false;
    std::exception_ptr thrown;
    FetchNudge nudge;
    MaybeError commit_error;
    std::vector<std::string> topics;  // subscribed to
    std::set<std::string, std::less<>> known_topics;
    bool change_made = false;
    bool subscribed = false;
    bool ever_assigned = false;
    bool is_static = false;
    bool seen_member_id = false;
    bool closed = false;
    bool close_gave_up = false;
    AbandonableCall closing_call;
    Deadline closing_until{std::chrono::milliseconds(0)};
};

}  // namespace matchpoint::streams::kafka
