#include "tests/processor/streams/runtime/application_fixture.h"

#include <stdlib.h>

#include <fstream>
#include <mutex>
#include <thread>

#include <spdlog/sinks/base_sink.h>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams {

bool eventually(const std::function<bool()>& condition, milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(milliseconds(20));
    }
    return true;
}

class Instance::Log final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    [[nodiscard]] std::string text() {
        const std::scoped_lock lock(mutex_);
        return text_;
    }

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        text_.append(line.data(), line.size());
    }
    void flush_() override {}
    std::string text_;
};

Instance::Instance(Topology topology, StreamsConfig::Map config, Options options) : log_(std::make_shared<Log>()) {
    streams_ = std::make_unique<KafkaStreams>(std::move(topology), config,
                                              std::make_shared<spdlog::logger>("streams", log_), std::move(options));
}

Instance::~Instance() = default;

bool Instance::reaches(KafkaStreams::State state, milliseconds patience) const {
    return eventually([&] { return streams_->state() == state; }, patience);
}

bool Instance::says(const std::string& text, milliseconds patience) const {
    return eventually([&] { return log_->text().find(text) != std::string::npos; }, patience);
}

std::string Instance::log() const {
    return log_->text();
}

std::int64_t Instance::count(Metric StreamMetrics::*metric) const {
    std::int64_t count = 0;
    for (const auto& thread : streams_->thread_metrics()) count += (thread.metrics->*metric).sensor.total_count();
    return count;
}

Application::Application()
    : id_(KafkaBroker::shared().unique("app")), admin_(KafkaBroker::shared().config(), kafka::ClientHooks{}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "matchpoint-app-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    folder_ = pattern;
}

Application::~Application() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Application::topic(const std::string& name, std::int32_t partitions,
                               const std::map<std::string, std::string>& configs) {
    KafkaBroker& broker = KafkaBroker::shared();
    return broker.create_topic(broker.unique(name), partitions, configs);
}

StreamsConfig::Map Application::config(const std::string& instance, const StreamsConfig::Map& more) const {
    StreamsConfig::Map config{{"application.id", id_},
                              {"bootstrap.servers", KafkaBroker::shared().bootstrap()},
                              {"processing.guarantee", "exactly_once_v2"},
                              {"state.dir", (folder_ / instance).string()},
                              {"consumer.session.timeout.ms", "6000"},
                              {"consumer.heartbeat.interval.ms", "300"}};
    for (const auto& [key, value] : more) config[key] = value;
    return config;
}

std::filesystem::path Application::state_of(const std::string& instance) const {
    return folder_ / instance / id_;
}

void Application::usurp_producers(const std::string& instance) const {
    for (const int slot : {0, 1}) usurp_producer(slot, instance);
}

void Application::usurp_producer(int slot, const std::string& instance) const {
    std::string process;
    std::ifstream(state_of(instance) / "process-id") >> process;
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("transactional.id", id() + "-" + process + "-1-" + std::to_string(slot));
    kafka::Producer usurper(std::move(config), {});
    ASSERT_FALSE(usurper.init_transactions(kPatience));
}

void Application::produce(const std::string& topic, const Records& records, Timestamp timestamp) const {
    kafka::Producer producer(KafkaBroker::shared().config(), {});
    const kafka::TopicHandle to = producer.topic(topic);
    for (const auto& [key, value] : records) {
        kafka::OutgoingRecord record;
        record.topic = to;
        record.key = key;
        record.timestamp = timestamp;
        record.value = value;
        while (producer.produce(record) == kafka::ProduceStatus::kQueueFull) producer.poll(milliseconds(10));
    }
    ASSERT_TRUE(producer.drain(kPatience));
    ASSERT_FALSE(producer.take_delivery_error());
}

std::map<std::string, std::vector<std::string>> Application::read(const std::string& topic) const {
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("isolation.level", "read_committed").set("enable.partition.eof", "true");
    kafka::Consumer consumer(std::move(config), {});
    std::map<std::string, std::vector<std::string>> values;
    const std::int32_t partitions = consumer.partition_count(topic, kPatience).value();
    for (std::int32_t p = 0; p < partitions; ++p) {
        if (const auto error = consumer.assign({{{topic, Partition{p}}, kafka::kBeginning, {}}})) {
            throw kafka::KafkaException(*error);
        }
        while (true) {
            const auto polled = consumer.poll(kPatience);
            if (std::holds_alternative<kafka::PartitionEof>(polled)) break;
            const auto* message = std::get_if<kafka::Message>(&polled);
            if (message == nullptr) throw std::runtime_error("cannot read " + topic);
            values[std::string(message->key().value_or("-"))].emplace_back(message->value().value_or("-"));
        }
    }
    return values;
}

Records Application::rounds(int keys, int times) {
    Records records;
    for (int i = 0; i < times; ++i) {
        for (int key = 0; key < keys; ++key) records.emplace_back("k" + std::to_string(key), "v");
    }
    return records;
}

::testing::AssertionResult Application::counts_reach(const std::string& topic, int keys, int times,
                                                     seconds patience) const {
    std::vector<std::string> wanted;
    for (int i = 1; i <= times; ++i) wanted.push_back(std::to_string(i));
    std::map<std::string, std::vector<std::string>> found;
    const auto complete = [&] {
        found = read(topic);
        std::size_t records = 0;
        for (const auto& [key, values] : found) records += values.size();
        return records >= wanted.size() * static_cast<std::size_t>(keys);
    };
    if (!eventually(complete, patience)) return ::testing::AssertionFailure() << "not all counts have come in time";
    if (static_cast<int>(found.size()) != keys) return ::testing::AssertionFailure() << found.size() << " keys";
    for (const auto& [key, values] : found) {
        if (values == wanted) continue;
        auto failure = ::testing::AssertionFailure() << key << ":";
        for (const std::string& value : values) failure << " " << value;
        return failure;
    }
    return ::testing::AssertionSuccess();
}

}  // namespace matchpoint::streams
