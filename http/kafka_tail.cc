#include "http/kafka_tail.h"

#include <algorithm>

#include <fmt/format.h>

#include "http/log/rejected_event.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kMostRecordsABatch = 2'000;
constexpr milliseconds kPollWait{200};
constexpr milliseconds kRequestWait{5'000};
constexpr milliseconds kPauseBetweenTries{500};
constexpr milliseconds kPauseForNewTopic{50};
// A topic that was just made is not known to every broker at once, nor led: for so long nothing is said of it.
constexpr std::int64_t kNewTopicNs = 2'000'000'000;
constexpr std::int64_t kWarningEveryNs = 10'000'000'000;
constexpr std::int64_t kLagEveryNs = 1'000'000'000;

bool may_be_new(const kafka::KafkaError& error) {
    return error.unknown_topic_or_partition() || error.name == "LEADER_NOT_AVAILABLE" ||
           error.name == "NOT_LEADER_FOR_PARTITION";
}

}  // namespace

KafkaTail::KafkaTail(Gateway& gateway, TailConfig config, const streams::Clock& clock,
                     std::shared_ptr<spdlog::logger> logger)
    : gateway_(gateway), config_(std::move(config)), clock_(clock), logger_(std::move(logger)) {
    config_.kafka.set("isolation.level", "read_committed")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "earliest")
        .set_default("client.id", "matchpoint-http")
        .set_default("fetch.wait.max.ms", "100")
        .set_default("queued.max.messages.kbytes", "16384");
    std::vector<std::string> names;
    for (const TopicSpec& spec : gateway_.specs()) {
        topics_.emplace_back(RecordBuilder(spec.name, clock_));
        names.push_back(spec.name);
    }
    watch_ = std::make_unique<TopicWatch>(config_.kafka, std::move(names), config_.look_ns);
}

KafkaTail::~KafkaTail() {
    stop();
}

void KafkaTail::start() {
    gateway_.tail().away_since_ns.store(clock_.monotonic_ns());
    thread_ = std::thread([this] { run(); });
}

void KafkaTail::stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
}

void KafkaTail::run() {
    while (!stopping_.load()) {
        try {
            tail();
        } catch (const std::exception& error) {
            gateway_.tail().errors.add();
            warn(fmt::format("reading Kafka's topics failed, beginning again: {}", error.what()));
            std::this_thread::sleep_for(kPauseBetweenTries);
        }
    }
}

void KafkaTail::tail() {
    if (!assign_all()) return;
    begin_again_ = false;
    while (!stopping_.load()) {
        gather();
        look_at_lag();
        if (begin_again_ || look_at_topics()) break;
    }
    consumer_->close(milliseconds(1000));
}

bool KafkaTail::assign_all() {
    kafka::ClientHooks hooks;
    hooks.on_connection_change = [this](bool up) {
        gateway_.tail().connected.store(up);
        gateway_.tail().away_since_ns.store(up ? 0 : clock_.monotonic_ns());
        if (up) {
            logger_->info("Kafka is back");
            watch_->hurry();  // it may be another
            tell_clients("the source of events is back");
        } else {
            gateway_.tail().errors.add();
            logger_->warn("Kafka cannot be reached; what is known stays served");
            tell_clients("the source of events cannot be reached at the moment");
        }
    };
    consumer_ = std::make_unique<Consumer>(config_.kafka, std::move(hooks));
    std::int64_t missing_since_ns = 0;
    while (!stopping_.load()) {
        const kafka::MaybeError error = try_assign();
        if (!error) {
            gateway_.tail().connected.store(true);
            gateway_.tail().away_since_ns.store(0);
            return true;
        }
        const std::int64_t now_ns = clock_.monotonic_ns();
        if (missing_since_ns == 0 && may_be_new(*error)) missing_since_ns = now_ns;
        if (may_be_new(*error) && now_ns - missing_since_ns < kNewTopicNs) {
            std::this_thread::sleep_for(kPauseForNewTopic);
            continue;
        }
        gateway_.tail().errors.add();
        warn(fmt::format("cannot read the topics yet: {}", error->to_string()));
        std::this_thread::sleep_for(kPauseBetweenTries);
    }
    return false;
}

kafka::MaybeError KafkaTail::try_assign() {
    std::vector<kafka::PartitionOffset> all;
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        const TopicSpec& spec = gateway_.specs()[i];
        auto count = consumer_->partition_count(spec.name, kRequestWait);
        topics_[i].partitions = 0;
        if (!count && spec.optional && count.error().unknown_topic_or_partition()) {
            logger_->info("{}: no such topic, so it is empty until there is one", spec.name);
            caught_up(i);
            continue;
        }
        if (!count) return count.error();
        if (auto error = add_partitions(i, *count, all)) return error;
    }
    return consumer_->assign(all);
}

kafka::MaybeError KafkaTail::add_partitions(std::size_t topic, std::int32_t partitions,
                                            std::vector<kafka::PartitionOffset>& out) {
    const TopicSpec& spec = gateway_.specs()[topic];
    Topic& state = topics_[topic];
    const auto first = static_cast<std::int32_t>(state.partitions);
    state.partitions = static_cast<std::size_t>(partitions);
    state.ended.resize(state.partitions, false);
    state.builder.ensure_partitions(state.partitions);
    for (std::int32_t p = first; p < partitions; ++p) {
        const streams::TopicPartition partition{spec.name, streams::Partition{p}};
        const std::int64_t read = state.builder.position()[static_cast<std::size_t>(p)];
        streams::Offset start = read > 0 ? streams::Offset{read} : kafka::kBeginning;
        // A partition by which a topic has grown is new to all that read, so it is read from its beginning.
        if (!spec.options.compacted && read == 0 && first == 0) {
            auto marks = consumer_->query_watermarks(partition, kRequestWait);
            if (!marks) return marks.error();
            const std::int64_t wanted = marks->high.value() - config_.replay / partitions;
            start = streams::Offset{std::max(marks->low.value(), wanted)};
            state.builder.skip_to(static_cast<std::size_t>(p), start.value());
            state.begins = state.builder.position();
        }
        out.push_back({partition, start, {}});
    }
    return std::nullopt;
}

void KafkaTail::gather() {
    std::size_t gathered = 0;
    milliseconds wait = kPollWait;
    while (gathered < kMostRecordsABatch && !begin_again_) {
        kafka::PollResult result = consumer_->poll(wait);
        wait = milliseconds(0);
        if (std::holds_alternative<std::monostate>(result)) break;
        if (const auto* message = std::get_if<kafka::Message>(&result)) {
            take(*message);
            ++gathered;
        } else if (const auto* eof = std::get_if<kafka::PartitionEof>(&result)) {
            ended(*eof);
        } else {
            gateway_.tail().errors.add();
            warn(std::get<kafka::KafkaError>(result).to_string());
            if (const auto fatal = consumer_->fatal_error()) throw kafka::KafkaException(*fatal);
        }
    }
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        const Topic& topic = topics_[i];
        if (!topic.records.empty() || topic.restart || topic.at_end) publish(i);
    }
}

std::size_t KafkaTail::index_of(std::string_view topic) const {
    const auto& specs = gateway_.specs();
    const auto found =
        std::find_if(specs.begin(), specs.end(), [topic](const auto& spec) { return spec.name == topic; });
    return static_cast<std::size_t>(found - specs.begin());
}

void KafkaTail::take(const kafka::Message& message) {
    const std::size_t index = index_of(message.topic());
    Topic& topic = topics_.at(index);
    RawRecord raw;
    raw.partition = message.partition();
    raw.offset = message.offset();
    raw.timestamp = message.timestamp();
    raw.key = message.key().value_or(std::string_view());
    raw.tombstone = !message.value().has_value();
    raw.value = message.value().value_or(std::string_view());
    const auto partition = static_cast<std::size_t>(raw.partition.value());
    const OffsetVector& position = topic.builder.position();
    if (partition < position.size() && raw.offset.value() < position[partition]) {
        logger_->warn("{}: its offsets went back, so it has been made anew; reading it from its beginning",
                      message.topic());
        // Other partitions of it may have been read on from their old places already.
        restart(index);
        begin_again_ = true;
        return;
    }
    watch_->saw(index, message);
    if (message.topic() != topics::kScoresRejected) return topic.records.push_back(topic.builder.build(raw));
    const streams::Headers headers = message.copy_headers();
    const std::string event = rejected_event_json({message.key(), message.value(), message.timestamp(), &headers});
    TagsPtr tags = topic.builder.tags(raw);
    raw.tombstone = false;
    raw.value = event;
    topic.records.push_back(topic.builder.build(raw, std::move(tags)));
}

void KafkaTail::ended(const kafka::PartitionEof& eof) {
    const std::size_t index = index_of(eof.partition.topic);
    Topic& topic = topics_.at(index);
    const auto partition = static_cast<std::size_t>(eof.partition.partition.value());
    if (partition < topic.partitions && eof.offset.value() > topic.builder.position()[partition]) {
        // The last record is gone, or a transaction's marker stands behind it.
        topic.builder.skip_to(partition, eof.offset.value());
        topic.at_end = true;
    }
    if (topic.caught_up || partition >= topic.ended.size()) return;
    topic.ended[partition] = true;
    if (std::find(topic.ended.begin(), topic.ended.end(), false) != topic.ended.end()) return;
    caught_up(index);
    logger_->info("{}: caught up with {} records", eof.partition.topic, gateway_.topics()[index]->records.value());
}

void KafkaTail::caught_up(std::size_t topic) {
    if (std::exchange(topics_[topic].caught_up, true)) return;
    publish(topic);
    if (std::all_of(topics_.begin(), topics_.end(), [](const Topic& each) { return each.caught_up; })) watch_->anchor();
}

void KafkaTail::publish(std::size_t topic) {
    Batch batch;
    batch.topic = topic;
    batch.partitions = topics_[topic].partitions;
    batch.restart = std::exchange(topics_[topic].restart, false);
    batch.begins = std::exchange(topics_[topic].begins, {});
    batch.records.swap(topics_[topic].records);
    if (std::exchange(topics_[topic].at_end, false)) batch.ends = topics_[topic].builder.position();
    batch.caught_up = topics_[topic].caught_up && !gateway_.topics()[topic]->caught_up.load();
    batch.arrived_ns = clock_.monotonic_ns();
    if (!gateway_.publish(std::move(batch))) stopping_.store(true);
}

void KafkaTail::look_at_lag() {
    const std::int64_t now_ns = clock_.monotonic_ns();
    if (now_ns - last_lag_ns_ < kLagEveryNs) return;
    last_lag_ns_ = now_ns;
    for (std::size_t i = 0; i < topics_.size(); ++i) {
        std::int64_t lag = 0;
        for (std::size_t p = 0; p < topics_[i].partitions; ++p) {
            const streams::TopicPartition partition{gateway_.specs()[i].name,
                                                    streams::Partition{static_cast<std::int32_t>(p)}};
            const auto marks = consumer_->cached_watermarks(partition);
            const auto position = consumer_->position(partition);
            if (marks && position) lag += std::max<std::int64_t>(0, marks->high.value() - position->value());
        }
        gateway_.topics()[i]->lag.set(static_cast<std::uint64_t>(lag));
    }
}

void KafkaTail::grow(std::size_t topic, std::int32_t partitions) {
    std::vector<kafka::PartitionOffset> added;
    auto error = add_partitions(topic, partitions, added);
    if (!error) error = consumer_->incremental_assign(added);
    if (error) throw kafka::KafkaException(*error);
    logger_->info("{} has grown to {} partitions", gateway_.specs()[topic].name, partitions);
}

void KafkaTail::restart(std::size_t topic) {
    topics_[topic].builder.restart();
    topics_[topic].records.clear();
    topics_[topic].begins.clear();
    topics_[topic].restart = true;
    watch_->forget(topic);
}

bool KafkaTail::look_at_topics() {
    const auto found = watch_->step(consumer_->connected(), clock_.monotonic_ns());
    if (!found) return false;
    for (std::size_t i = 0; i < found->partitions.size(); ++i) {
        if (found->partitions[i] > static_cast<std::int32_t>(topics_[i].partitions)) grow(i, found->partitions[i]);
    }
    for (const std::size_t topic : found->others) {
        logger_->warn(
            "{}: other records stand where those stood that have been read, so it has been made anew; "
            "reading it from its beginning",
            gateway_.specs()[topic].name);
        restart(topic);
        publish(topic);
    }
    return !found->others.empty();
}

void KafkaTail::warn(const std::string& text) {
    const std::int64_t now_ns = clock_.monotonic_ns();
    if (last_warning_ns_ != 0 && now_ns - last_warning_ns_ < kWarningEveryNs) {
        ++warnings_held_;
        return;
    }
    last_warning_ns_ = now_ns;
    const std::uint64_t held = std::exchange(warnings_held_, 0);
    logger_->warn("{}{}", text, held == 0 ? std::string() : fmt::format(" ({} more since)", held));
}

void KafkaTail::tell_clients(const std::string& notice) {
    Batch batch;
    batch.notice = notice;
    if (!gateway_.publish(std::move(batch))) stopping_.store(true);
}

}  // namespace matchpoint::http
