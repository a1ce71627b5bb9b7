#include "http/metrics.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include <fmt/format.h>

namespace matchpoint::http {
namespace {

using Sink = std::back_insert_iterator<std::string>;

void header(Sink out, std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(out, "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

struct Series {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    Counter ShardMetrics::*counter;
};

constexpr Series kSeries[] = {
    {"matchpoint_http_connections", "gauge", "Open connections", &ShardMetrics::connections},
    {"matchpoint_http_streams", "gauge", "Open event streams", &ShardMetrics::streams},
    {"matchpoint_http_sockets", "gauge", "Open WebSockets", &ShardMetrics::sockets},
    {"matchpoint_http_accepted_total", "counter", "Connections accepted", &ShardMetrics::accepted},
    {"matchpoint_http_accept_failures_total", "counter",
     "Times that a connection had to wait, since it could not be accepted: no descriptor or memory left",
     &ShardMetrics::accept_failures},
    {"matchpoint_http_refused_total", "counter", "Connections refused by a limit", &ShardMetrics::refused},
    {"matchpoint_http_requests_total", "counter", "Requests answered", &ShardMetrics::requests},
    {"matchpoint_http_client_errors_total", "counter", "Answers with a status 4xx", &ShardMetrics::client_errors},
    {"matchpoint_http_server_errors_total", "counter", "Answers with a status 5xx", &ShardMetrics::server_errors},
    {"matchpoint_http_events_total", "counter", "Events delivered to streams", &ShardMetrics::events},
    {"matchpoint_http_stream_bytes_total", "counter", "Bytes written to streams", &ShardMetrics::bytes},
    {"matchpoint_http_stream_writes_total", "counter", "System calls that wrote them", &ShardMetrics::writes},
    {"matchpoint_http_stream_stalls_total", "counter", "Writes that found a full socket", &ShardMetrics::stalls},
    {"matchpoint_http_conflations_total", "counter", "Times a reader fell behind and was given each key's latest",
     &ShardMetrics::conflations},
    {"matchpoint_http_request_timeouts_total", "counter", "Requests that did not come in time",
     &ShardMetrics::request_timeouts},
    {"matchpoint_http_stalled_closed_total", "counter", "Streams closed because they took nothing for too long",
     &ShardMetrics::stalled_closed},
    {"matchpoint_http_answering", "gauge", "Requests being answered", &ShardMetrics::answering},
    {"matchpoint_http_publishing", "gauge", "Publishing requests that wait for Kafka", &ShardMetrics::publishing},
    {"matchpoint_http_published_total", "counter", "Events published and acknowledged", &ShardMetrics::published},
    {"matchpoint_http_publish_refused_total", "counter", "Publishing requests refused", &ShardMetrics::publish_refused},
    {"matchpoint_http_publish_limited_total", "counter", "Of these, over a client's rate",
     &ShardMetrics::publish_limited},
    {"matchpoint_http_publish_failed_total", "counter", "Publishing requests that Kafka did not take",
     &ShardMetrics::publish_failed},
    {"matchpoint_http_publish_replayed_total", "counter", "Publishing requests answered by their Idempotency-Key",
     &ShardMetrics::publish_replayed},
    {"matchpoint_http_access_refused_total", "counter", "Requests without a token that is good for them",
     &ShardMetrics::refused_access},
    {"matchpoint_http_final_total", "counter", "Streams answered 204, since nothing more is to come",
     &ShardMetrics::finals},
    {"matchpoint_http_expired_total", "counter", "Streams ended with their token", &ShardMetrics::expired},
};

struct Limit {
    std::string_view name;
    Counter ShardMetrics::*counter;
};
constexpr Limit kLimits[] = {
    {"connections", &ShardMetrics::refused_number},
    {"connections_per_address", &ShardMetrics::refused_address},
    {"memory", &ShardMetrics::refused_memory},
    {"header_bytes", &ShardMetrics::refused_header},
    {"body_bytes", &ShardMetrics::refused_body},
    {"filter_names", &ShardMetrics::refused_filter},
    {"top", &ShardMetrics::refused_top},
    {"subscriptions", &ShardMetrics::refused_subscriptions},
    {"publish_rate", &ShardMetrics::publish_limited},
    {"request_time", &ShardMetrics::request_timeouts},
    {"stall_time", &ShardMetrics::stalled_closed},
};

void append_limits(Sink out, const std::vector<const ShardMetrics*>& shards) {
    constexpr std::string_view kName = "matchpoint_http_limit_refusals_total";
    header(out, kName, "counter", "What was refused or ended, by the limit");
    for (const Limit& limit : kLimits) {
        std::uint64_t sum = 0;
        for (const ShardMetrics* shard : shards) sum += (shard->*limit.counter).value();
        fmt::format_to(out, "{}{{limit=\"{}\"}} {}\n", kName, limit.name, sum);
    }
}

void append_gauge(Sink out, std::string_view name, std::string_view help, std::uint64_t value) {
    header(out, name, "gauge", help);
    fmt::format_to(out, "{} {}\n", name, value);
}

void append_process(Sink out, const std::vector<const ShardMetrics*>& shards, const ProcessStatus& process) {
    std::uint64_t mirror_bytes = 0;
    for (const ShardMetrics* shard : shards) mirror_bytes = std::max(mirror_bytes, shard->mirror_bytes.value());
    append_gauge(out, "matchpoint_http_mirror_bytes", "Bytes of the records that are kept, once for all shards",
                 mirror_bytes);
    append_gauge(out, "process_resident_memory_bytes", "Resident memory", process.memory_bytes);
    append_gauge(out, "matchpoint_http_memory_limit_bytes", "Above it new connections are refused",
                 process.memory_limit_bytes);
    header(out, "matchpoint_http_access_log_dropped_total", "counter", "Lines that the access log could not take");
    fmt::format_to(out, "matchpoint_http_access_log_dropped_total {}\n", process.log_lines_dropped);
}

void append_histogram(Sink out, const std::vector<const ShardMetrics*>& shards, std::string_view name,
                      std::string_view help, LatencyHistogram ShardMetrics::*histogram) {
    header(out, name, "histogram", help);
    std::uint64_t count = 0;
    std::uint64_t sum_us = 0;
    for (const ShardMetrics* shard : shards) sum_us += (shard->*histogram).sum_us();
    for (std::size_t bucket = 0; bucket < LatencyHistogram::kBuckets; ++bucket) {
        for (const ShardMetrics* shard : shards) count += (shard->*histogram).count(bucket);
        if (bucket + 1 == LatencyHistogram::kBuckets) break;
        fmt::format_to(out, "{}_bucket{{le=\"{}\"}} {}\n", name, static_cast<double>(1ULL << bucket) / 1e6, count);
    }
    fmt::format_to(out, "{}_bucket{{le=\"+Inf\"}} {}\n{}_sum {}\n{}_count {}\n", name, count, name,
                   static_cast<double>(sum_us) / 1e6, name, count);
}

void append_topics(Sink out, const std::vector<std::unique_ptr<TopicStatus>>& topics) {
    header(out, "matchpoint_http_topic_records_total", "counter", "Records read from a topic");
    for (const auto& topic : topics) {
        fmt::format_to(out, "matchpoint_http_topic_records_total{{topic=\"{}\"}} {}\n", topic->topic,
                       topic->records.value());
    }
    header(out, "matchpoint_http_topic_lag", "gauge", "Offsets of a topic not read yet");
    for (const auto& topic : topics) {
        fmt::format_to(out, "matchpoint_http_topic_lag{{topic=\"{}\"}} {}\n", topic->topic, topic->lag.value());
    }
    header(out, "matchpoint_http_topic_caught_up", "gauge", "1 once all that was there at start has been read");
    for (const auto& topic : topics) {
        fmt::format_to(out, "matchpoint_http_topic_caught_up{{topic=\"{}\"}} {}\n", topic->topic,
                       topic->caught_up.load() ? 1 : 0);
    }
}

}  // namespace

void LatencyHistogram::observe_us(std::uint64_t us) {
    const auto bucket = static_cast<std::size_t>(us <= 1 ? 0 : std::bit_width(us - 1));
    counts_[std::min(bucket, kBuckets - 1)].add();
    sum_us_.add(us);
}

std::string prometheus_text(const std::vector<const ShardMetrics*>& shards,
                            const std::vector<std::unique_ptr<TopicStatus>>& topics, const TailStatus& tail,
                            const ProcessStatus& process) {
    std::string text;
    Sink out(text);
    for (const Series& series : kSeries) {
        std::uint64_t sum = 0;
        for (const ShardMetrics* shard : shards) sum += (shard->*series.counter).value();
        header(out, series.name, series.type, series.help);
        fmt::format_to(out, "{} {}\n", series.name, sum);
    }
    append_histogram(out, shards, "matchpoint_http_fan_out_seconds",
                     "From a batch's arrival until the last of its readers was written to", &ShardMetrics::fan_out);
    append_histogram(out, shards, "matchpoint_http_publish_seconds", "From a request until Kafka's acknowledgement",
                     &ShardMetrics::publish_time);
    append_limits(out, shards);
    append_process(out, shards, process);
    append_topics(out, topics);
    header(out, "matchpoint_http_kafka_connected", "gauge", "1 while a broker can be reached");
    fmt::format_to(out, "matchpoint_http_kafka_connected {}\n", tail.connected.load() ? 1 : 0);
    header(out, "matchpoint_http_kafka_errors_total", "counter", "Errors while reading from Kafka");
    fmt::format_to(out, "matchpoint_http_kafka_errors_total {}\n", tail.errors.value());
    return text;
}

}  // namespace matchpoint::http
