#include "processor/streams/runtime/streams_config.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "processor/streams/runtime/exception_handlers.h"
#include "processor/streams/runtime/host_directory.h"

namespace matchpoint::streams {
namespace {

// Takes settings out of the map one by one, so that what remains is unknown.
class Settings {
  public:
    explicit Settings(StreamsConfig::Map settings) : left_(std::move(settings)) {}

    bool text(const std::string& key, std::string& out) {
        const auto found = left_.find(key);
        if (found == left_.end()) return false;
        out = found->second;
        left_.erase(found);
        return true;
    }

    std::string required(const std::string& key, std::string_view remedy) {
        std::string value;
        if (!text(key, value) || value.empty()) throw ConfigError(fmt::format("{} is missing: {}", key, remedy));
        return value;
    }

    template <typename T>
    bool number(const std::string& key, T& out, std::int64_t min, std::int64_t max) {
        std::string value;
        if (!text(key, value)) return false;
        std::int64_t parsed = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
        if (error != std::errc{} || end != value.data() + value.size() || parsed < min || parsed > max) {
            throw ConfigError(fmt::format("{}={}: a whole number from {} to {} is expected", key, value, min, max));
        }
        out = static_cast<T>(parsed);
        return true;
    }

    bool millis(const std::string& key, StreamsConfig::Millis& out, std::int64_t min = 0) {
        std::int64_t value = 0;
        if (!number(key, value, min, std::numeric_limits<std::int32_t>::max())) return false;
        out = StreamsConfig::Millis(value);
        return true;
    }

    void handler(const std::string& key, bool& out) {
        std::string class_name;
        if (text(key, class_name)) out = continues(key, class_name);
    }

    void prefixed(const std::string& prefix, StreamsConfig::Map& out) {
        for (auto at = left_.lower_bound(prefix); at != left_.end() && at->first.starts_with(prefix);) {
            out[at->first.substr(prefix.size())] = at->second;
            at = left_.erase(at);
        }
    }

    void nothing_left() const {
        if (left_.empty()) return;
        throw ConfigError(
            fmt::format("{}: no such setting; librdkafka's own are given as kafka.<name>", left_.begin()->first));
    }

  private:
    StreamsConfig::Map left_;
};

ProcessingGuarantee parse_guarantee(const std::string& text) {
    if (text == "at_least_once") return ProcessingGuarantee::kAtLeastOnce;
    if (text == "exactly_once_v2") return ProcessingGuarantee::kExactlyOnceV2;
    throw ConfigError(fmt::format("processing.guarantee={}: at_least_once or exactly_once_v2 is expected", text));
}

// It is part of the names of topics and of a folder.
void check_application_id(const std::string& id) {
    constexpr std::string_view kLegal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (id.find_first_not_of(kLegal) == std::string::npos && id != "." && id != "..") return;
    throw ConfigError(fmt::format("application.id={}: letters, digits, '.', '_' and '-' are expected", id));
}

void check_server(const std::string& text) {
    if (!text.empty() && !parse_host(text)) {
        throw ConfigError(
            fmt::format("application.server={}: host:port is expected, where this instance answers", text));
    }
}

// Also where it is said of the consumers. librdkafka has more words for it; the engine, which decides, has two.
std::string parse_offset_reset(std::string text, std::initializer_list<StreamsConfig::Map*> clients) {
    for (StreamsConfig::Map* client : clients) {
        const auto found = client->find("auto.offset.reset");
        if (found == client->end()) continue;
        text = found->second;
        client->erase(found);
    }
    if (text == "earliest" || text == "latest") return text;
    throw ConfigError(fmt::format("auto.offset.reset={}: earliest or latest is expected", text));
}

void merge(kafka::KafkaConfig& config, const StreamsConfig::Map& settings) {
    for (const auto& [key, value] : settings) config.set(key, value);
}

}  // namespace

StreamsConfig StreamsConfig::parse(const Map& settings) {
    constexpr std::int64_t kMaxInt = std::numeric_limits<std::int32_t>::max();
    StreamsConfig config;
    Settings left(settings);
    left.prefixed("kafka.", config.kafka_);
    left.prefixed("consumer.", config.consumer_);
    left.prefixed("restore.consumer.", config.restore_consumer_);
    left.prefixed("producer.", config.producer_);
    config.application_id = left.required("application.id", "the name of the application, also its consumer group");
    check_application_id(config.application_id);
    config.bootstrap_servers = left.required("bootstrap.servers", "where Kafka is, as host:port");
    std::string guarantee;
    if (left.text("processing.guarantee", guarantee)) config.guarantee = parse_guarantee(guarantee);
    if (config.exactly_once()) config.commit_interval = Millis(100);
    if (left.text("application.server", config.application_server)) check_server(config.application_server);
    left.number("num.stream.threads", config.num_stream_threads, 1, 256);
    left.number("num.standby.replicas", config.num_standby_replicas, 0, 64);
    left.number("replication.factor", config.replication_factor, -1, 32'767);
    left.millis("commit.interval.ms", config.commit_interval);
    left.millis("poll.ms", config.poll_timeout);
    left.millis("max.task.idle.ms", config.max_task_idle, -1);
    left.millis("task.timeout.ms", config.task_timeout);
    left.millis("state.cleanup.delay.ms", config.state_cleanup_delay);
    left.millis("repartition.purge.interval.ms", config.repartition_purge_interval, 1);
    left.number("buffered.records.per.partition", config.buffered_records_per_partition, 1, kMaxInt);
    left.number("rocksdb.memory.bytes", config.store_memory_bytes, 8 << 20, std::numeric_limits<std::int64_t>::max());
    left.text("group.instance.id", config.group_instance_id);
    left.text("auto.offset.reset", config.auto_offset_reset);
    config.auto_offset_reset = parse_offset_reset(config.auto_offset_reset, {&config.kafka_, &config.consumer_});
    left.text("errors.dead.letter.queue.topic.name", config.dead_letter_topic);
    left.handler("deserialization.exception.handler", config.continue_on_deserialization_error);
    left.handler("processing.exception.handler", config.continue_on_processing_error);
    left.handler("production.exception.handler", config.continue_on_production_error);
    left.number("statestore.cache.max.bytes", config.cache_max_bytes, 0, std::numeric_limits<std::int64_t>::max());
    std::string state_dir = (std::filesystem::temp_directory_path() / "kafka-streams").string();
    if (left.text("state.dir", state_dir) && state_dir.empty()) throw ConfigError("state.dir is empty: name a folder");
    config.state_dir = state_dir;
    left.nothing_left();
    if (const auto timeout = config.producer_.find("transaction.timeout.ms"); timeout != config.producer_.end()) {
        Settings({*timeout}).millis(timeout->first, config.transaction_timeout, 1);
    }
    return config;
}

kafka::KafkaConfig StreamsConfig::client_config(const std::string& name) const {
    kafka::KafkaConfig config;
    config.set("bootstrap.servers", bootstrap_servers).set("client.id", name);
    merge(config, kafka_);
    return config;
}

kafka::KafkaConfig StreamsConfig::consumer_config(const std::string& name) const {
    kafka::KafkaConfig config = client_config(name);
    config.set("group.id", application_id).set("auto.offset.reset", auto_offset_reset);
    config.set("isolation.level", exactly_once() ? "read_committed" : "read_uncommitted");
    // What waits for us, by partition: enough for the hottest loop, little enough to stay in the processor's caches.
    config.set_default("queued.max.messages.kbytes", "1024").set_default("fetch.wait.max.ms", "100");
    // A response is kept until its last record has been processed, and a dozen partitions have dozens of them.
    config.set_default("fetch.message.max.bytes", "262144");
    // A rebalance takes two rounds, and members learn of each with their next heartbeat: until then what moves stands
    // still.
    config.set_default("heartbeat.interval.ms", "500");
    merge(config, consumer_);
    return config;
}

kafka::KafkaConfig StreamsConfig::restore_consumer_config(const std::string& name) const {
    kafka::KafkaConfig config = client_config(name);
    config.set("isolation.level", exactly_once() ? "read_committed" : "read_uncommitted");
    merge(config, consumer_);
    merge(config, restore_consumer_);
    return config;
}

kafka::KafkaConfig StreamsConfig::producer_config(const std::string& name) const {
    kafka::KafkaConfig config = client_config(name);
    // Records come a batch at a time, see Outbox: long enough for librdkafka to see the whole of it.
    config.set_default("linger.ms", "2");
    // What waits to be sent: a bound on memory, reached only when Kafka is slower than we are.
    config.set_default("queue.buffering.max.kbytes", "32768");
    // The topics set the limit (max.message.bytes), see TopicLimits.
    config.set_default("message.max.bytes", "67108864");
    if (exactly_once()) config.set("transaction.timeout.ms", std::to_string(transaction_timeout.count()));
    merge(config, producer_);
    return config;
}

}  // namespace matchpoint::streams
