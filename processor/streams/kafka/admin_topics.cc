// Admin: topics and their configs.
#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "processor/streams/kafka/admin_call.h"
#include "processor/streams/kafka/admin_impl.h"

namespace matchpoint::streams::kafka {
namespace {

using NewTopicHandle = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DeleteTopicHandle = Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using ResourceHandle = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;

NewTopicHandle make_new_topic(const NewTopic& topic) {
    std::array<char, 512> reason{};
    NewTopicHandle made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication_factor,
                                              reason.data(), reason.size()));
    if (!made) throw KafkaException(error_from_code(RD_KAFKA_RESP_ERR__INVALID_ARG, reason.data()));
    for (const auto& [key, value] : topic.configs) rd_kafka_NewTopic_set_config(made.get(), key.c_str(), value.c_str());
    return made;
}

TopicResult to_result(const rd_kafka_topic_result_t* raw) {
    TopicResult result{rd_kafka_topic_result_name(raw), CreateOutcome::kCreated, std::nullopt};
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(raw);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        result.outcome = CreateOutcome::kExists;
    } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* text = rd_kafka_topic_result_error_string(raw);
        result.error = error_from_code(code, text == nullptr ? "" : text);
    }
    return result;
}

bool all_led(const std::vector<TopicMetadata>& known, const std::vector<TopicResult>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const TopicResult& each) {
        return each.error || std::any_of(known.begin(), known.end(), [&](const TopicMetadata& topic) {
                   return topic.name == each.name && topic.partitions > 0 && !topic.leaderless;
               });
    });
}

struct RawEntry {
    std::string name;
    ConfigEntry entry;
    bool own = false;  // set on the topic itself
};

Result<std::vector<RawEntry>> describe(rd_kafka_t* rk, const std::string& topic, std::chrono::milliseconds timeout) {
    const ResourceHandle resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    AdminCall call(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout);
    rd_kafka_ConfigResource_t* resources[] = {resource.get()};
    rd_kafka_DescribeConfigs(rk, resources, 1, call.options(), call.queue());
    if (MaybeError error = call.wait()) return std::move(*error);
    std::size_t count = 0;
    const auto** found =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(call.event()), &count);
    if (count != 1) return error_from_code(RD_KAFKA_RESP_ERR__BAD_MSG);
    if (const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(found[0])) {
        const char* text = rd_kafka_ConfigResource_error_string(found[0]);
        return error_from_code(code, text == nullptr ? "" : text);
    }
    std::size_t entries = 0;
    const rd_kafka_ConfigEntry_t** configs = rd_kafka_ConfigResource_configs(found[0], &entries);
    std::vector<RawEntry> all;
    for (std::size_t i = 0; i < entries; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(configs[i]);
        all.push_back({rd_kafka_ConfigEntry_name(configs[i]),
                       {value == nullptr ? "" : value, rd_kafka_ConfigEntry_is_default(configs[i]) == 1,
                        rd_kafka_ConfigEntry_is_sensitive(configs[i]) == 1},
                       rd_kafka_ConfigEntry_source(configs[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
    }
    return all;
}

}  // namespace

Result<std::vector<TopicResult>> Admin::create_topics(const std::vector<NewTopic>& wanted, Millis timeout) {
    std::vector<TopicResult> results;
    if (wanted.empty()) return results;
    const Deadline deadline(timeout);
    std::vector<NewTopicHandle> owned;
    std::vector<rd_kafka_NewTopic_t*> raw;
    for (const NewTopic& topic : wanted) raw.push_back(owned.emplace_back(make_new_topic(topic)).get());
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout);
    call.also_wait_for_operation();
    rd_kafka_CreateTopics(impl_->rk, raw.data(), raw.size(), call.options(), call.queue());
    if (MaybeError error = call.wait()) return std::move(*error);
    std::size_t count = 0;
    const auto** answers =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(call.event()), &count);
    for (std::size_t i = 0; i < count; ++i) results.push_back(to_result(answers[i]));
    // The answer comes before every broker knows the topic: whoever used it now would meet UNKNOWN_TOPIC_OR_PART.
    for (;;) {
        Result<std::vector<TopicMetadata>> known = topics(deadline.left());
        if (!known) return known.error();
        if (all_led(*known, results)) return results;
        if (deadline.passed()) return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "new topics have no leader yet");
        std::this_thread::sleep_for(Millis(10));
    }
}

MaybeError Admin::delete_topics(const std::vector<std::string>& names, Millis timeout) {
    if (names.empty()) return std::nullopt;
    std::vector<DeleteTopicHandle> owned;
    std::vector<rd_kafka_DeleteTopic_t*> raw;
    for (const std::string& name : names)
        raw.push_back(owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str())).get());
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout);
    call.also_wait_for_operation();
    rd_kafka_DeleteTopics(impl_->rk, raw.data(), raw.size(), call.options(), call.queue());
    if (MaybeError error = call.wait()) return error;
    std::size_t count = 0;
    const auto** answers =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(call.event()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        TopicResult result = to_result(answers[i]);
        if (result.error && !result.error->unknown_topic_or_partition()) return result.error;
    }
    return std::nullopt;
}

Result<std::map<std::string, ConfigEntry>> Admin::describe_configs(const std::string& topic, Millis timeout) {
    Result<std::vector<RawEntry>> entries = describe(impl_->rk, topic, timeout);
    if (!entries) return entries.error();
    std::map<std::string, ConfigEntry> configs;
    for (RawEntry& each : *entries) configs.emplace(each.name, std::move(each.entry));
    return configs;
}

MaybeError Admin::alter_configs(const std::string& topic, const std::map<std::string, std::string>& changes,
                                Millis timeout) {
    const Deadline deadline(timeout);
    // This version of AlterConfigs resets whatever it is not given.
    Result<std::vector<RawEntry>> entries = describe(impl_->rk, topic, timeout);
    if (!entries) return entries.error();
    const ResourceHandle resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    for (const RawEntry& each : *entries)
        if (each.own && !changes.contains(each.name))
            rd_kafka_ConfigResource_set_config(resource.get(), each.name.c_str(), each.entry.value.c_str());
    for (const auto& [key, value] : changes)
        rd_kafka_ConfigResource_set_config(resource.get(), key.c_str(), value.c_str());
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_ALTERCONFIGS, deadline.left());
    rd_kafka_ConfigResource_t* resources[] = {resource.get()};
    rd_kafka_AlterConfigs(impl_->rk, resources, 1, call.options(), call.queue());
    if (MaybeError error = call.wait()) return error;
    std::size_t count = 0;
    const auto** answers =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(call.event()), &count);
    for (std::size_t i = 0; i < count; ++i)
        if (const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(answers[i])) {
            const char* text = rd_kafka_ConfigResource_error_string(answers[i]);
            return error_from_code(code, text == nullptr ? "" : text);
        }
    return std::nullopt;
}

}  // namespace matchpoint::streams::kafka
