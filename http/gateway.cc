#include "http/gateway.h"

#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <boost/system/system_error.hpp>

#include "http/listener.h"

namespace matchpoint::http {
namespace {

std::size_t shards_of(const Config& config) {
    if (config.threads > 0) return config.threads;
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
}

std::unique_ptr<AccessLog> make_access_log(const Config& config, const streams::Clock& clock) {
    if (config.access_log.empty()) return nullptr;
    return std::make_unique<AccessLog>(
        config.access_log, config.access_log_json ? AccessLog::Format::kJson : AccessLog::Format::kCombined, clock);
}

}  // namespace

Gateway::Gateway(Config config, std::vector<TopicSpec> topics, const streams::Clock& clock, Publisher* publisher)
    : shared_{std::move(config),
              Assets(shared_.config.web_dir),
              clock,
              std::move(topics),
              nullptr,
              nullptr,
              {},
              {},
              std::make_unique<Ingest>(shared_.config.publish, publisher, clock),
              std::make_unique<Access>(shared_.config.access),
              make_access_log(shared_.config, clock),
              std::make_unique<MemoryGuard>(shared_.config.limits.memory_bytes, clock),
              tail_} {
    const Limits& limits = shared_.config.limits;
    shared_.admission = std::make_unique<Admission>(limits.connections, limits.connections_per_address);
    for (const TopicSpec& topic : shared_.topics) {
        statuses_.push_back(std::make_unique<TopicStatus>());
        statuses_.back()->topic = topic.name;
    }
    shared_.metrics_text = [this] { return metrics_text(); };
    shared_.ready = [this] { return ready(); };
    for (std::size_t i = 0; i < shards_of(shared_.config); ++i) shards_.push_back(std::make_unique<Shard>(shared_));
}

Gateway::~Gateway() {
    for (const auto& shard : shards_) shard->stop();
}

std::uint16_t Gateway::listen(std::uint16_t port, Shard::Security security, const char* option) {
    try {
        if (port != 0) require_free_port(shared_.config.address, port);
        // The first may take any free port, the others share it.
        for (const auto& shard : shards_) port = shard->listen(port, security);
        return port;
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}; choose another with {}",
                                             shared_.config.address, port, error.code().message(), option));
    }
}

void Gateway::reload_certificate() {
    if (shared_.certificate) shared_.certificate->reload();
}

void Gateway::reopen_access_log() {
    if (shared_.access_log) shared_.access_log->reopen();
}

void Gateway::start() {
    const Config& config = shared_.config;
    if (config.tls_certificate.empty() && !config.tls_key.empty()) {
        throw std::invalid_argument(
            fmt::format("tls.key={}: there is no certificate for it; set tls.certificate too", config.tls_key));
    }
    port_ = listen(config.port, Shard::Security::kPlain, "--port");
    if (!config.tls_certificate.empty()) {
        const std::string& key = config.tls_key.empty() ? config.tls_certificate : config.tls_key;
        shared_.certificate = std::make_unique<TlsCertificate>(config.tls_certificate, key);
        tls_port_ = listen(config.tls_port, Shard::Security::kTls, "--tls-port");
    }
    for (const auto& shard : shards_) shard->start();
}

bool Gateway::publish(Batch batch) {
    TopicStatus& topic = *statuses_.at(batch.topic);
    topic.records.add(batch.records.size());
    if (!batch.records.empty()) {
        topic.last_record_ms.set(static_cast<std::uint64_t>(shared_.clock.now().value()));
    }
    const bool caught_up = batch.caught_up;
    const auto shared = std::make_shared<const Batch>(std::move(batch));
    for (const auto& shard : shards_) {
        if (!shard->publish(shared)) return false;
    }
    if (caught_up) topic.caught_up.store(true);
    return true;
}

bool Gateway::ready() const {
    return std::all_of(statuses_.begin(), statuses_.end(), [](const auto& topic) { return topic->caught_up.load(); });
}

std::uint64_t Gateway::under_way() const {
    std::uint64_t open = 0;
    for (const auto& shard : shards_) {
        const ShardMetrics& metrics = shard->metrics();
        open += metrics.streams.value() + metrics.sockets.value() + metrics.answering.value();
    }
    return open;
}

void Gateway::drain_and_stop() {
    for (const auto& shard : shards_) shard->drain();
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(shared_.config.drain_ms);
    // One round even if nothing lasts, for a request that is just being read.
    do {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    } while (under_way() > 0 && std::chrono::steady_clock::now() < end);
    for (const auto& shard : shards_) shard->stop();
}

std::string Gateway::metrics_text() const {
    std::vector<const ShardMetrics*> shards;
    for (const auto& shard : shards_) shards.push_back(&shard->metrics());
    const AccessLog* log = shared_.access_log.get();
    return prometheus_text(shards, statuses_, tail_,
                           {shared_.memory->used(), shared_.memory->most(), log != nullptr ? log->dropped() : 0});
}

std::size_t connections_within(std::size_t open_files, std::size_t wanted) {
    constexpr std::size_t kOwnFiles = 128;
    const std::size_t room = open_files > 2 * kOwnFiles ? open_files - kOwnFiles : open_files / 2;
    return std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(room, 1));
}

std::size_t raise_open_files_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
    (void)::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace matchpoint::http
