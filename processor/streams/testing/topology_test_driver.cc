#include "processor/streams/testing/topology_test_driver.h"

#include <utility>

#include "processor/streams/testing/test_task.h"

namespace matchpoint::streams {

TopologyTestDriver::TopologyTestDriver(Topology topology, TestDriverOptions options)
    : topology_(std::move(topology)), clock_(options.wall_clock) {
    task_ = std::make_unique<TestTask>(
        topology_, std::move(options.application_id), clock_,
        TestTask::Options{std::move(options.handlers), std::move(options.dead_letter_topic), options.cache_max_bytes});
    task_->restore(options.changelogs);
    task_->init();
    run();
}

TopologyTestDriver::~TopologyTestDriver() = default;

void TopologyTestDriver::pipe_input(const std::string& topic, RawTestRecord record) {
    if (closed_) throw StreamsError("the test driver is closed");
    if (!task_->inputs().reads(topic)) throw StreamsError(fmt::format("the topology does not read topic {}", topic));
    if (record.timestamp.value() < 0) throw StreamsError("a record's timestamp must not be negative");
    if (!task_->inputs().add(topic, std::move(record))) task_->count_skipped();
    run();
}

// What was forwarded outside of a record, by a punctuation say, may wait in an internal topic: it goes first.
void TopologyTestDriver::run() {
    capture_output();
    while (!task_->inputs().empty()) {
        task_->process_one();
        capture_output();
    }
}

void TopologyTestDriver::capture_output() {
    for (ProducedRecord& record : task_->output().take_sent()) {
        if (task_->inputs().reads(record.topic)) {
            RawTestRecord again{record.key, record.value, record.timestamp, record.headers};
            if (!task_->inputs().add(record.topic, std::move(again))) task_->count_skipped();
        }
        by_topic_[record.topic].push_back(produced_.size());
        produced_.push_back(std::move(record));
    }
}

std::optional<ProducedRecord> TopologyTestDriver::read_record(const std::string& topic) {
    const auto found = by_topic_.find(topic);
    std::size_t& next = read_[topic];
    if (found == by_topic_.end() || next == found->second.size()) return std::nullopt;
    return produced_[found->second[next++]];
}

std::vector<ProducedRecord> TopologyTestDriver::read_records(const std::string& topic) {
    std::vector<ProducedRecord> records;
    while (auto record = read_record(topic)) records.push_back(std::move(*record));
    return records;
}

std::set<std::string> TopologyTestDriver::produced_topics() const {
    std::set<std::string> topics;
    for (const auto& [topic, records] : by_topic_) topics.insert(topic);
    return topics;
}

void TopologyTestDriver::advance_wall_clock_time(std::int64_t ms) {
    clock_.advance_ms(ms);
    task_->punctuate_wall_clock();
    run();
}

Timestamp TopologyTestDriver::stream_time() const {
    return task_->stream_time();
}

state::KeyValueStore& TopologyTestDriver::store(std::string_view name) {
    TaskStore* store = task_->store(name);
    if (store == nullptr) throw StreamsError(fmt::format("the topology has no store named {}, or is closed", name));
    return *store;
}

std::vector<std::string> TopologyTestDriver::store_names() const {
    return task_->store_names();
}

std::int64_t TopologyTestDriver::dropped_records() const {
    return task_->dropped_records();
}

bool TopologyTestDriver::take_commit_request() {
    return task_->take_commit_request();
}

void pipe_raw(TopologyTestDriver& driver, const std::string& topic, RawTestRecord record) {
    driver.pipe_input(topic, std::move(record));
}

std::optional<ProducedRecord> read_raw(TopologyTestDriver& driver, const std::string& topic) {
    return driver.read_record(topic);
}

void TopologyTestDriver::close() {
    if (std::exchange(closed_, true)) return;
    task_->close();
    capture_output();
}

}  // namespace matchpoint::streams
