#include "processor/streams/runtime/shutdown_request.h"

#include "processor/streams/kafka/consumer.h"
#include "processor/streams/runtime/group_view.h"

namespace matchpoint::streams {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kPoll = std::chrono::milliseconds(100);
constexpr auto kLook = std::chrono::milliseconds(300);

// Takes part in rebalances and reads nothing of what it is given.
class Idle final : public kafka::RebalanceListener {
  public:
    void on_assigned(kafka::Consumer& consumer, const std::vector<TopicPartition>& /*partitions*/) override {
        (void)consumer.incremental_assign({});
    }
    void on_revoked(kafka::Consumer& consumer, const std::vector<TopicPartition>& /*partitions*/) override {
        (void)consumer.incremental_unassign({});
    }
    void on_lost(kafka::Consumer& consumer, const std::vector<TopicPartition>& /*partitions*/) override {
        (void)consumer.incremental_unassign({});
    }
};

GroupView look_at_group(kafka::Admin& admin, const StreamsConfig& config,
                        const std::vector<SubtopologyInfo>& subtopologies) {
    const kafka::GroupDescription group = admin.describe_group(config.application_id, kRequestTimeout).value();
    return read_group(group, config.application_id, subtopologies);
}

}  // namespace

void request_application_shutdown(const StreamsConfig& config, const std::string& process_id,
                                  const std::vector<SubtopologyInfo>& subtopologies,
                                  const std::shared_ptr<spdlog::logger>& logger, std::chrono::milliseconds patience,
                                  const std::function<bool()>& keep_waiting) {
    try {
        const std::string name = shutdown_client_id(config.application_id, process_id);
        kafka::Admin admin(config.client_config(name + "-admin"), {.logger = logger, .on_connection_change = {}});
        if (look_at_group(admin, config, subtopologies).processes.empty()) return;
        logger->warn("asking all instances of {} to shut down", config.application_id);
        Idle idle;  // outlives the consumer
        kafka::KafkaConfig settings = config.consumer_config(name);
        settings.set("client.id", name).set("session.timeout.ms", "6000").set("heartbeat.interval.ms", "1000");
        kafka::Consumer consumer(std::move(settings), {.logger = logger, .on_connection_change = {}});
        const auto error = consumer.subscribe({subtopologies.front().driving_topic()}, &idle);
        if (error) throw kafka::KafkaException(*error);
        const auto deadline = Clock::now() + patience;
        auto look_at = Clock::now() + kLook;
        while (Clock::now() < deadline && keep_waiting()) {
            (void)consumer.poll(kPoll);
            if (Clock::now() < look_at) continue;
            // Who leaves in the middle of a rebalance stays in the group for a session, and so would the message.
            const GroupView view = look_at_group(admin, config, subtopologies);
            if (view.stable && view.processes.empty()) return;
            look_at = Clock::now() + kLook;
        }
        logger->warn("not all instances of {} have left the group in time", config.application_id);
    } catch (const std::exception& failure) {
        logger->error("the other instances of {} could not be asked to shut down: {}", config.application_id,
                      failure.what());
    }
}

}  // namespace matchpoint::streams
