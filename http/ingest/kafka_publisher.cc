#include "http/ingest/kafka_publisher.h"

#include <utility>

#include <fmt/format.h>

namespace matchpoint::http {

namespace kafka = streams::kafka;
using std::chrono::milliseconds;
using Status = PublishResult::Status;

namespace {

// While records are under way, how long what comes meanwhile may wait for its turn.
constexpr milliseconds kPoll{2};
constexpr milliseconds kIdle{200};  // the producer's own housekeeping
constexpr std::int64_t kStopNs = 2'000'000'000;
constexpr std::size_t kOverhead = 256;  // of an event, beside its bytes

kafka::KafkaConfig producer_config(const KafkaPublisherConfig& config) {
    kafka::KafkaConfig settings = config.kafka;
    const std::string timeout = std::to_string(config.timeout_ms);
    settings.set("enable.idempotence", "true")
        .set("acks", "all")
        .set_default("client.id", "matchpoint-http")
        .set_default("linger.ms", "1")
        .set_default("request.timeout.ms", timeout)
        .set("message.timeout.ms", timeout);
    return settings;
}

PublishResult result_of(const kafka::KafkaError& error, std::size_t index) {
    if (error.name == "MSG_SIZE_TOO_LARGE") return {Status::kTooLarge, index, "Kafka takes no record of this size"};
    if (error.retriable() || error.timed_out() || error.fatal() || error.unknown_topic_or_partition() ||
        error.name.starts_with('_')) {
        return {Status::kUnavailable, index, fmt::format("Kafka did not take it: {}", error.message)};
    }
    return {Status::kRefused, index, fmt::format("Kafka refused it: {}", error.message)};
}

}  // namespace

KafkaPublisher::KafkaPublisher(KafkaPublisherConfig config, const streams::Clock& clock,
                               std::shared_ptr<spdlog::logger> logger)
    : config_(std::move(config)), clock_(clock), logger_(std::move(logger)) {
    renew_producer();
}

KafkaPublisher::~KafkaPublisher() {
    stop();
}

void KafkaPublisher::renew_producer() {
    kafka::ClientHooks hooks;
    hooks.logger = logger_;
    producer_ = std::make_unique<kafka::Producer>(producer_config(config_), std::move(hooks),
                                                  static_cast<kafka::DeliveryListener*>(this));
}

void KafkaPublisher::start() {
    thread_ = std::thread([this] { run(); });
}

void KafkaPublisher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void KafkaPublisher::publish(std::string_view topic, std::vector<OutgoingEvent> events, Done done) {
    auto job = std::make_unique<Job>();
    job->topic = topic;
    job->events = std::move(events);
    job->done = std::move(done);
    for (const OutgoingEvent& event : job->events) job->bytes += event.key.size() + event.value.size() + kOverhead;
    job->deadline_ns = clock_.monotonic_ns() + config_.timeout_ms * 1'000'000;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && waiting_bytes_.load() + job->bytes <= config_.queue_bytes) {
            waiting_bytes_ += job->bytes;
            arrived_.push_back(std::move(job));
        }
    }
    if (job == nullptr) return wake_.notify_one();
    answer(*job, {Status::kBusy, 0, "too many events wait for Kafka already"});
}

void KafkaPublisher::run() {
    std::int64_t stop_ns = 0;
    for (;;) {
        take_new();
        (void)producer_->poll(idle() ? milliseconds(0) : kPoll);
        look_after_jobs();
        const std::lock_guard lock(mutex_);
        if (!stopping_) continue;
        if (stop_ns == 0) stop_ns = clock_.monotonic_ns() + kStopNs;
        if ((jobs_.empty() && arrived_.empty()) || clock_.monotonic_ns() > stop_ns) break;
    }
    take_new();
    answer_all("the gateway is stopping");
    producer_->purge();
    (void)producer_->drain(milliseconds(100));
    producer_.reset();
    jobs_.clear();
}

void KafkaPublisher::take_new() {
    Jobs fresh;
    {
        std::unique_lock lock(mutex_);
        if (idle()) wake_.wait_for(lock, kIdle, [this] { return stopping_ || !arrived_.empty(); });
        fresh.swap(arrived_);
    }
    for (const auto& job : fresh) {
        job->slots.reserve(job->events.size());
        for (std::size_t i = 0; i < job->events.size(); ++i) job->slots.push_back({job.get(), i});
    }
    jobs_.splice(jobs_.end(), fresh);
    for (const auto& job : jobs_) {
        if (job->done != nullptr && job->produced < job->slots.size()) produce(*job);
    }
}

void KafkaPublisher::produce(Job& job) {
    kafka::OutgoingRecord record;
    record.topic = producer_->topic(job.topic);
    while (job.produced < job.events.size()) {
        const OutgoingEvent& event = job.events[job.produced];
        record.key = event.key;
        record.value = event.value;
        record.timestamp = event.at;
        record.opaque = &job.slots[job.produced];
        switch (producer_->produce(record)) {
            case kafka::ProduceStatus::kOk:
                ++job.produced;
                break;
            case kafka::ProduceStatus::kQueueFull:
                return;  // goes on after the next poll
            case kafka::ProduceStatus::kFailed:
                return answer(job, result_of(*producer_->last_produce_error(), job.produced));
        }
    }
}

void KafkaPublisher::on_delivery(const kafka::Delivery& delivery) {
    const auto& slot = *static_cast<const Slot*>(delivery.opaque);
    Job& job = *slot.job;
    ++job.reported;
    if (delivery.error != nullptr) answer(job, result_of(*delivery.error, slot.index));
}

// Answers those whose time is up, lets go of those that are over.
void KafkaPublisher::look_after_jobs() {
    const std::int64_t now_ns = clock_.monotonic_ns();
    for (auto it = jobs_.begin(); it != jobs_.end();) {
        Job& job = **it;
        if (job.reported == job.events.size()) {
            answer(job, {});
        } else if (job.done != nullptr && now_ns > job.deadline_ns) {
            answer(job, {Status::kUnavailable, 0,
                         fmt::format("Kafka did not acknowledge it within {} ms", config_.timeout_ms)});
        }
        if (job.done != nullptr || job.reported < job.produced) {
            ++it;
            continue;
        }
        waiting_bytes_ -= job.bytes;
        it = jobs_.erase(it);
    }
    const auto fatal = producer_->fatal_error();
    if (!fatal) return;
    logger_->error("publishing begins anew: {}", fatal->to_string());
    producer_->purge();
    (void)producer_->drain(milliseconds(100));
    answer_all("the connection to Kafka had to be made anew");
    // After it no report can come that points to a job.
    producer_.reset();
    for (const auto& job : jobs_) waiting_bytes_ -= job->bytes;
    jobs_.clear();
    renew_producer();
}

void KafkaPublisher::answer_all(const std::string& why) {
    for (const auto& job : jobs_) {
        answer(*job,
               job->reported == job->events.size() ? PublishResult{} : PublishResult{Status::kUnavailable, 0, why});
    }
}

void KafkaPublisher::answer(Job& job, PublishResult result) {
    if (const Done done = std::exchange(job.done, nullptr)) done(std::move(result));
}

}  // namespace matchpoint::http
