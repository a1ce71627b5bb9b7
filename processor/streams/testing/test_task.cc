#include "processor/streams/testing/test_task.h"

namespace matchpoint::streams {

TestTask::TestTask(const Topology& topology, std::string application_id, const Clock& clock, ErrorHandlers handlers)
    : application_id_(std::move(application_id)), clock_(clock), handlers_(std::move(handlers)) {
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
    }
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
    try {
        queue.source->receive_raw(raw);
    } catch (const std::exception& error) {
        if (!handlers_.processing || handlers_.processing(raw, task_id(), error) == ErrorResponse::kFail) throw;
        ++dropped_;
    }
}

void TestTask::punctuate_wall_clock() {
    current_timestamp_ = clock_.now();
    wall_clock_punctuations_.punctuate(clock_.now());
    commit();
}

void TestTask::commit() {
    storage_->commit({});
}

void TestTask::close() {
    for (const auto& subtopology : subtopologies_) subtopology->close();
    stores_.clear();
    storage_->close();
}

std::vector<std::string> TestTask::store_names() const {
    std::vector<std::string> names;
    for (const auto& [name, store] : stores_) names.push_back(name);
    return names;
}

TaskStore* TestTask::store(std::string_view name) {
    const auto found = stores_.find(name);
    return found == stores_.end() ? nullptr : found->second.get();
}

std::unique_ptr<Cancellable> TestTask::schedule(std::int64_t interval_ms, PunctuationType type, Punctuator callback) {
    if (type == PunctuationType::kStreamTime) {
        return stream_time_punctuations_.schedule(Timestamp{0}, interval_ms, std::move(callback));
    }
    const Timestamp first{clock_.now().value() + interval_ms};
    return wall_clock_punctuations_.schedule(first, interval_ms, std::move(callback));
}

void TestTask::on_deserialization_error(const RawRecord& record, std::string_view detail) {
    ++dropped_;
    if (handlers_.deserialization && handlers_.deserialization(record, task_id(), detail) == ErrorResponse::kContinue) {
        return;
    }
    throw StreamsError(fmt::format("a record of {} at offset {} cannot be read: {}", record.metadata.topic,
                                   record.metadata.offset, detail));
}

void TestTask::count_dropped(std::string_view /*node*/) {
    ++dropped_;
}

}  // namespace matchpoint::streams
