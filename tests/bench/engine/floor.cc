// librdkafka itself, without our room over it: what any client of Kafka pays on this machine.
#include <librdkafka/rdkafka.h>

#include <cmath>
#include <memory>
#include <stdexcept>

#include "tests/bench/engine/tool.h"

namespace matchpoint::bench {
namespace {

constexpr int kTimeoutMs = 60'000;

struct Destroy {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
    void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
    void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
    void operator()(rd_kafka_consumer_group_metadata_t* group) const {
        rd_kafka_consumer_group_metadata_destroy(group);
    }
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
template <typename T>
using Handle = std::unique_ptr<T, Destroy>;

using Settings = std::map<std::string, std::string>;

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error("floor: a record was not delivered");
}

Handle<rd_kafka_t> make(rd_kafka_type_t type, const Settings& settings) {
    char text[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    for (const auto& [key, value] : settings) {
        if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK) {
            throw std::runtime_error(text);
        }
    }
    if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t* client = rd_kafka_new(type, conf, text, sizeof text);
    if (client == nullptr) throw std::runtime_error(text);
    return Handle<rd_kafka_t>(client);
}

void check(rd_kafka_error_t* error) {
    if (error == nullptr) return;
    const std::string text = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    throw std::runtime_error("floor: " + text);
}

class Loop {
  public:
    Loop(const std::string& bootstrap, const Floor& what) : what_(what) {
        consumer_ = make(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap},
                                             {"group.id", what.group},
                                             {"auto.offset.reset", "earliest"},
                                             {"enable.auto.commit", "false"},
                                             {"queued.max.messages.kbytes", "8192"},
                                             {"socket.nagle.disable", "true"},
                                             {"isolation.level", "read_committed"}});
        Settings producing{{"bootstrap.servers", bootstrap},
                           {"linger.ms", "10"},
                           {"queue.buffering.max.messages", "1000000"},
                           {"retry.backoff.ms", "10"},
                           {"socket.nagle.disable", "true"}};
        if (what.transactions) producing["transactional.id"] = what.group;
        producer_ = make(RD_KAFKA_PRODUCER, producing);
        if (what.transactions) check(rd_kafka_init_transactions(producer_.get(), kTimeoutMs));
        for (std::size_t i = 0; i < what.outputs.size(); ++i) {
            topics_.emplace_back(rd_kafka_topic_new(producer_.get(), ("floor-" + std::to_string(i)).c_str(), nullptr));
            payload_ = std::string(std::max(payload_.size(), what.outputs[i].second), 'x');
        }
        owed_.resize(topics_.size());
        Handle<rd_kafka_topic_partition_list_t> subscription(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(subscription.get(), "scores", RD_KAFKA_PARTITION_UA);
        if (rd_kafka_subscribe(consumer_.get(), subscription.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            throw std::runtime_error("floor: cannot subscribe");
        }
        rd_kafka_poll_set_consumer(consumer_.get());
    }

    ~Loop() { rd_kafka_consumer_close(consumer_.get()); }

    void run() {
        auto due = Clock::now() + what_.commit_interval;
        while (!stopping()) {
            if (const Handle<rd_kafka_message_t> message{rd_kafka_consumer_poll(consumer_.get(), 20)}) {
                if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) echo(*message);
            }
            if (++polls_ % 256 != 0 && Clock::now() < due) continue;
            rd_kafka_poll(producer_.get(), 0);
            if (Clock::now() < due) continue;
            if (open_) commit();
            due = Clock::now() + what_.commit_interval;
        }
    }

  private:
    using Clock = std::chrono::steady_clock;

    void echo(const rd_kafka_message_t& message) {
        if (!open_ && what_.transactions) check(rd_kafka_begin_transaction(producer_.get()));
        open_ = true;
        for (std::size_t i = 0; i < topics_.size(); ++i) {
            owed_[i] += what_.outputs[i].first;
            for (; owed_[i] >= 1; owed_[i] -= 1) produce(topics_[i].get(), message, what_.outputs[i].second);
        }
    }

    void produce(rd_kafka_topic_t* topic, const rd_kafka_message_t& message, std::size_t bytes) {
        const std::size_t value = bytes > message.key_len ? bytes - message.key_len : 0;
        while (rd_kafka_produce(topic, message.partition, RD_KAFKA_MSG_F_COPY, payload_.data(), value, message.key,
                                message.key_len, nullptr) != 0) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                throw std::runtime_error("floor: cannot produce");
            rd_kafka_poll(producer_.get(), 10);
        }
    }

    void commit() {
        while (rd_kafka_outq_len(producer_.get()) > 0) rd_kafka_poll(producer_.get(), 100);
        rd_kafka_topic_partition_list_t* raw = nullptr;
        rd_kafka_assignment(consumer_.get(), &raw);
        const Handle<rd_kafka_topic_partition_list_t> offsets(raw);
        rd_kafka_position(consumer_.get(), offsets.get());
        if (what_.transactions) {
            const Handle<rd_kafka_consumer_group_metadata_t> group(rd_kafka_consumer_group_metadata(consumer_.get()));
            check(rd_kafka_send_offsets_to_transaction(producer_.get(), offsets.get(), group.get(), kTimeoutMs));
            check(rd_kafka_commit_transaction(producer_.get(), kTimeoutMs));
        } else {
            rd_kafka_commit(consumer_.get(), offsets.get(), 1);
        }
        open_ = false;
    }

    const Floor& what_;
    Handle<rd_kafka_t> consumer_;
    Handle<rd_kafka_t> producer_;
    std::vector<Handle<rd_kafka_topic_t>> topics_;
    std::string payload_;
    std::vector<double> owed_;
    bool open_ = false;
    std::uint32_t polls_ = 0;
};

}  // namespace

void floor_loop(const std::string& bootstrap, const Floor& what) {
    Loop(bootstrap, what).run();
}

}  // namespace matchpoint::bench
