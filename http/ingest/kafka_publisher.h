// Publishes to Kafka: one idempotent producer with acks=all on a thread of its own, a bounded queue before it, and for
// each request one answer within a bounded time. Start it after what its answers go to, and stop() it before that goes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <spdlog/logger.h>

#include "http/ingest/publisher.h"
#include "processor/streams/base/clock.h"
#include "processor/streams/kafka/producer.h"

namespace matchpoint::http {

struct KafkaPublisherConfig {
    streams::kafka::KafkaConfig kafka;
    std::int64_t timeout_ms = 5'000;       // from the request until Kafka's acknowledgement
    std::size_t queue_bytes = 64U << 20U;  // waiting for an acknowledgement, in all
};

class KafkaPublisher final : public Publisher, private streams::kafka::DeliveryListener {
  public:
    // Throws ConfigError for a setting that librdkafka refuses.
    KafkaPublisher(KafkaPublisherConfig config, const streams::Clock& clock, std::shared_ptr<spdlog::logger> logger);
    ~KafkaPublisher() override;
    void start();
    // Waits for what is under way, a moment at most, and answers everything. What comes afterwards is unavailable.
    void stop();

    void publish(std::string_view topic, std::vector<OutgoingEvent> events, Done done) override;
    // Of the events that wait for their acknowledgement. Any thread.
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_.load(); }

  private:
    struct Job;
    struct Slot {
        Job* job;
        std::size_t index;
    };
    struct Job {
        std::string topic;
        std::vector<OutgoingEvent> events;
        Done done;  // null once called
        std::size_t bytes = 0;
        std::int64_t deadline_ns = 0;
        std::vector<Slot> slots;  // one an event, whose address travels with the record
        std::size_t produced = 0;
        std::size_t reported = 0;
    };
    using Jobs = std::list<std::unique_ptr<Job>>;

    void run();
    // What has come, waiting for it if there is nothing else to do.
    void take_new();
    void produce(Job& job);
    void on_delivery(const streams::kafka::Delivery& delivery) override;
    void look_after_jobs();
    void renew_producer();
    void answer_all(const std::string& why);
    static void answer(Job& job, PublishResult result);
    [[nodiscard]] bool idle() const { return jobs_.empty(); }

    KafkaPublisherConfig config_;
    const streams::Clock& clock_;
    std::shared_ptr<spdlog::logger> logger_;
    std::unique_ptr<streams::kafka::Producer> producer_;
    Jobs jobs_;  // the thread's; a job stays until each of its records has been reported
    std::mutex mutex_;
    std::condition_variable wake_;
    Jobs arrived_;           // under the mutex
    bool stopping_ = false;  // under the mutex
    std::atomic<std::size_t> waiting_bytes_{0};
    std::thread thread_;
};

}  // namespace matchpoint::http
