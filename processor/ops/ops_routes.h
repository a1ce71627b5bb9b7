// What the processor's ops port answers.
//
//     /metrics            Prometheus' text format
//     /healthz            200 while the process does its work or may come to it; 503 once the application is in ERROR
//     /readyz             200 while it is RUNNING, 503 otherwise
//     /topology           the description of the topology
//     /state              JSON: state of application, threads, tasks and restores
//     /stores             JSON: the stores, and which instance has which part of them
//     /stores/{store}/{key}  the stored bytes of a key, percent-encoded; 404 if it has none, 307 to the instance that
//                         has it (application.server), 503 with the reason while it cannot be told
//
// Server's thread.
#pragma once

#include <memory>
#include <string>

#include "processor/ops/ops_config.h"
#include "processor/ops/ops_server.h"
#include "processor/streams/runtime/kafka_streams.h"
#include "processor/streams/runtime/prometheus_metrics.h"

namespace matchpoint::ops {

class OpsRoutes {
  public:
    // `streams` outlives this.
    OpsRoutes(streams::KafkaStreams& streams, std::string version);

    [[nodiscard]] Response answer(const std::string& target);

  private:
    [[nodiscard]] Response health() const;
    [[nodiscard]] Response readiness() const;
    [[nodiscard]] Response state() const;
    [[nodiscard]] Response stores() const;
    [[nodiscard]] Response lookup(const std::string& path) const;

    streams::KafkaStreams& streams_;
    streams::PrometheusMetrics metrics_;
    std::string version_;
};

// Null if the port is off. `streams` outlives what is returned.
[[nodiscard]] std::unique_ptr<OpsServer> serve(streams::KafkaStreams& streams, const OpsConfig& config,
                                               std::string version, std::shared_ptr<spdlog::logger> logger);

}  // namespace matchpoint::ops
