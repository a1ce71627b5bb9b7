#include "processor/streams/runtime/stream_task.h"

#include <algorithm>

#include "processor/streams/runtime/task_state.h"
#include "processor/streams/runtime/transactional_collector.h"

namespace matchpoint::streams {

StreamTask::StreamTask(TaskId id, const SubtopologyInfo& info, std::unique_ptr<ProcessorTopology> topology,
                       state::TaskStorage* storage, const TaskEnvironment& environment)
    : id_(id), environment_(environment), topology_(std::move(topology)), storage_(storage) {
    for (const std::string& topic : info.source_topics) {
        if (info.reaches(topic, id.partition)) inputs_.add_partition({topic, id.partition}, *topology_->source(topic));
    }
    make_stores(info);
    make_metrics(info);
    environment_.dead_letters.prepare();
}

void StreamTask::make_metrics(const SubtopologyInfo& info) {
    for (const auto& node : topology_->nodes()) {
        RecordTimes* times = node->record_times();
        if (times == nullptr) continue;
        metrics_->nodes.push_back(std::make_unique<NodeMetrics>());
        metrics_->nodes.back()->node = node->name();
        node_times_.push_back({times, metrics_->nodes.back().get()});
    }
    for (const StoreSpec& spec : info.stores) {
        metrics_->stores.push_back(std::make_unique<StoreMetrics>());
        StoreMetrics& metrics = *metrics_->stores.back();
        metrics.store = spec.name;
        metrics.scope = spec.kind == StoreSpec::Kind::kPersistent ? "rocksdb-state" : "in-memory-state";
        store_tallies_.emplace_back(&stores_.find(spec.name)->second.logged->tally(), &metrics);
    }
}

void StreamTask::make_stores(const SubtopologyInfo& info) {
    for (const StoreSpec& spec : info.stores) {
        Store store;
        store.kind = spec.changelog;
        store.commit.store = spec.name;
        store.commit.changelog = {spec.changelog_topic, id_.partition};
        SinkTopic topic;
        if (writes_changelog(spec)) topic = environment_.collector.resolve(spec.changelog_topic);
        store.commit.topic_handle = topic.handle;
        store.logged = std::make_unique<LoggedStore>(storage_->store(spec.name), *this, topic, id_.partition);
        if (spec.caching && environment_.config.cache_max_bytes > 0) {
            store.cached = std::make_unique<CachedStore>(*store.logged, *this, environment_.caches, spec.timestamped);
        }
        if (spec.changelog != StoreSpec::Changelog::kNone) {
            store.commit.reached = storage_->changelog_offset(spec.name, store.commit.changelog).value_or(kNoOffset);
        }
        stores_.emplace(spec.name, std::move(store));
    }
    order_caches();
}

void StreamTask::order_caches() {
    for (const auto& node : topology_->nodes()) {
        for (const std::string& name : node->stores()) {
            CachedStore* cache = stores_.find(name)->second.cached.get();
            if (cache == nullptr || std::find(caches_.begin(), caches_.end(), cache) != caches_.end()) continue;
            caches_.push_back(cache);
        }
    }
}

// What one forwards may fill another.
void StreamTask::flush_caches() {
    while (caches_dirty()) {
        for (CachedStore* cache : caches_) cache->flush();
    }
}

TaskServices::RecordScope StreamTask::exchange_record_scope(const RecordScope& scope) {
    RecordScope before{current_, current_timestamp_, current_headers_};
    current_ = scope.metadata;
    current_timestamp_ = scope.timestamp;
    current_headers_ = scope.headers;
    return before;
}

void StreamTask::init(const std::map<TopicPartition, InputStart>& starts) {
    for (const auto& queue : inputs_.queues()) {
        const InputStart& start = starts.at(queue->partition());
        queue->start_at(start.offset, start.partition_time);
        environment_.log_ends.forget(queue->partition());
        inputs_.advance_stream_time(start.partition_time);
    }
    topology_->init(*this);
}

bool StreamTask::add_record(kafka::Message& message) {
    RecordQueue* queue = inputs_.find(message.topic(), message.partition());
    if (queue == nullptr) return false;
    const std::int64_t skipped = queue->skipped();
    queue->add(std::move(message));
    if (queue->skipped() != skipped) {
        position_moved_ = true;
        count_dropped_one();
    }
    return true;
}

bool StreamTask::ready(std::int64_t now_ns) {
    const auto readiness = inputs_.ready(now_ns, environment_.config.max_task_idle, environment_.log_ends);
    if (readiness == PartitionGroup::Readiness::kEnforced) ++metrics_->enforced_processing.tally.count;
    return readiness != PartitionGroup::Readiness::kWaiting;
}

bool StreamTask::process_one(std::int64_t now_ns) {
    RecordQueue* queue = inputs_.next();
    if (queue == nullptr || !ready(now_ns)) return false;
    process(*queue);
    if (stream_time() >= stream_time_punctuations_.next_due()) {
        const std::int64_t began_ns = environment_.clock.monotonic_ns();
        if (stream_time_punctuations_.punctuate(stream_time())) count_punctuation(began_ns);
    }
    return true;
}

void StreamTask::count_punctuation(std::int64_t began_ns) {
    const std::int64_t took_ns = environment_.clock.monotonic_ns() - began_ns;
    metrics_->punctuate.tally.add(took_ns);
    environment_.metrics.punctuate.tally.add(took_ns);
}

void StreamTask::count_dropped_one() {
    environment_.metrics.dropped_records.add();
    ++metrics_->dropped.tally.count;
}

void StreamTask::count_batch(std::size_t records, std::int64_t began_ns, std::int64_t ended_ns) {
    metrics_->process.tally.add_batch(static_cast<std::int64_t>(records), ended_ns - began_ns);
    const std::int64_t now = environment_.clock.now().value();
    for (const NodeTimes& node : node_times_) {
        RecordTimes& times = *node.times;
        if (times.count == 0) continue;
        node.metrics->e2e_latency.tally.merge(
            {times.count, times.count, times.count * now - times.sum, now - times.max, now - times.min});
        times = RecordTimes();
    }
}

void StreamTask::publish_metrics(std::int64_t now_ns) {
    metrics_->publish(now_ns);
    metrics_->buffered_records.set(static_cast<std::int64_t>(buffered()));
    for (const auto& [tally, metrics] : store_tallies_) {
        for (std::size_t i = 0; i < kStoreOperations; ++i) metrics->operations[i].publish(tally->of(i), now_ns);
    }
}

void StreamTask::process(RecordQueue& queue) {
    const RecordQueue::Entry entry = queue.pop();
    position_moved_ = true;
    reading_ = &queue;
    RawRecord raw;
    raw.key = entry.message.key();
    raw.value = entry.message.value();
    raw.timestamp = entry.timestamp;
    raw.metadata = {entry.message.topic(), entry.message.partition(), entry.message.offset()};
    Headers headers;
    if (entry.message.has_headers()) {
        headers = entry.message.copy_headers();
        raw.headers = &headers;
    }
    current_ = raw.metadata;
    current_timestamp_ = entry.timestamp;
    current_headers_ = raw.headers;
    {
        const DeadLetters::Current current(environment_.dead_letters, raw);
        try {
            queue.source().receive_raw(raw);
        } catch (...) {
            current_headers_ = nullptr;  // they may go with what was thrown
            errors_.processing("");
        }
    }
    current_.reset();
    current_headers_ = nullptr;
    // Punctuators write with the stream time of the moment.
    current_timestamp_ = inputs_.stream_time();
}

void StreamTask::on_record_read(Timestamp timestamp) {
    reading_->note_read(timestamp);
    inputs_.advance_stream_time(timestamp);
    metrics_->lateness.tally.add(inputs_.stream_time().value() - timestamp.value());
}

bool StreamTask::punctuate_wall_clock() {
    const Timestamp now = environment_.clock.now();
    if (now < wall_clock_punctuations_.next_due()) return false;
    const std::int64_t began_ns = environment_.clock.monotonic_ns();
    current_timestamp_ = now;  // of what the punctuators write, as in Kafka Streams
    const bool any = wall_clock_punctuations_.punctuate(now);
    current_timestamp_ = inputs_.stream_time();
    if (any) count_punctuation(began_ns);
    return any;
}

void StreamTask::guarded(const std::function<void()>& call) {
    try {
        call();
    } catch (...) {
        errors_.processing("");
    }
}

std::unique_ptr<Cancellable> StreamTask::schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) {
    Punctuator punctuator = [this, callback = std::move(callback)](Timestamp now) { guarded([&] { callback(now); }); };
    if (type == PunctuationType::kStreamTime) {
        return stream_time_punctuations_.schedule(Timestamp{0}, interval_ms, std::move(punctuator));
    }
    const Timestamp first{environment_.clock.now().value() + interval_ms};
    return wall_clock_punctuations_.schedule(first, interval_ms, std::move(punctuator));
}

TaskCommit StreamTask::prepare_commit() {
    flush_caches();
    TaskCommit commit;
    commit.task = id_;
    commit.storage = storage_;
    for (const auto& queue : inputs_.queues()) {
        commit.partition_time = std::max(commit.partition_time, queue->partition_time());
        commit.offsets.push_back({.partition = queue->partition(), .offset = queue->position(), .metadata = {}});
    }
    for (auto& [name, store] : stores_) {
        if (store.kind == StoreSpec::Changelog::kNone) continue;
        if (store.kind == StoreSpec::Changelog::kSourceTopic) {
            const RecordQueue* queue = inputs_.find(store.commit.changelog.topic, id_.partition);
            if (queue != nullptr) store.commit.reached = queue->position();
        }
        commit.stores.push_back(store.commit);
    }
    if (storage_ != nullptr && storage_->has_uncommitted_writes()) storage_->seal();
    position_moved_ = wrote_ = false;
    commit_requested_ = false;
    return commit;
}

void StreamTask::commit_ended(const TaskCommit& commit) {
    for (const StoreCommit& done : commit.stores) {
        Store& store = stores_.find(done.store)->second;
        store.commit.reached = std::max(store.commit.reached, done.reached);
    }
    if (storage_ != nullptr && storage_->has_sealed()) storage_->release();
}

void StreamTask::close() {
    for (const auto& node : topology_->nodes()) {
        try {
            node->close();
        } catch (const std::exception& error) {
            environment_.logger->error("task {}: {} failed to close: {}", id_.to_string(), node->name(), error.what());
        } catch (...) {
            environment_.logger->error("task {}: {} failed to close", id_.to_string(), node->name());
        }
    }
}

std::size_t StreamTask::max_buffered_of_a_partition() const {
    std::size_t most = 0;
    for (const auto& queue : inputs_.queues()) most = std::max(most, queue->size());
    return most;
}

TaskStore* StreamTask::store(std::string_view name) {
    const auto found = stores_.find(name);
    if (found == stores_.end()) return nullptr;
    if (found->second.cached != nullptr) return found->second.cached.get();
    return found->second.logged.get();
}

void StreamTask::count_dropped(std::string_view /*node*/) {
    count_dropped_one();
}

}  // namespace matchpoint::streams
