#include "processor/streams/runtime/client_check.h"

#include <string>
#include <string_view>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/owned_settings.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams {
namespace {

constexpr const char* kName = "settings-check";
constexpr std::string_view kGroup = "application.id names the group";
constexpr std::string_view kInstance =
    "each thread needs one of its own, made from the setting group.instance.id, without a prefix";
constexpr std::string_view kCommits = "offsets are committed with what was made of the records";
constexpr std::string_view kReadCommitted = "processing.guarantee=exactly_once_v2 needs read_committed";

// A client without an address connects to nobody and is gone within a millisecond.
kafka::KafkaConfig offline(kafka::KafkaConfig config) {
    config.erase("bootstrap.servers").erase("group.instance.id");
    return config;
}

// What is given for all clients, as kafka.<name>, and decided for each kind of them: it would be overridden unseen.
void check_what_all_clients_get(const StreamsConfig& config) {
    const kafka::KafkaConfig all = config.client_config(kName);
    kafka::must_be(all, "group.id", config.application_id, kGroup);
    kafka::must_be(all, "client.id", kName,
                   "clients are named after application.id; producer.client.id names the producers");
    kafka::must_be_ours(all, "group.instance.id", kInstance);
    if (!config.exactly_once()) {
        kafka::must_be(all, "isolation.level", "read_uncommitted", "it is set for consumers: consumer.isolation.level");
        return;
    }
    kafka::must_be(all, "isolation.level", "read_committed", kReadCommitted);
    kafka::must_be(all, "transaction.timeout.ms", std::to_string(config.transaction_timeout.count()),
                   "it is set for producers: producer.transaction.timeout.ms");
}

void check_what_the_engine_needs(const StreamsConfig& config) {
    const kafka::KafkaConfig consumer = config.consumer_config(kName);
    kafka::must_be(consumer, "group.id", config.application_id, kGroup);
    kafka::must_be(consumer, "client.id", kName, "the other instances read in it whose it is");
    kafka::must_be_ours(consumer, "group.instance.id", kInstance);
    kafka::must_be(consumer, "enable.auto.commit", "false", kCommits);
    kafka::must_be(consumer, "enable.auto.offset.store", "false", kCommits);
    kafka::must_be(consumer, "partition.assignment.strategy", "cooperative-sticky", "tasks are moved cooperatively");
    if (!config.exactly_once()) return;
    for (const kafka::KafkaConfig& reader : {consumer, config.restore_consumer_config(kName)}) {
        kafka::must_be(reader, "isolation.level", "read_committed", kReadCommitted);
    }
}

}  // namespace

void check_clients(const StreamsConfig& config) {
    check_what_all_clients_get(config);
    check_what_the_engine_needs(config);
    const kafka::Admin admin(offline(config.client_config(kName)), {});
    const kafka::Consumer consumer(offline(config.consumer_config(kName)), {});
    const kafka::Consumer restore_consumer(offline(config.restore_consumer_config(kName)), {});
    kafka::KafkaConfig producer = config.producer_config(kName);
    kafka::must_be_ours(producer, "transactional.id", "each producer has one of the engine's");
    if (config.exactly_once()) producer.set("transactional.id", kName);
    const kafka::Producer made(offline(std::move(producer)), {});
}

}  // namespace matchpoint::streams
