#include "processor/streams/runtime/prometheus_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string_view>

#include <prometheus/text_serializer.h>

#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double kNsPerMs = 1e6;

// RocksDB's figures that Kafka Streams shows, under these names; each is the property "rocksdb.<name>" but for a few.
struct RocksDbFigure {
    std::string_view name;
    const char* property;
};
constexpr std::array kRocksDbFigures = {
    RocksDbFigure{"num-entries-active-mem-table", "rocksdb.num-entries-active-mem-table"},
    RocksDbFigure{"num-deletes-active-mem-table", "rocksdb.num-deletes-active-mem-table"},
    RocksDbFigure{"num-entries-imm-mem-tables", "rocksdb.num-entries-imm-mem-tables"},
    RocksDbFigure{"num-deletes-imm-mem-tables", "rocksdb.num-deletes-imm-mem-tables"},
    RocksDbFigure{"num-immutable-mem-table", "rocksdb.num-immutable-mem-table"},
    RocksDbFigure{"cur-size-active-mem-table", "rocksdb.cur-size-active-mem-table"},
    RocksDbFigure{"cur-size-all-mem-tables", "rocksdb.cur-size-all-mem-tables"},
    RocksDbFigure{"size-all-mem-tables", "rocksdb.size-all-mem-tables"},
    RocksDbFigure{"mem-table-flush-pending", "rocksdb.mem-table-flush-pending"},
    RocksDbFigure{"num-running-flushes", "rocksdb.num-running-flushes"},
    RocksDbFigure{"compaction-pending", "rocksdb.compaction-pending"},
    RocksDbFigure{"num-running-compactions", "rocksdb.num-running-compactions"},
    RocksDbFigure{"estimate-pending-compaction-bytes", "rocksdb.estimate-pending-compaction-bytes"},
    RocksDbFigure{"total-sst-files-size", "rocksdb.total-sst-files-size"},
    RocksDbFigure{"live-sst-files-size", "rocksdb.live-sst-files-size"},
    RocksDbFigure{"num-live-versions", "rocksdb.num-live-versions"},
    RocksDbFigure{"block-cache-capacity", "rocksdb.block-cache-capacity"},
    RocksDbFigure{"block-cache-usage", "rocksdb.block-cache-usage"},
    RocksDbFigure{"block-cache-pinned-usage", "rocksdb.block-cache-pinned-usage"},
    RocksDbFigure{"estimate-num-keys", "rocksdb.estimate-num-keys"},
    RocksDbFigure{"estimate-table-readers-mem", "rocksdb.estimate-table-readers-mem"},
    RocksDbFigure{"background-errors", "rocksdb.background-errors"},
};

std::string prometheus_name(std::string_view group, std::string_view name) {
    std::string text = fmt::format("kafka_streams_{}_{}", group, name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

// Collects families by name; each metric of one MBean shares its labels.
class Families {
  public:
    void begin(std::string_view group, Labels labels) {
        group_ = group;
        labels_ = std::move(labels);
    }
    void gauge(std::string_view name, double value) { add(name, MetricType::Gauge).gauge.value = value; }
    void total(std::string_view name, std::int64_t value) {
        add(name, MetricType::Counter).counter.value = static_cast<double>(value);
    }
    // A metric that is a text in Kafka Streams: 1, with the text as one more label.
    void text(std::string_view name, std::string label, std::string value) {
        ClientMetric& metric = add(name, MetricType::Gauge);
        metric.label.push_back({std::move(label), std::move(value)});
        metric.gauge.value = 1;
    }
    void rate_and_total(const std::string& name, const Sensor& sensor) {
        gauge(name + "-rate", sensor.recent(now_ns).rate());
        total(name + "-total", sensor.total_count());
    }
    void average_and_max(const std::string& name, const Sensor& sensor, double unit) {
        const Sensor::Recent recent = sensor.recent(now_ns);
        gauge(name + "-avg", recent.average() / unit);
        gauge(name + "-max", recent.max() / unit);
    }
    void timed(const std::string& name, const Sensor& sensor) {
        rate_and_total(name, sensor);
        average_and_max(name + "-latency", sensor, kNsPerMs);
    }
    void ratio(std::string_view name, const Sensor& sensor) { gauge(name, sensor.recent(now_ns).ratio()); }

    std::vector<MetricFamily> take() {
        std::vector<MetricFamily> result;
        for (auto& [name, family] : families_) result.push_back(std::move(family));
        return result;
    }

    std::int64_t now_ns = SystemClock().monotonic_ns();

  private:
    ClientMetric& add(std::string_view name, MetricType type) {
        MetricFamily& family = families_[prometheus_name(group_, name)];
        if (family.name.empty()) {
            family.name = prometheus_name(group_, name);
            family.help = fmt::format("Kafka Streams {} {}", group_, name);
            family.type = type;
        }
        family.metric.emplace_back().label = labels_;
        return family.metric.back();
    }

    std::string group_;
    Labels labels_;
    std::map<std::string, MetricFamily> families_;
};

// As StreamThread.State of Kafka Streams counts them.
int ordinal(ThreadState state) {
    switch (state) {
        case ThreadState::kStarting:
            return 1;
        case ThreadState::kPartitionsRevoked:
            return 2;
        case ThreadState::kPartitionsAssigned:
            return 3;
        case ThreadState::kRunning:
            return 4;
        case ThreadState::kStopping:
            return 5;
        case ThreadState::kDead:
            return 6;
    }
    return 0;
}

void add_thread(Families& out, const KafkaStreams::ThreadMetrics& thread) {
    const StreamMetrics& metrics = *thread.metrics;
    out.begin("stream-thread-metrics", {{"thread_id", thread.thread}});
    out.gauge("thread-state", ordinal(thread.state));
    out.gauge("thread-start-time", static_cast<double>(metrics.start_time_ms.value()));
    out.timed("process", metrics.process.sensor);
    out.ratio("process-ratio", metrics.process.sensor);
    out.average_and_max("process-records", metrics.process_records.sensor, 1);
    out.timed("poll", metrics.poll.sensor);
    out.ratio("poll-ratio", metrics.poll.sensor);
    out.average_and_max("poll-records", metrics.poll_records.sensor, 1);
    out.timed("commit", metrics.commit.sensor);
    out.ratio("commit-ratio", metrics.commit.sensor);
    out.timed("punctuate", metrics.punctuate.sensor);
    out.ratio("punctuate-ratio", metrics.punctuate.sensor);
    out.rate_and_total("task-created", metrics.tasks_created.sensor);
    out.rate_and_total("task-closed", metrics.tasks_closed.sensor);
    out.total("blocked-time-ns-total", metrics.blocked_ns.value());
    out.total("dropped-records-total", metrics.dropped_records.value());
    out.total("transactions-given-up-total", metrics.failures.value());
    out.gauge("running-tasks", static_cast<double>(metrics.running_tasks.value()));
    out.gauge("restoring-tasks", static_cast<double>(metrics.restoring_tasks.value()));
}

void add_operations(Families& out, const StoreMetrics& store, const Labels& task) {
    Labels labels = task;
    std::string scope = store.scope + "_id";
    std::replace(scope.begin(), scope.end(), '-', '_');
    labels.push_back({std::move(scope), store.store});
    labels.push_back({"store", store.store});
    out.begin("stream-state-metrics", std::move(labels));
    for (std::size_t i = 0; i < kStoreOperations; ++i) {
        const std::string name(kStoreOperationNames[i]);
        out.gauge(name + "-rate", store.operations[i].recent(out.now_ns).rate());
        out.average_and_max(name + "-latency", store.operations[i], kNsPerMs);
        out.total(name + "-total", store.operations[i].total_count());
    }
}

void add_figures(Families& out, const std::string& name, const state::CommittedView& view, const Labels& task) {
    Labels labels = task;
    labels.push_back({view.persistent() ? "rocksdb_state_id" : "in_memory_state_id", name});
    labels.push_back({"store", name});
    out.begin("stream-state-metrics", std::move(labels));
    try {
        if (!view.persistent()) out.gauge("num-keys", static_cast<double>(view.approximate_num_entries()));
        if (!view.persistent()) return;
        for (const RocksDbFigure& figure : kRocksDbFigures) {
            if (const auto value = view.property(figure.property)) {
                out.gauge(figure.name, static_cast<double>(*value));
            }
        }
    } catch (const state::StorageError&) {
        // Closed since we were told of it.
    }
}

void add_task(Families& out, const TaskStatus& task) {
    const Labels labels{{"thread_id", task.thread}, {"task_id", task.id.to_string()}};
    for (const auto& [name, view] : task.stores) add_figures(out, name, *view, labels);
    if (task.metrics == nullptr) return;
    const TaskMetrics& metrics = *task.metrics;
    out.begin("stream-task-metrics", labels);
    out.timed("process", metrics.process.sensor);
    out.timed("punctuate", metrics.punctuate.sensor);
    out.timed("commit", metrics.commit.sensor);
    out.average_and_max("record-lateness", metrics.lateness.sensor, 1);
    out.rate_and_total("enforced-processing", metrics.enforced_processing.sensor);
    out.rate_and_total("dropped-records", metrics.dropped.sensor);
    out.gauge("active-buffer-count", static_cast<double>(metrics.buffered_records.value()));
    for (const auto& store : metrics.stores) add_operations(out, *store, labels);
    for (const auto& node : metrics.nodes) {
        Labels node_labels = labels;
        node_labels.push_back({"processor_node_id", node->node});
        out.begin("stream-processor-node-metrics", std::move(node_labels));
        out.rate_and_total("process", node->e2e_latency.sensor);
        out.average_and_max("record-e2e-latency", node->e2e_latency.sensor, 1);
        out.gauge("record-e2e-latency-min", node->e2e_latency.sensor.recent(out.now_ns).min());
    }
}

}  // namespace

PrometheusMetrics::PrometheusMetrics(const KafkaStreams& streams, std::string version)
    : streams_(streams),
      version_(std::move(version)),
      topology_description_(streams.topology().describe().to_string()) {}

std::vector<MetricFamily> PrometheusMetrics::Collect() const {
    Families out;
    const std::string& application = streams_.config().application_id;
    const auto threads = streams_.thread_metrics();
    const KafkaStreams::State state = streams_.state();
    out.begin("stream-metrics", {{"client_id", application}});
    out.text("state", "state", std::string(to_text(state)));
    out.gauge("client-state", static_cast<double>(state));
    out.text("version", "version", version_);
    out.text("application-id", "application_id", application);
    out.text("topology-description", "topology_description", topology_description_);
    out.total("failed-stream-threads", streams_.failed_stream_threads());
    out.gauge("alive-stream-threads", static_cast<double>(std::count_if(threads.begin(), threads.end(), [](auto& each) {
                  return each.state != ThreadState::kDead;
              })));
    for (const auto& thread : threads) add_thread(out, thread);
    const auto tasks = streams_.tasks().tasks();
    const auto restores = streams_.restore_progress().tasks();
    for (const TaskStatus& task : *tasks) {
        add_task(out, task);
        const auto restore = restores.find(task.id);
        if (restore == restores.end()) continue;
        out.begin("stream-task-metrics", {{"thread_id", task.thread}, {"task_id", task.id.to_string()}});
        out.gauge("restore-rate", restore->second.rate);
        out.total("restore-total", restore->second.total);
        out.gauge("restore-remaining-records-total", static_cast<double>(restore->second.remaining));
    }
    return out.take();
}

std::string PrometheusMetrics::text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, Collect());
    return out.str();
}

}  // namespace matchpoint::streams
