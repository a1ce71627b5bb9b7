// Typed ends of a topology under test: a topic to write to and one to read from, as TestInputTopic and TestOutputTopic
// in Java. Made by a TopologyTestDriver, which must outlive them. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "processor/streams/base/error.h"
#include "processor/streams/testing/test_record.h"
#include "processor/streams/topology/serde.h"

namespace matchpoint::streams {

class TopologyTestDriver;
void pipe_raw(TopologyTestDriver& driver, const std::string& topic, RawTestRecord record);
[[nodiscard]] std::optional<ProducedRecord> read_raw(TopologyTestDriver& driver, const std::string& topic);

template <typename K, typename V>
class TestInputTopic {
  public:
    TestInputTopic(TopologyTestDriver& driver, std::string topic, SerdePair<K, V> serdes)
        : driver_(driver), topic_(std::move(topic)), serdes_(std::move(serdes)) {}

    // Without a timestamp: that of the record before, plus the step set.
    void pipe_input(std::optional<K> key, std::optional<V> value) {
        pipe(TestRecord<K, V>{std::move(key), std::move(value), now_, {}});
        now_ = Timestamp{now_.value() + step_ms_};
    }
    void pipe_input(std::optional<K> key, std::optional<V> value, Timestamp timestamp) {
        pipe(TestRecord<K, V>{std::move(key), std::move(value), timestamp, {}});
    }
    void pipe(const TestRecord<K, V>& record) {
        RawTestRecord raw;
        if (record.key) serdes_.key->serialize(*record.key, raw.key.emplace());
        if (record.value) serdes_.value->serialize(*record.value, raw.value.emplace());
        raw.timestamp = record.timestamp;
        raw.headers = record.headers;
        pipe_raw(driver_, topic_, std::move(raw));
    }
    void set_time(Timestamp start, std::int64_t step_ms) {
        now_ = start;
        step_ms_ = step_ms;
    }

  private:
    TopologyTestDriver& driver_;
    std::string topic_;
    SerdePair<K, V> serdes_;
    Timestamp now_{0};
    std::int64_t step_ms_ = 0;
};

// Records not read yet, in the order they were written. Throws StreamsError where a serde refuses what was written.
template <typename K, typename V>
class TestOutputTopic {
  public:
    TestOutputTopic(TopologyTestDriver& driver, std::string topic, SerdePair<K, V> serdes)
        : driver_(driver), topic_(std::move(topic)), serdes_(std::move(serdes)) {}

    [[nodiscard]] std::optional<TestRecord<K, V>> read_record() {
        const std::optional<ProducedRecord> raw = read_raw(driver_, topic_);
        if (!raw) return std::nullopt;
        return TestRecord<K, V>{decoded<K>(*serdes_.key, raw->key), decoded<V>(*serdes_.value, raw->value),
                                raw->timestamp, raw->headers};
    }
    [[nodiscard]] std::vector<TestRecord<K, V>> read_records() {
        std::vector<TestRecord<K, V>> records;
        while (auto record = read_record()) records.push_back(std::move(*record));
        return records;
    }
    // Throws StreamsError if there is no record; nullopt is a tombstone.
    [[nodiscard]] std::optional<V> read_value() {
        auto record = read_record();
        if (!record) throw StreamsError("topic " + topic_ + " has no more records");
        return std::move(record->value);
    }
    [[nodiscard]] std::vector<std::optional<V>> read_values() {
        std::vector<std::optional<V>> values;
        while (auto record = read_record()) values.push_back(std::move(record->value));
        return values;
    }

  private:
    template <typename T>
    std::optional<T> decoded(const Serde<T>& serde, const std::optional<Bytes>& bytes) const {
        if (!bytes) return std::nullopt;
        auto value = serde.deserialize(*bytes);
        if (!value) throw StreamsError("topic " + topic_ + " has a record that the serde refuses");
        return value;
    }

    TopologyTestDriver& driver_;
    std::string topic_;
    SerdePair<K, V> serdes_;
};

}  // namespace matchpoint::streams
