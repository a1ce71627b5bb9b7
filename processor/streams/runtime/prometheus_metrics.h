// The metrics of an application for Prometheus, under the names that Kafka Streams' have once the JMX exporter has
// mapped them: kafka.streams:type=stream-thread-metrics,thread-id=… process-total becomes
//
//     kafka_streams_stream_thread_metrics_process_total{thread_id="word-count-StreamThread-1"} 42
//
// Latencies are in milliseconds, as there. Any thread.
#pragma once

#include <string>
#include <vector>

#include <prometheus/collectable.h>

#include "processor/streams/runtime/kafka_streams.h"

namespace matchpoint::streams {

class PrometheusMetrics final : public prometheus::Collectable {
  public:
    // `streams` outlives this. `version` is the application's.
    PrometheusMetrics(const KafkaStreams& streams, std::string version);

    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
    // Prometheus' text format.
    [[nodiscard]] std::string text() const;

  private:
    const KafkaStreams& streams_;
    std::string version_;
    std::string topology_description_;
};

}  // namespace matchpoint::streams
