#include "processor/streams/runtime/client_check.h"

#include <fmt/format.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams {
namespace {

constexpr const char* kName = "settings-check";

// A client without an address connects to nobody and is gone within a millisecond.
kafka::KafkaConfig offline(kafka::KafkaConfig config) {
    config.erase("bootstrap.servers").erase("group.instance.id");
    return config;
}

void must_be(const kafka::KafkaConfig& config, std::string_view key, const std::string& needed, std::string_view why) {
    const std::string given = config.get_or(key, needed);
    if (given == needed) return;
    throw ConfigError(fmt::format("Kafka setting {}={} cannot be used: {}", key, given, why));
}

void check_what_the_engine_needs(const StreamsConfig& config) {
    const kafka::KafkaConfig consumer = config.consumer_config(kName);
    must_be(consumer, "group.id", config.application_id, "application.id names the group");
    must_be(consumer, "enable.auto.commit", "false", "offsets are committed with what was made of the records");
    must_be(consumer, "enable.auto.offset.store", "false", "offsets are committed with what was made of the records");
    must_be(consumer, "partition.assignment.strategy", "cooperative-sticky", "tasks are moved cooperatively");
    if (!config.exactly_once()) return;
    for (const kafka::KafkaConfig& reader : {consumer, config.restore_consumer_config(kName)}) {
        must_be(reader, "isolation.level", "read_committed",
                "processing.guarantee=exactly_once_v2 needs read_committed");
    }
}

}  // namespace

void check_clients(const StreamsConfig& config) {
    check_what_the_engine_needs(config);
    const kafka::Admin admin(offline(config.client_config(kName)), {});
    const kafka::Consumer consumer(offline(config.consumer_config(kName)), {});
    const kafka::Consumer restore_consumer(offline(config.restore_consumer_config(kName)), {});
    kafka::KafkaConfig producer = config.producer_config(kName);
    if (producer.contains("transactional.id")) {
        throw ConfigError("Kafka setting transactional.id cannot be used: each producer has one of the engine's");
    }
    if (config.exactly_once()) producer.set("transactional.id", kName);
    const kafka::Producer made(offline(std::move(producer)), {});
}

}  // namespace matchpoint::streams
