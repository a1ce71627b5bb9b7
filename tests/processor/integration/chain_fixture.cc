#include "tests/processor/integration/chain_fixture.h"

#include <stdlib.h>

#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"
#include "topics/topic_catalog.h"

namespace matchpoint::testing {
namespace {

using streams::Partition;
using streams::TopicPartition;
using streams::kafka::Consumer;

constexpr std::int64_t kStartAt = 1'795'235'906'000;
constexpr auto kTimeout = std::chrono::seconds(30);
constexpr const char* kGroup = "matchpoint";
constexpr const char* kPlayerScores = "matchpoint-player-scores-repartition";

nlohmann::json event(const std::string& match, int seq, const std::string& type) {
    return {{"match", match}, {"seq", seq}, {"at", kStartAt + seq * 10}, {"sport", "tennis"}, {"type", type}};
}

std::vector<Event> make_match(const std::string& id, int points, std::mt19937& random) {
    std::vector<Event> events;
    nlohmann::json start = event(id, 1, "start");
    start["sides"] = {{{"name", id + " One"}}, {{"name", id + " Two"}}};
    start["competition"] = "Open";
    events.push_back({id, start.dump()});
    int standing = 0;  // points an undo can take back; never the start
    for (int seq = 2; seq <= points + 1; ++seq) {
        const bool undo = standing > 0 && random() % 20 == 0;
        standing += undo ? -1 : 1;
        nlohmann::json next = event(id, seq, undo ? "undo" : "point");
        if (!undo) next["winner"] = 1 + static_cast<int>(random() % 2);
        events.push_back({id, next.dump()});
    }
    for (std::size_t i = 1; i < events.size(); ++i) {
        if (random() % 10 == 0) std::swap(events[i - 1], events[i]);
    }
    return events;
}

}  // namespace

std::vector<Event> make_events(int matches, int points, std::mt19937& random) {
    std::vector<std::vector<Event>> all;
    for (int i = 0; i < matches; ++i) all.push_back(make_match("m-" + std::to_string(i), points, random));
    std::vector<Event> events;
    for (std::size_t i = 0; i < all.front().size(); ++i) {
        for (const auto& match : all) {
            events.push_back(match[i]);
            if (random() % 15 == 0) events.push_back(match[i]);
            if (random() % 40 == 0) events.push_back({match[i].match, "{\"match\":"});
        }
    }
    return events;
}

Chain::Chain() {
    std::string pattern = (std::filesystem::temp_directory_path() / "matchpoint-state-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    state_dir_ = pattern;
    streams::kafka::Admin admin(broker_.config(), {});
    std::vector<streams::kafka::NewTopic> topics;
    const topics::TopicCatalog catalog;
    for (const topics::Topic& topic : catalog.topics()) {
        // What is compared is every state, not the latest. The events are dated: from a week after that day on, Kafka
        // begins a segment at the first commit marker, and cleans the one before within seconds.
        auto configs = topic.configs;
        configs["min.compaction.lag.ms"] = "9223372036854775807";
        topics.push_back({topic.name, topic.partitions, 1, std::move(configs)});
    }
    auto results = admin.create_topics(topics, kTimeout);
    for (const auto& made : *results) {
        if (made.error) throw std::runtime_error(made.error->to_string());
    }
}

Chain::~Chain() {
    std::error_code ignored;
    std::filesystem::remove_all(state_dir_, ignored);
}

void Chain::produce(const std::vector<Event>& events) {
    streams::kafka::Producer producer(broker_.config(), {});
    const auto topic = producer.topic(topics::kScores);
    for (const Event& next : events) {
        streams::kafka::OutgoingRecord record;
        record.topic = topic;
        record.key = next.match;
        record.value = next.value;
        while (producer.produce(record) == streams::kafka::ProduceStatus::kQueueFull) producer.poll(kTimeout);
    }
    if (!producer.drain(kTimeout)) throw std::runtime_error("events were not acknowledged in time");
    if (const auto error = producer.take_delivery_error()) throw std::runtime_error(error->error.to_string());
}

std::unique_ptr<ChildProcess> Chain::start_processor(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"--bootstrap-server", broker_.bootstrap(), "--set",
                                       "state.dir=" + state_dir_.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<ChildProcess>("matchpoint-processor", arguments);
}

// One past the last committed record of each partition that has one.
std::map<std::int32_t, std::int64_t> Chain::ends(const std::string& topic) const {
    std::map<std::int32_t, std::int64_t> ends;
    streams::kafka::KafkaConfig config = broker_.config();
    config.set("isolation.level", "read_committed").set("enable.partition.eof", "true");
    Consumer consumer(std::move(config), {});
    const std::int32_t partitions = consumer.partition_count(topic, kTimeout).value();
    std::vector<streams::kafka::PartitionOffset> assignment;
    for (std::int32_t p = 0; p < partitions; ++p) {
        assignment.push_back({{topic, Partition{p}}, streams::kafka::kBeginning, {}});
    }
    if (const auto error = consumer.assign(assignment)) throw std::runtime_error(error->to_string());
    for (std::int32_t at_end = 0; at_end < partitions;) {
        const auto polled = consumer.poll(kTimeout);
        if (const auto* message = std::get_if<streams::kafka::Message>(&polled)) {
            ends[message->partition().value()] = message->offset().value() + 1;
        } else if (std::holds_alternative<streams::kafka::PartitionEof>(polled)) {
            ++at_end;
        } else if (std::holds_alternative<std::monostate>(polled)) {
            throw std::runtime_error("cannot read " + topic);
        }
    }
    return ends;
}

bool Chain::group_has_reached(const std::string& topic) const {
    streams::kafka::Admin admin(broker_.config(), {});
    if (!admin.partitions_of(topic, kTimeout).ok()) return false;
    std::vector<TopicPartition> partitions;
    const auto wanted = ends(topic);
    for (const auto& [partition, end] : wanted) partitions.push_back({topic, Partition{partition}});
    auto offsets = admin.group_offsets(kGroup, partitions, kTimeout);
    if (!offsets.ok()) return false;
    for (const auto& offset : *offsets) {
        if (offset.offset.value() < wanted.at(offset.partition.partition.value())) return false;
    }
    return true;
}

bool Chain::wait_until_processed(std::chrono::seconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (std::chrono::steady_clock::now() < deadline) {
        if (group_has_reached(std::string(topics::kScores)) && group_has_reached(kPlayerScores)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
}

std::vector<Output> Chain::read(const std::string& topic) const {
    streams::kafka::KafkaConfig config = broker_.config();
    config.set("isolation.level", "read_committed").set("enable.partition.eof", "true");
    Consumer consumer(std::move(config), {});
    const std::int32_t partitions = consumer.partition_count(topic, kTimeout).value();
    std::vector<Output> outputs;
    for (std::int32_t p = 0; p < partitions; ++p) {
        if (const auto error = consumer.assign({{{topic, Partition{p}}, streams::kafka::kBeginning, {}}})) {
            throw std::runtime_error(error->to_string());
        }
        while (true) {
            const auto polled = consumer.poll(kTimeout);
            const auto* message = std::get_if<streams::kafka::Message>(&polled);
            if (message == nullptr) {
                if (std::holds_alternative<streams::kafka::PartitionEof>(polled)) break;
                throw std::runtime_error("cannot read " + topic);
            }
            Output output;
            output.key = message->key().value_or("");
            if (message->value()) output.value = *message->value();
            for (const auto& header : message->headers()) {
                output.headers[std::string(header.name)] = header.value.value_or("");
            }
            output.timestamp = message->timestamp().value();
            output.partition = p;
            outputs.push_back(std::move(output));
        }
    }
    return outputs;
}

}  // namespace matchpoint::testing
