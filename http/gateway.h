// The whole server: shards, the port they share, the state they report. Made, started and stopped by one thread;
// publish() is called by one other, the tail.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "http/batch.h"
#include "http/config.h"
#include "http/metrics.h"
#include "http/shard.h"

namespace matchpoint::http {

class Gateway {
  public:
    // `publisher` may be null: then nobody may publish. It answers nothing any more when this goes. Throws
    // std::invalid_argument if the tokens cannot be read.
    Gateway(Config config, std::vector<TopicSpec> topics, const streams::Clock& clock, Publisher* publisher = nullptr);
    ~Gateway();

    // Throws std::runtime_error naming the address if the port is taken.
    void start();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }  // 0: no HTTPS
    // Reads the certificate again; throws std::runtime_error and keeps the old one if it is no good. Any thread.
    void reload_certificate();
    // The same for the tokens that may publish.
    void reload_tokens() { shared_.ingest->reload_tokens(); }
    // The same for the keys of those that read.
    void reload_access() { shared_.access->reload(); }
    // After the access log's file has been moved away.
    void reopen_access_log();

    // To every shard; waits for the slowest if it is far behind. False once stopped.
    [[nodiscard]] bool publish(Batch batch);

    [[nodiscard]] bool ready() const;
    [[nodiscard]] std::vector<std::unique_ptr<TopicStatus>>& topics() { return statuses_; }
    [[nodiscard]] TailStatus& tail() { return tail_; }
    [[nodiscard]] const std::vector<TopicSpec>& specs() const { return shared_.topics; }

    // Streams end with a hint when to come back, then everything stops.
    void drain_and_stop();

  private:
    [[nodiscard]] std::uint16_t listen(std::uint16_t port, Shard::Security security, const char* option);
    [[nodiscard]] std::string metrics_text() const;
    // Streams, and requests that wait for Kafka.
    [[nodiscard]] std::uint64_t under_way() const;

    std::vector<std::unique_ptr<TopicStatus>> statuses_;
    TailStatus tail_;
    Shared shared_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::uint16_t port_ = 0;
    std::uint16_t tls_port_ = 0;
};

// Raises the limit of open files as far as it goes and returns it.
std::size_t raise_open_files_limit();
// How many connections of `wanted` there can be with so many open files: some are needed for Kafka, logs and pages.
[[nodiscard]] std::size_t connections_within(std::size_t open_files, std::size_t wanted);

}  // namespace matchpoint::http
