// Reads the mirrored topics from Kafka on a thread of its own and hands batches to the gateway: all partitions, from
// the beginning, committed records only, no group. When Kafka is away it says so, keeps trying, and what has been
// mirrored stays served.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <spdlog/logger.h>

#include "http/gateway.h"
#include "http/log/record_builder.h"
#include "http/topic_watch.h"
#include "processor/streams/kafka/consumer.h"

namespace matchpoint::http {

struct TailConfig {
    streams::kafka::KafkaConfig kafka;
    // Of a topic that is not compacted, no more than about this many of the newest records are read at start.
    std::int64_t replay = 10'000;
    // How often it is made sure that a topic has not grown or been made anew behind our back.
    std::int64_t look_ns = 30'000'000'000;
};

class KafkaTail {
  public:
    KafkaTail(Gateway& gateway, TailConfig config, const streams::Clock& clock, std::shared_ptr<spdlog::logger> logger);
    // Stops the thread, within a poll, or a question that a look has put to Kafka.
    ~KafkaTail();
    void start();
    void stop();

  private:
    using Consumer = streams::kafka::Consumer;
    struct Topic {
        explicit Topic(RecordBuilder records_from) : builder(std::move(records_from)) {}
        RecordBuilder builder;
        std::size_t partitions = 0;
        std::vector<bool> ended;  // partitions whose end has been seen
        bool caught_up = false;
        bool restart = false;            // it has been made anew
        OffsetVector begins;             // where its partitions are read from, until the shards have been told
        bool at_end = false;             // an end was reached behind the last record, of which they have not been told
        std::vector<RecordPtr> records;  // of the batch that is being gathered
    };

    void run();
    // Until stopped, or the consumer can do no more.
    void tail();
    // Makes a consumer and assigns everything, from where an earlier one was; false if stopped meanwhile.
    [[nodiscard]] bool assign_all();
    [[nodiscard]] streams::kafka::MaybeError try_assign();
    [[nodiscard]] streams::kafka::MaybeError add_partitions(std::size_t topic, std::int32_t partitions,
                                                            std::vector<streams::kafka::PartitionOffset>& out);
    // Gathers what is there, at most a batch; waits for the first record only.
    void gather();
    void take(const streams::kafka::Message& message);
    void ended(const streams::kafka::PartitionEof& eof);
    void caught_up(std::size_t topic);
    void publish(std::size_t topic);
    void look_at_lag();
    // True if a topic turned out to be another: it is to be read from its beginning.
    [[nodiscard]] bool look_at_topics();
    // A topic that has grown is read from the beginning of its new partitions.
    void grow(std::size_t topic, std::int32_t partitions);
    // What has been read of the topic is forgotten.
    void restart(std::size_t topic);
    void warn(const std::string& text);
    void tell_clients(const std::string& notice);
    [[nodiscard]] std::size_t index_of(std::string_view topic) const;

    Gateway& gateway_;
    TailConfig config_;
    const streams::Clock& clock_;
    std::shared_ptr<spdlog::logger> logger_;
    std::vector<Topic> topics_;
    std::unique_ptr<TopicWatch> watch_;
    std::unique_ptr<Consumer> consumer_;
    std::atomic<bool> stopping_{false};
    bool begin_again_ = false;  // offsets went back
    std::int64_t last_warning_ns_ = 0;
    std::uint64_t warnings_held_ = 0;
    std::int64_t last_lag_ns_ = 0;
    std::thread thread_;
};

}  // namespace matchpoint::http
