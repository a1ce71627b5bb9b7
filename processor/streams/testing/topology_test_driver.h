// Runs a topology with no broker and a clock set by hand, as Kafka Streams' TopologyTestDriver does: every record given
// to it is processed at once and to the end, through repartition topics too. One partition a topic, one task, stores in
// memory. What processors and serdes throw comes out of the call that caused it. One thread.
//
//     TopologyTestDriver driver(topology);
//     auto words = driver.create_input_topic("words", serdes::string(), serdes::string());
//     auto counts = driver.create_output_topic("counts", serdes::string(), serdes::int64());
//     words.pipe_input("", "to be or not to be");
//     EXPECT_EQ(counts.read_value(), 1);
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/base/clock.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/state/key_value_store.h"
#include "processor/streams/testing/test_record.h"
#include "processor/streams/testing/test_topics.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint::streams {

class TestTask;

struct TestDriverOptions {
    std::string application_id = "test";
    Timestamp wall_clock{0};  // at the start
    ErrorHandlers handlers{};
    std::string dead_letter_topic{};  // errors.dead.letter.queue.topic.name
    std::size_t cache_max_bytes = 0;  // statestore.cache.max.bytes; flushed after each record
    // Records of changelogs, e.g. another driver's produced(): the stores begin with what they restore to.
    std::vector<ProducedRecord> changelogs;
};

class TopologyTestDriver {
  public:
    explicit TopologyTestDriver(Topology topology, TestDriverOptions options = {});
    ~TopologyTestDriver();
    TopologyTestDriver(const TopologyTestDriver&) = delete;
    TopologyTestDriver& operator=(const TopologyTestDriver&) = delete;

    template <typename K, typename V>
    [[nodiscard]] TestInputTopic<K, V> create_input_topic(std::string topic, SerdePtr<K> key, SerdePtr<V> value) {
        return {*this, std::move(topic), {std::move(key), std::move(value)}};
    }
    template <typename K, typename V>
    [[nodiscard]] TestOutputTopic<K, V> create_output_topic(std::string topic, SerdePtr<K> key, SerdePtr<V> value) {
        return {*this, std::move(topic), {std::move(key), std::move(value)}};
    }

    // Throws StreamsError if the topology does not read that topic. Internal topics are named with the application id.
    void pipe_input(const std::string& topic, RawTestRecord record);
    // The next record of the topic that was not read yet: outputs, repartition topics and changelogs alike.
    [[nodiscard]] std::optional<ProducedRecord> read_record(const std::string& topic);
    [[nodiscard]] std::vector<ProducedRecord> read_records(const std::string& topic);
    // Every record written so far, in order over all topics; reading takes nothing from it.
    [[nodiscard]] const std::vector<ProducedRecord>& produced() const { return produced_; }
    [[nodiscard]] std::set<std::string> produced_topics() const;

    // Wall-clock punctuations that have fallen due run, once each.
    void advance_wall_clock_time(std::int64_t ms);
    [[nodiscard]] Timestamp wall_clock_time() const { return clock_.now(); }
    [[nodiscard]] Timestamp stream_time() const;

    // The stored bytes; throws StreamsError if there is no such store. May be written to, before the first record, say.
    [[nodiscard]] state::KeyValueStore& store(std::string_view name);
    [[nodiscard]] std::vector<std::string> store_names() const;
    [[nodiscard]] std::int64_t dropped_records() const;
    // Whether a processor has called commit() since the last call.
    [[nodiscard]] bool take_commit_request();

    // Closes the processors; idempotent. Output can be read still.
    void close();

  private:
    void run();
    void capture_output();

    Topology topology_;
    ManualClock clock_;
    std::unique_ptr<TestTask> task_;
    bool closed_ = false;
    std::vector<ProducedRecord> produced_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_topic_;  // indices into produced_
    std::map<std::string, std::size_t, std::less<>> read_;                   // how many of them were read
};

}  // namespace matchpoint::streams
