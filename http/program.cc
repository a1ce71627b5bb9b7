#include "http/program.h"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "http/ingest/kafka_publisher.h"
#include "processor/streams/base/clock.h"
#include "processor/streams/kafka/owned_settings.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kKafkaPrefix = "kafka.";

// Taken by sigtimedwait in the main thread; the other threads are made after this and never see them.
class Signals {
  public:
    Signals() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGTERM);
        ::sigaddset(&set_, SIGINT);
        ::sigaddset(&set_, SIGHUP);
        ::sigaddset(&set_, SIGUSR1);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }
    [[nodiscard]] int wait() const {
        int signal = 0;
        while (::sigwait(&set_, &signal) != 0) {
        }
        return signal;
    }

  private:
    sigset_t set_{};
};

template <typename Reload>
void reload(std::string_view what, spdlog::logger& logger, Reload reload_it) {
    try {
        reload_it();
        logger.info("read again: {}", what);
    } catch (const std::exception& error) {
        logger.error("not read again, the old one stays: {}", error.what());
    }
}

void reload_all(Gateway& gateway, spdlog::logger& logger) {
    reload("certificate", logger, [&gateway] { gateway.reload_certificate(); });
    reload("tokens that may publish", logger, [&gateway] { gateway.reload_tokens(); });
    reload("keys of those that read", logger, [&gateway] { gateway.reload_access(); });
}

// What the gateway decides itself: given with another value it would be overridden unseen, or break what is promised.
void check_kafka(const streams::kafka::KafkaConfig& kafka) {
    using streams::kafka::must_be;
    using streams::kafka::must_be_ours;
    constexpr std::string_view kNoGroup = "the gateway reads all partitions and joins no group";
    must_be_ours(kafka, "group.id", kNoGroup);
    must_be_ours(kafka, "group.instance.id", kNoGroup);
    must_be(kafka, "enable.auto.commit", "false", kNoGroup);
    must_be(kafka, "isolation.level", "read_committed", "only committed records are served");
    must_be(kafka, "auto.offset.reset", "earliest", "topics are read from the beginning");
    must_be(kafka, "enable.partition.eof", "true", "the ends of partitions tell when all has been read");
    must_be_ours(kafka, "transactional.id", "events are published without transactions");
    must_be(kafka, "enable.idempotence", "true", "an event that is accepted is published once");
    for (const char* name : {"acks", "request.required.acks"}) {
        if (kafka.get_or(name, "all") != "-1")
            must_be(kafka, name, "all", "an event is accepted once all replicas have it");
    }
    for (const char* name : {"message.timeout.ms", "delivery.timeout.ms"}) {
        must_be_ours(kafka, name, "it is set as publish.timeout.ms");
    }
}

KafkaPublisherConfig publisher_config(const ProgramConfig& config) {
    return {config.tail.kafka, config.http.publish.timeout_ms, config.http.publish.queue_bytes};
}

// The publisher's answers go to the gateway, so it must be still before that goes, however that comes about.
class StopLast {
  public:
    explicit StopLast(KafkaPublisher& publisher) : publisher_(publisher) {}
    ~StopLast() { publisher_.stop(); }
    StopLast(const StopLast&) = delete;
    StopLast& operator=(const StopLast&) = delete;

  private:
    KafkaPublisher& publisher_;
};

}  // namespace

ProgramConfig ProgramConfig::from(const std::map<std::string, std::string>& settings) {
    ProgramConfig config;
    for (const auto& [key, value] : settings) {
        if (key.starts_with(kKafkaPrefix)) {
            config.tail.kafka.set(key.substr(kKafkaPrefix.size()), value);
        } else if (key == "bootstrap.servers") {
            config.tail.kafka.set(key, value);
        } else {
            config.http.set(key, value);
        }
    }
    check_kafka(config.tail.kafka);
    if (const char* token = std::getenv("MATCHPOINT_PUBLISH_TOKEN")) config.http.publish.token = token;
    return config;
}

std::vector<TopicSpec> mirrored_topics(const Config& config) {
    const topics::TopicCatalog catalog;
    std::vector<TopicSpec> specs;
    for (const std::string_view name :
         {topics::kMatchState, topics::kHighScores, topics::kScores, topics::kScoresRejected}) {
        if (name == topics::kScoresRejected && !config.rejected) continue;
        const topics::Topic& topic = catalog.topic(name);
        TopicSpec spec{topic.name, static_cast<std::size_t>(topic.partitions), config.log, name == topics::kHighScores,
                       name == topics::kScoresRejected};
        spec.options.compacted = topic.compacted;
        spec.options.match_is_key = name != topics::kHighScores;
        spec.options.index_players = topic.compacted;
        specs.push_back(std::move(spec));
    }
    return specs;
}

int run(ProgramConfig config, const std::shared_ptr<spdlog::logger>& logger) {
    const Signals signals;
    const streams::SystemClock clock;
    const std::size_t open_files = raise_open_files_limit();
    std::size_t& connections = config.http.limits.connections;
    const std::size_t wanted = std::exchange(connections, connections_within(open_files, connections));
    logger->info("at most {} open files, so at most {} connections{}", open_files, connections,
                 connections == wanted ? "" : fmt::format(", not limits.connections={}", wanted));
    KafkaPublisher publisher(publisher_config(config), clock, logger);
    Gateway gateway(config.http, mirrored_topics(config.http), clock, &publisher);
    const StopLast stop_publisher(publisher);
    gateway.start();
    publisher.start();
    const std::string host =
        config.http.address.find(':') == std::string::npos ? config.http.address : '[' + config.http.address + ']';
    logger->info("listening on http://{}:{}/", host, gateway.port());
    if (gateway.tls_port() != 0) logger->info("listening on https://{}:{}/", host, gateway.tls_port());
    KafkaTail tail(gateway, config.tail, clock, logger);
    tail.start();
    for (int signal = signals.wait(); signal == SIGHUP || signal == SIGUSR1; signal = signals.wait()) {
        if (signal == SIGHUP) reload_all(gateway, *logger);
        reload("access log", *logger, [&gateway] { gateway.reopen_access_log(); });
    }
    logger->info("stopping");
    tail.stop();
    gateway.drain_and_stop();
    return 0;
}

}  // namespace matchpoint::http
