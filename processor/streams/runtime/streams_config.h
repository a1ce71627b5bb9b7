// The configuration of a streams application, by Kafka Streams' keys and with its defaults. Read once; then an
// immutable value. Unknown keys, missing ones and values out of range throw ConfigError.
//
//     kafka.<name>             any librdkafka setting, for every client
//     consumer.<name>, producer.<name>, restore.consumer.<name>      the same for one kind of client
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "processor/streams/base/error.h"
#include "processor/streams/kafka/config.h"

namespace matchpoint::streams {

enum class ProcessingGuarantee : std::uint8_t { kAtLeastOnce, kExactlyOnceV2 };

struct StreamsConfig {
    using Map = std::map<std::string, std::string>;
    using Millis = std::chrono::milliseconds;

    [[nodiscard]] static StreamsConfig parse(const Map& settings);

    std::string application_id;            // application.id
    std::string bootstrap_servers;         // bootstrap.servers
    std::string application_server;        // application.server: host:port where this instance can be queried
    std::int32_t num_stream_threads = 1;   // num.stream.threads
    std::int32_t num_standby_replicas = 0;  // num.standby.replicas
    std::int32_t replication_factor = -1;  // replication.factor of internal topics; -1: the broker's default
    ProcessingGuarantee guarantee = ProcessingGuarantee::kAtLeastOnce;  // processing.guarantee
    Millis commit_interval{30'000};                                     // commit.interval.ms; 100 under exactly-once
    Millis poll_timeout{100};                                           // poll.ms
    Millis max_task_idle{0};                                            // max.task.idle.ms; -1: never wait
    Millis task_timeout{300'000};                                       // task.timeout.ms
    Millis state_cleanup_delay{600'000};                                // state.cleanup.delay.ms
    Millis repartition_purge_interval{30'000};                          // repartition.purge.interval.ms
    Millis transaction_timeout{10'000};                                 // producer.transaction.timeout.ms
    std::int32_t buffered_records_per_partition = 1000;                 // buffered.records.per.partition
    std::filesystem::path state_dir;                                    // state.dir
    std::size_t store_memory_bytes = 64U << 20U;  // rocksdb.memory.bytes: bound of all stores' memory together
    std::string group_instance_id;                 // group.instance.id: prefix for each thread's; empty: the persisted
                                                   // process id; "none": dynamic membership
    std::string auto_offset_reset = "earliest";    // auto.offset.reset
    std::string dead_letter_topic;                 // errors.dead.letter.queue.topic.name; must exist
    bool continue_on_deserialization_error = false;  // deserialization.exception.handler
    bool continue_on_processing_error = false;       // processing.exception.handler
    bool continue_on_production_error = false;       // production.exception.handler
    std::size_t cache_max_bytes = 0;  // statestore.cache.max.bytes, of all threads together; 0: no record caches

    [[nodiscard]] bool exactly_once() const { return guarantee == ProcessingGuarantee::kExactlyOnceV2; }

    // Settings of each kind of client, the application's overrides included. `name` becomes client.id.
    [[nodiscard]] kafka::KafkaConfig client_config(const std::string& name) const;
    [[nodiscard]] kafka::KafkaConfig consumer_config(const std::string& name) const;
    [[nodiscard]] kafka::KafkaConfig restore_consumer_config(const std::string& name) const;
    [[nodiscard]] kafka::KafkaConfig producer_config(const std::string& name) const;

  private:
    Map kafka_;
    Map consumer_;
    Map restore_consumer_;
    Map producer_;
};

}  // namespace matchpoint::streams
