#include "http/topic_watch.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>

namespace matchpoint::http {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::seconds kLongestLook{20};
constexpr milliseconds kRequestWait{1'000};
constexpr milliseconds kPollWait{50};

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
    return (seed ^ value) * 0x9E3779B97F4A7C15ULL + (seed >> 29U);
}

bool contains(const std::vector<std::size_t>& topics, std::size_t topic) {
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

}  // namespace

std::uint64_t digest_of_record(const kafka::Message& message) {
    const std::hash<std::string_view> hash;
    std::uint64_t digest = static_cast<std::uint64_t>(message.timestamp().value());
    digest = mix(digest, message.key() ? hash(*message.key()) : 1);
    return mix(digest, message.value() ? hash(*message.value()) : 1);
}

TopicWatch::TopicWatch(kafka::KafkaConfig config, std::vector<std::string> topics, std::int64_t every_ns)
    : config_(std::move(config)), topics_(std::move(topics)), every_ns_(every_ns) {
    // One record a partition is all that is wanted.
    config_.set("max.partition.fetch.bytes", "1024").set("queued.max.messages.kbytes", "1024");
    config_.set("client.id", config_.get_or("client.id", "matchpoint-http") + "-watch");
}

TopicWatch::~TopicWatch() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
}

void TopicWatch::saw(std::size_t topic, const kafka::Message& message) {
    newest_[{topic, message.partition()}] = {message.offset(), digest_of_record(message)};
}

void TopicWatch::forget(std::size_t topic) {
    for (Records* records : {&newest_, &anchors_, &next_anchors_}) {
        std::erase_if(*records, [topic](const auto& each) { return each.first.first == topic; });
    }
    if (look_) look_->forgotten.push_back(topic);
}

void TopicWatch::anchor() {
    if (anchors_.empty()) anchors_ = newest_;
}

std::optional<TopicWatch::Findings> TopicWatch::step(bool reachable, std::int64_t now_ns) {
    if (begun_ns_ == 0) begun_ns_ = now_ns;
    if (look_) {
        if (!look_->done.load()) return std::nullopt;
        thread_.join();
        return finish();
    }
    if (!reachable || now_ns - begun_ns_ < every_ns_) return std::nullopt;
    begun_ns_ = now_ns;
    next_anchors_ = newest_;
    look_.emplace();
    look_->asked = anchors_;
    thread_ = std::thread([this] {
        run(*look_);
        look_->done.store(true);
    });
    return std::nullopt;
}

TopicWatch::Findings TopicWatch::finish() {
    const std::vector<std::size_t>& forgotten = look_->forgotten;
    // What did not come back keeps its old anchor.
    for (const auto& [place, seen] : look_->asked) {
        if (!contains(forgotten, place.first)) next_anchors_[place] = seen;
    }
    anchors_ = std::move(next_anchors_);
    Findings findings = std::move(look_->findings);
    std::erase_if(findings.others, [&forgotten](std::size_t topic) { return contains(forgotten, topic); });
    look_.reset();
    return findings;
}

void TopicWatch::run(Look& look) const {
    try {
        kafka::Consumer consumer(config_, {});
        count_partitions(consumer, look.findings);
        if (!look.asked.empty()) read_again(consumer, look);
    } catch (const std::exception&) {
        // Without a consumer there is nothing to be seen; the next look makes another.
    }
}

void TopicWatch::count_partitions(kafka::Consumer& consumer, Findings& findings) const {
    for (const std::string& topic : topics_) {
        if (stopping_.load()) return;
        auto count = consumer.partition_count(topic, kRequestWait);
        findings.partitions.push_back(count ? *count : 0);
    }
}

void TopicWatch::read_again(kafka::Consumer& consumer, Look& look) const {
    std::vector<kafka::PartitionOffset> all;
    for (const auto& [place, seen] : look.asked) {
        all.push_back({{topics_[place.first], place.second}, seen.offset, {}});
    }
    if (consumer.assign(all)) return;
    const auto end = std::chrono::steady_clock::now() + kLongestLook;
    while (!look.asked.empty() && !stopping_.load() && std::chrono::steady_clock::now() < end) {
        const kafka::PollResult result = consumer.poll(kPollWait);
        if (const auto* message = std::get_if<kafka::Message>(&result)) compare(*message, look);
        if (const auto* eof = std::get_if<kafka::PartitionEof>(&result)) missing(*eof, look);
        // An error tells nothing about what the topic is.
    }
}

void TopicWatch::compare(const kafka::Message& message, Look& look) const {
    const std::size_t topic = index_of(message.topic());
    const auto found = look.asked.find({topic, message.partition()});
    if (found == look.asked.end()) return;
    const Seen& asked = found->second;
    const bool another = message.offset() < asked.offset ||
                         (message.offset() == asked.offset && digest_of_record(message) != asked.digest);
    if (another && !contains(look.findings.others, topic)) look.findings.others.push_back(topic);
    look.asked.erase(found);
}

// Nothing from its place on. If the end is further, the record is gone, as it may be.
void TopicWatch::missing(const kafka::PartitionEof& eof, Look& look) const {
    const std::size_t topic = index_of(eof.partition.topic);
    const auto found = look.asked.find({topic, eof.partition.partition});
    if (found == look.asked.end()) return;
    const bool another = eof.offset <= found->second.offset;
    if (another && !contains(look.findings.others, topic)) look.findings.others.push_back(topic);
    look.asked.erase(found);
}

std::size_t TopicWatch::index_of(std::string_view topic) const {
    return static_cast<std::size_t>(std::find(topics_.begin(), topics_.end(), topic) - topics_.begin());
}

}  // namespace matchpoint::http
