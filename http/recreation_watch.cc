#include "http/recreation_watch.h"

#include <algorithm>
#include <functional>

namespace matchpoint::http {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t kLongestLookNs = 20'000'000'000;
constexpr int kRecordsAStep = 64;

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
    return (seed ^ value) * 0x9E3779B97F4A7C15ULL + (seed >> 29U);
}

void add_once(std::vector<std::size_t>& topics, std::size_t topic) {
    if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
}

}  // namespace

std::uint64_t digest_of_record(const kafka::Message& message) {
    const std::hash<std::string_view> hash;
    std::uint64_t digest = static_cast<std::uint64_t>(message.timestamp().value());
    digest = mix(digest, message.key() ? hash(*message.key()) : 1);
    return mix(digest, message.value() ? hash(*message.value()) : 1);
}

RecreationWatch::RecreationWatch(kafka::KafkaConfig config, std::int64_t every_ns)
    : config_(std::move(config)), every_ns_(every_ns) {
    // One record a partition is all that is wanted.
    config_.set("max.partition.fetch.bytes", "1024").set("queued.max.messages.kbytes", "1024");
    config_.set("client.id", "matchpoint-http-identity");
}

void RecreationWatch::saw(std::size_t topic, const kafka::Message& message) {
    newest_[{std::string(message.topic()), message.partition()}] = {topic, message.offset(), digest_of_record(message)};
}

void RecreationWatch::forget(std::size_t topic) {
    for (Records* records : {&newest_, &anchors_, &next_anchors_, &asked_}) {
        std::erase_if(*records, [topic](const auto& each) { return each.second.topic == topic; });
    }
}

std::vector<std::size_t> RecreationWatch::step(bool reachable, std::int64_t now_ns) {
    std::vector<std::size_t> others;
    if (begun_ns_ == 0) begun_ns_ = now_ns;
    if (consumer_ == nullptr) {
        if (!reachable || newest_.empty() || now_ns - begun_ns_ < every_ns_) return others;
        begun_ns_ = now_ns;
        begin();
    }
    for (int i = 0; i < kRecordsAStep && !asked_.empty(); ++i) {
        const kafka::PollResult result = consumer_->poll(milliseconds(0));
        if (std::holds_alternative<std::monostate>(result)) break;
        if (const auto* message = std::get_if<kafka::Message>(&result)) compare(*message, others);
        if (const auto* eof = std::get_if<kafka::PartitionEof>(&result)) missing(*eof, others);
        // An error tells nothing about what the topic is.
    }
    if (asked_.empty() || now_ns - begun_ns_ > kLongestLookNs) {
        // What did not come back keeps its old anchor.
        for (const auto& [partition, seen] : asked_) next_anchors_[partition] = seen;
        anchors_ = std::move(next_anchors_);
        asked_.clear();
        consumer_.reset();
    }
    return others;
}

void RecreationWatch::begin() {
    next_anchors_ = newest_;
    asked_ = anchors_;
    if (asked_.empty()) return;
    consumer_ = std::make_unique<kafka::Consumer>(config_, kafka::ClientHooks{});
    std::vector<kafka::PartitionOffset> all;
    for (const auto& [partition, seen] : asked_) all.push_back({partition, seen.offset, {}});
    // Those that are never asked stay as they are, by the time that a look may take.
    (void)consumer_->assign(all);
}

void RecreationWatch::compare(const kafka::Message& message, std::vector<std::size_t>& others) {
    const auto found = asked_.find({std::string(message.topic()), message.partition()});
    if (found == asked_.end()) return;
    const Seen& asked = found->second;
    if (message.offset() < asked.offset ||
        (message.offset() == asked.offset && digest_of_record(message) != asked.digest)) {
        add_once(others, asked.topic);
    }
    asked_.erase(found);
}

// Nothing from its place on. If the end is further, the record is gone, as it may be.
void RecreationWatch::missing(const kafka::PartitionEof& eof, std::vector<std::size_t>& others) {
    const auto found = asked_.find(eof.partition);
    if (found == asked_.end()) return;
    if (eof.offset <= found->second.offset) add_once(others, found->second.topic);
    asked_.erase(found);
}

}  // namespace matchpoint::http
