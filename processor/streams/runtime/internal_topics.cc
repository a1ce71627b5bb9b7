#include "processor/streams/runtime/internal_topics.h"

#include <algorithm>
#include <thread>

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);
constexpr auto kRetry = std::chrono::milliseconds(500);
constexpr auto kRetryNewTopic = std::chrono::milliseconds(50);
// A topic that was just made is not known to every broker at once: for so long nothing is said of it.
constexpr auto kNewTopicPatience = std::chrono::seconds(2);

// Sources, sinks and public changelogs: all that the engine does not make itself.
std::set<std::string> made_by_users(const std::vector<SubtopologyInfo>& subtopologies) {
    std::set<std::string> topics;
    for (const SubtopologyInfo& info : subtopologies) {
        topics.insert(info.source_topics.begin(), info.source_topics.end());
        topics.insert(info.sink_topics.begin(), info.sink_topics.end());
        for (const StoreSpec& store : info.stores) {
            if (store.changelog == StoreSpec::Changelog::kPublicTopic) topics.insert(store.changelog_topic);
        }
    }
    for (const SubtopologyInfo& info : subtopologies) {
        for (const auto& [internal, partitions] : info.internal_topics) topics.erase(internal);
    }
    return topics;
}

}  // namespace

bool InternalTopics::ensure(std::vector<SubtopologyInfo>& subtopologies, const std::function<bool()>& keep_waiting) {
    const std::set<std::string> users_topics = made_by_users(subtopologies);
    while (!load(users_topics)) {
        if (!keep_waiting()) return false;
        std::this_thread::sleep_for(told_.empty() ? kRetryNewTopic : kRetry);
    }
    plan_repartition_topics(subtopologies);
    for (const SubtopologyInfo& info : subtopologies) {
        check_copartitioning(info, partitions_);
        plan_changelogs(info);
    }
    create_planned();
    for (SubtopologyInfo& info : subtopologies) {
        for (const std::string& topic : info.source_topics) info.source_partitions[topic] = partitions_.at(topic);
    }
    return true;
}

// Whether all are there; tells of the first that is not, once, unless it may only be new.
bool InternalTopics::load(const std::set<std::string>& users_topics) {
    for (const std::string& topic : users_topics) {
        if (partitions_.contains(topic)) continue;
        auto count = admin_.partitions_of(topic, std::chrono::seconds(2));
        if (count.ok()) {
            partitions_[topic] = *count;
            continue;
        }
        const bool unknown = count.error().unknown_topic_or_partition();
        if (unknown && may_be_new()) return false;
        const std::string why = unknown
                                    ? fmt::format("topic {} does not exist; waiting for somebody to create it", topic)
                                    : fmt::format("cannot reach Kafka at {}: {}; trying again",
                                                  config_.bootstrap_servers, count.error().message);
        if (why != told_) logger_->warn("{}", why);
        told_ = why;
        return false;
    }
    return true;
}

bool InternalTopics::may_be_new() {
    const auto now = std::chrono::steady_clock::now();
    if (!missing_since_) missing_since_ = now;
    return now - *missing_since_ < kNewTopicPatience;
}

void InternalTopics::plan_repartition_topics(const std::vector<SubtopologyInfo>& subtopologies) {
    plan_internal_sources(subtopologies, partitions_);
    for (const SubtopologyInfo& info : subtopologies) {
        for (const auto& [topic, wanted] : info.internal_topics) {
            // Like Kafka Streams: kept until the engine purges what it has consumed.
            std::map<std::string, std::string> configs{{"cleanup.policy", "delete"},
                                                       {"retention.ms", "-1"},
                                                       {"segment.bytes", "52428800"},
                                                       {"message.timestamp.type", "CreateTime"}};
            for (const auto& [key, value] : info.internal_topic_configs.at(topic)) configs[key] = value;
            plan(topic, partitions_.at(topic), std::move(configs));
        }
    }
}

void InternalTopics::plan_changelogs(const SubtopologyInfo& info) {
    for (const StoreSpec& store : info.stores) {
        if (store.changelog == StoreSpec::Changelog::kPublicTopic)
            check_public_changelog(store, widest_source(info, partitions_));
        if (store.changelog != StoreSpec::Changelog::kOwn) continue;
        std::map<std::string, std::string> configs{{"cleanup.policy", "compact"},
                                                   {"message.timestamp.type", "CreateTime"}};
        for (const auto& [key, value] : store.changelog_configs) configs[key] = value;
        plan(store.changelog_topic, widest_source(info, partitions_), std::move(configs));
    }
}

void InternalTopics::check_public_changelog(const StoreSpec& store, std::int32_t partitions) {
    const std::int32_t found = partitions_.at(store.changelog_topic);
    if (found != partitions) {
        throw StreamsError(
            fmt::format("topic {} is the changelog of store {} and needs {} partitions, as the topics it is "
                        "made from; it has {}",
                        store.changelog_topic, store.name, partitions, found));
    }
    auto configs = admin_.describe_configs(store.changelog_topic, kRequestTimeout);
    const std::string policy = configs.value()["cleanup.policy"].value;
    // With compact,delete a key that has not changed for retention.ms would be gone from the topic, and after the next
    // restore from the store.
    if (policy != "compact") {
        throw StreamsError(
            fmt::format("topic {} is the changelog of store {} and must be compacted, and nothing else: Kafka would "
                        "delete state; its cleanup.policy is {}. To change it: kafka-configs.sh --bootstrap-server {} "
                        "--alter --entity-type topics --entity-name {} --add-config cleanup.policy=compact",
                        store.changelog_topic, store.name, policy, config_.bootstrap_servers, store.changelog_topic));
    }
}

void InternalTopics::plan(const std::string& name, std::int32_t partitions,
                          std::map<std::string, std::string> configs) {
    // Timestamps are those of the events, however old or far off.
    configs.try_emplace("message.timestamp.after.max.ms", "9223372036854775807");
    planned_.push_back({name, partitions, config_.replication_factor, std::move(configs)});
}

void InternalTopics::create_planned() {
    std::vector<kafka::NewTopic> missing;
    for (const kafka::NewTopic& topic : planned_) {
        auto found = admin_.partitions_of(topic.name, kRequestTimeout);
        if (!found.ok()) {
            if (!found.error().unknown_topic_or_partition()) throw kafka::KafkaException(found.error());
            missing.push_back(topic);
        } else if (*found != topic.partitions) {
            throw StreamsError(
                fmt::format("internal topic {} has {} partitions, but {} are needed; reset the application "
                            "or give the topic that many",
                            topic.name, *found, topic.partitions));
        }
    }
    if (missing.empty()) return;
    auto results = admin_.create_topics(missing, std::chrono::seconds(30));
    for (const kafka::TopicResult& result : results.value()) {
        if (result.error)
            throw StreamsError(fmt::format("cannot create {}: {}", result.name, result.error->to_string()));
        logger_->info("internal topic {} {}", result.name,
                      result.outcome == kafka::CreateOutcome::kCreated ? "created" : "was there");
    }
}

}  // namespace matchpoint::streams
