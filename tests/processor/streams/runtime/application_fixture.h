// What the tests of the runtime share: the executable's broker, applications run in this process with a state folder
// each, and what they wrote. Main thread only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/runtime/kafka_streams.h"
#include "processor/streams/topology/dsl/streams_builder.h"
#include "tests/processor/streams/runtime/counting_topology.h"
#include "tests/support/kafka_broker.h"

namespace matchpoint::streams {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::KafkaBroker;

// Generous: a loaded machine is slow, and who waits for a condition does not wait longer than it takes.
inline constexpr seconds kPatience{60};

[[nodiscard]] bool eventually(const std::function<bool()>& condition, milliseconds patience = kPatience);

// One instance of an application.
class Instance {
  public:
    using Options = KafkaStreams::Options;
    Instance(Topology topology, StreamsConfig::Map config, Options options = {});
    ~Instance();

    [[nodiscard]] KafkaStreams& streams() { return *streams_; }
    [[nodiscard]] KafkaStreams::State state() const { return streams_->state(); }
    [[nodiscard]] bool reaches(KafkaStreams::State state, milliseconds patience = kPatience) const;
    [[nodiscard]] bool says(const std::string& text, milliseconds patience = kPatience) const;
    [[nodiscard]] std::string log() const;
    // How often that happened, in all its threads.
    [[nodiscard]] std::int64_t count(Metric StreamMetrics::*metric) const;

  private:
    class Log;
    std::shared_ptr<Log> log_;
    std::unique_ptr<KafkaStreams> streams_;
};

using Records = std::vector<std::pair<std::string, std::string>>;

class Application : public ::testing::Test {
  protected:
    Application();
    ~Application() override;

    // A topic of this test's own.
    std::string topic(const std::string& name, std::int32_t partitions,
                      const std::map<std::string, std::string>& configs = {});
    // exactly_once_v2 and short timeouts; each instance with a state folder of its own, by name.
    [[nodiscard]] StreamsConfig::Map config(const std::string& instance = "one",
                                            const StreamsConfig::Map& more = {}) const;
    [[nodiscard]] std::filesystem::path state_of(const std::string& instance = "one") const;
    // Takes the transactional ids of the instance's first thread, or one of the two: its open transactions cannot be
    // committed any more.
    void usurp_producers(const std::string& instance = "one") const;
    void usurp_producer(int slot, const std::string& instance = "one") const;
    [[nodiscard]] kafka::Admin& admin() { return admin_; }
    [[nodiscard]] const std::string& id() const { return id_; }

    void produce(const std::string& topic, const Records& records, Timestamp timestamp = kNoTimestamp) const;
    // What a read_committed reader finds, by key in order.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> read(const std::string& topic) const;
    // `times` records of each of `keys` keys k0, k1, …, interleaved.
    [[nodiscard]] static Records rounds(int keys, int times);
    // Whether `topic` comes to hold exactly 1, 2, … `times` for each of `keys` keys: each input counted once.
    ::testing::AssertionResult counts_reach(const std::string& topic, int keys, int times,
                                            seconds patience = kPatience) const;

  private:
    std::string id_;
    std::filesystem::path folder_;
    kafka::Admin admin_;
};

}  // namespace matchpoint::streams
