#include "processor/streams/testing/test_task.h"

#include <algorithm>

namespace matchpoint::streams {

TestTask::TestTask(const Topology& topology, std::string application_id, const Clock& clock, Options options)
    : application_id_(std::move(application_id)),
      clock_(clock),
      handlers_(std::move(options.handlers)),
      dead_letters_(std::move(options.dead_letter_topic), collector_, nullptr),
      cache_max_bytes_(options.cache_max_bytes),
      budget_(options.cache_max_bytes) {
    for (const SubtopologyInfo& info : topology.subtopologies(application_id_)) {
        auto& made = subtopologies_.emplace_back(topology.instantiate(info.id, application_id_));
        for (const std::string& topic : info.source_topics) inputs_.add_topic(topic, *made->source(topic));
        specs_.insert(specs_.end(), info.stores.begin(), info.stores.end());
    }
    make_stores();
}

void TestTask::make_stores() {
    std::vector<state::StoreSpec> in_memory;
    for (const StoreSpec& spec : specs_) in_memory.push_back({spec.name, state::StoreKind::kInMemory});
    storage_ = std::make_unique<state::TaskStorage>("", in_memory, nullptr);
    for (const StoreSpec& spec : specs_) {
        const bool written =
            spec.changelog == StoreSpec::Changelog::kOwn || spec.changelog == StoreSpec::Changelog::kPublicTopic;
        const SinkTopic changelog = written ? collector_.resolve(spec.changelog_topic) : SinkTopic{};
        stores_.emplace(spec.name,
                        std::make_unique<LoggedStore>(storage_->store(spec.name), *this, changelog, Partition{0}));
        if (!spec.caching || cache_max_bytes_ == 0) continue;
        cached_.emplace(spec.name,
                        std::make_unique<CachedStore>(*stores_.at(spec.name), *this, budget_, spec.timestamped));
    }
    for (const auto& subtopology : subtopologies_) {
        for (const auto& node : subtopology->nodes()) {
            for (const std::string& name : node->stores()) {
                const auto found = cached_.find(name);
                if (found == cached_.end()) continue;
                if (std::find(caches_.begin(), caches_.end(), found->second.get()) == caches_.end()) {
                    caches_.push_back(found->second.get());
                }
            }
        }
    }
}

void TestTask::flush_caches() {
    const auto dirty = [](const CachedStore* cache) { return cache->dirty(); };
    while (std::any_of(caches_.begin(), caches_.end(), dirty)) {
        for (CachedStore* cache : caches_) cache->flush();
    }
}

TaskServices::RecordScope TestTask::exchange_record_scope(const RecordScope& scope) {
    RecordScope before{current_, current_timestamp_, current_headers_};
    current_ = scope.metadata;
    current_timestamp_ = scope.timestamp;
    current_headers_ = scope.headers;
    return before;
}

void TestTask::restore(const std::vector<ProducedRecord>& changelogs) {
    for (const StoreSpec& spec : specs_) {
        if (spec.changelog == StoreSpec::Changelog::kNone) continue;
        const auto writer = storage_->restore_writer(spec.name);
        for (const ProducedRecord& record : changelogs) {
            if (record.topic != spec.changelog_topic || !record.key) continue;
            if (!record.value) {
                writer->erase(*record.key);
                continue;
            }
            Bytes stored;
            if (!spec.restore) {
                stored = *record.value;
            } else if (!spec.restore({.key = *record.key,
                                      .value = *record.value,
                                      .timestamp = record.timestamp,
                                      .headers = record.headers.empty() ? nullptr : &record.headers,
                                      .metadata = {record.topic, record.partition, record.offset}},
                                     stored)) {
                continue;
            }
            writer->put(*record.key, stored);
        }
        writer->finish();
    }
}

void TestTask::init() {
    for (const auto& subtopology : subtopologies_) subtopology->init(*this);
    commit();
}

void TestTask::process_one() {
    const auto [queue, entry] = inputs_.pop();
    current_timestamp_ = entry.record.timestamp;
    receive(*queue, entry);
    current_.reset();
    current_headers_ = nullptr;
    current_timestamp_ = inputs_.stream_time();
    stream_time_punctuations_.punctuate(inputs_.stream_time());
    commit();
}

void TestTask::receive(TestInputs::Queue& queue, const TestInputs::Entry& entry) {
    RawRecord raw;
    if (entry.record.key) raw.key = *entry.record.key;
    if (entry.record.value) raw.value = *entry.record.value;
    raw.timestamp = entry.record.timestamp;
    if (!entry.record.headers.empty()) raw.headers = &entry.record.headers;
    raw.metadata = {queue.topic, Partition{0}, entry.offset};
    current_ = raw.metadata;
    current_headers_ = raw.headers;
    reading_ = &queue;
    const DeadLetters::Current current(dead_letters_, raw);
    try {
        queue.source->receive_raw(raw);
    } catch (...) {
        current_headers_ = nullptr;  // they may go with what was thrown
        errors_.processing("");
    }
}

void TestTask::punctuate_wall_clock() {
    current_timestamp_ = clock_.now();
    wall_clock_punctuations_.punctuate(clock_.now());
    commit();
}

void TestTask::commit() {
    flush_caches();
    storage_->commit({});
}

void TestTask::close() {
    for (const auto& subtopology : subtopologies_) subtopology->close();
    caches_.clear();
    cached_.clear();
    stores_.clear();
    storage_->close();
}

std::vector<std::string> TestTask::store_names() const {
    std::vector<std::string> names;
    for (const auto& [name, store] : stores_) names.push_back(name);
    return names;
}

TaskStore* TestTask::store(std::string_view name) {
    if (const auto cached = cached_.find(name); cached != cached_.end()) return cached->second.get();
    const auto found = stores_.find(name);
    return found == stores_.end() ? nullptr : found->second.get();
}

void TestTask::guarded(const std::function<void()>& call) {
    try {
        call();
    } catch (...) {
        errors_.processing("");
    }
}

std::unique_ptr<Cancellable> TestTask::schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) {
    Punctuator punctuator = [this, callback = std::move(callback)](Timestamp now) { guarded([&] { callback(now); }); };
    if (type == PunctuationType::kStreamTime) {
        return stream_time_punctuations_.schedule(Timestamp{0}, interval_ms, std::move(punctuator));
    }
    const Timestamp first{clock_.now().value() + interval_ms};
    return wall_clock_punctuations_.schedule(first, interval_ms, std::move(punctuator));
}

void TestTask::count_dropped(std::string_view /*node*/) {
    ++dropped_;
}

}  // namespace matchpoint::streams
