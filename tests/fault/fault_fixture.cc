#include "tests/fault/fault_fixture.h"

#include <csignal>
#include <iostream>

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::streams {
namespace {

constexpr milliseconds kBetweenRounds{5};

// The high watermark, or under read_committed the last stable offset.
std::int64_t end_of(const TopicPartition& partition, const char* isolation) {
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("isolation.level", isolation);
    return kafka::Consumer(std::move(config), {}).query_watermarks(partition, kPatience).value().high.value();
}

}  // namespace

Feed::Feed(std::string topic) : thread_([this, topic = std::move(topic)] { run(topic); }) {}

Feed::~Feed() {
    if (thread_.joinable()) (void)stop();
}

int Feed::stop() {
    stopping_ = true;
    thread_.join();
    return rounds_;
}

void Feed::run(const std::string& topic) {
    // librdkafka 2.0.2 can report records as acknowledged that the log never got, where several requests are on their
    // way to a leader that is only starting.
    kafka::KafkaConfig config = KafkaBroker::shared().config();
    config.set("max.in.flight.requests.per.connection", "1");
    kafka::Producer producer(std::move(config), {});
    const kafka::TopicHandle to = producer.topic(topic);
    while (!stopping_) {
        for (int key = 0; key < kKeys; ++key) {
            const std::string name = "k" + std::to_string(key);
            kafka::OutgoingRecord record;
            record.topic = to;
            record.key = name;
            record.value = "v";
            while (producer.produce(record) == kafka::ProduceStatus::kQueueFull) producer.poll(milliseconds(10));
        }
        ++rounds_;
        producer.poll(kBetweenRounds);
        std::this_thread::sleep_for(kBetweenRounds);
    }
    EXPECT_TRUE(producer.drain(kPatience));
    EXPECT_FALSE(producer.take_delivery_error());
}

KafkaProxy& Fault::proxy() {
    static KafkaProxy proxy;
    return proxy;
}

KafkaBroker& Fault::broker() {
    return KafkaBroker::shared({.proxy_port = proxy().port(),
                                .settings = {{"transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"}}});
}

void Fault::SetUpTestSuite() {
    proxy().forward_to(broker().behind_proxy());
}

void Fault::SetUp() {
    in_ = topic("in", kPartitions);
    out_ = topic("out", kPartitions);
}

void Fault::TearDown() {
    proxy().pass();
}

void Fault::restart_broker() {
    broker().restart();
    proxy().forward_to(broker().behind_proxy());
}

std::unique_ptr<ChildProcess> Fault::start_client(const std::string& name, const StreamsConfig::Map& more) const {
    std::vector<std::string> arguments{in_, out_};
    for (const auto& [key, value] : config(name, more)) arguments.push_back(key + "=" + value);
    return std::make_unique<ChildProcess>("streams_counting_client", arguments);
}

std::map<TopicPartition, std::int64_t> Fault::open_transactions() const {
    std::map<TopicPartition, std::int64_t> open;
    for (std::int32_t p = 0; p < kPartitions; ++p) {
        const TopicPartition partition{out_, Partition{p}};
        const std::int64_t stable = end_of(partition, "read_committed");
        if (stable < end_of(partition, "read_uncommitted")) open[partition] = stable;
    }
    return open;
}

void Fault::freeze_in_transaction(const ChildProcess& client) const {
    const auto hit = [&] {
        client.signal(SIGSTOP);
        // Another client's transactions come and go; this one's stays.
        auto open = open_transactions();
        for (int looks = 0; looks < 3 && !open.empty(); ++looks) {
            std::this_thread::sleep_for(milliseconds(100));
            const auto now = open_transactions();
            std::erase_if(open, [&](const auto& each) {
                const auto same = now.find(each.first);
                return same == now.end() || same->second != each.second;
            });
        }
        if (open.empty()) client.signal(SIGCONT);
        return !open.empty();
    };
    ASSERT_TRUE(eventually(hit)) << "no transaction was ever open\n" << client.err();
}

bool Fault::caught_up() {
    std::vector<TopicPartition> inputs;
    for (std::int32_t p = 0; p < kPartitions; ++p) inputs.push_back({in_, Partition{p}});
    std::map<TopicPartition, Offset> ends;
    for (const TopicPartition& input : inputs) ends[input] = admin().watermarks(input, kPatience).value().high;
    return eventually([&] {
        auto offsets = admin().group_offsets(id(), inputs, kPatience);
        if (!offsets.ok()) return false;
        for (const kafka::PartitionOffset& each : *offsets) {
            if (each.offset < ends.at(each.partition)) return false;
        }
        return true;
    });
}

std::size_t Fault::members() {
    auto group = admin().describe_group(id(), kPatience);
    if (!group.ok() || group->state != "Stable" || group->members.empty()) return 0;
    const std::size_t share = static_cast<std::size_t>(kPartitions) / group->members.size();
    for (const kafka::GroupMember& member : group->members) {
        if (member.assignment.size() != share) return 0;
    }
    return group->members.size();
}

std::int64_t Fault::input_records() {
    std::int64_t records = 0;
    for (std::int32_t p = 0; p < kPartitions; ++p) {
        records += admin().watermarks({in_, Partition{p}}, kPatience).value().high.value();
    }
    return records;
}

void Fault::expect_end(ChildProcess& client, const std::string& when) const {
    const auto began = std::chrono::steady_clock::now();
    client.signal(SIGTERM);
    const auto status = client.wait(kPatience);
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    std::cout << "ended " << when << " within " << took.count() << " ms\n";
    EXPECT_EQ(status, 0) << when << "\n" << client.err();
    EXPECT_LT(took, kEnd) << when << "\n" << client.err();
}

}  // namespace matchpoint::streams
