// Admin: consumer groups.
#include <utility>

#include "processor/streams/kafka/admin_call.h"
#include "processor/streams/kafka/admin_impl.h"
#include "processor/streams/kafka/consumer.h"

namespace matchpoint::streams::kafka {
namespace {

using DeleteGroupHandle = Handle<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy>;

std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

// Borrowed errors, not to be destroyed here.
MaybeError borrowed(const rd_kafka_error_t* error) {
    if (error == nullptr || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    return error_from_code(rd_kafka_error_code(error), rd_kafka_error_string(error));
}

GroupMember to_member(const rd_kafka_MemberDescription_t* raw) {
    GroupMember member;
    member.member_id = text_of(rd_kafka_MemberDescription_consumer_id(raw));
    member.group_instance_id = text_of(rd_kafka_MemberDescription_group_instance_id(raw));
    member.client_id = text_of(rd_kafka_MemberDescription_client_id(raw));
    if (const auto* assignment = rd_kafka_MemberDescription_assignment(raw))
        if (const auto* partitions = rd_kafka_MemberAssignment_partitions(assignment))
            member.assignment = to_partitions(*partitions);
    return member;
}

}  // namespace

Result<GroupDescription> Admin::describe_group(const std::string& group, Millis timeout) {
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout);
    const char* groups[] = {group.c_str()};
    rd_kafka_DescribeConsumerGroups(impl_->rk, groups, 1, call.options(), call.queue());
    if (MaybeError error = call.wait()) return std::move(*error);
    std::size_t count = 0;
    const auto** found = rd_kafka_DescribeConsumerGroups_result_groups(
        rd_kafka_event_DescribeConsumerGroups_result(call.event()), &count);
    if (count != 1) return error_from_code(RD_KAFKA_RESP_ERR__BAD_MSG);
    if (MaybeError error = borrowed(rd_kafka_ConsumerGroupDescription_error(found[0]))) return std::move(*error);
    GroupDescription description;
    description.group = group;
    description.state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(found[0]));
    const std::size_t members = rd_kafka_ConsumerGroupDescription_member_count(found[0]);
    for (std::size_t i = 0; i < members; ++i)
        description.members.push_back(to_member(rd_kafka_ConsumerGroupDescription_member(found[0], i)));
    return description;
}

// Asked through a consumer that never joins: ListConsumerGroupOffsets of librdkafka 2.0.2 now and then crashes the
// process.
Result<std::vector<PartitionOffset>> Admin::group_offsets(const std::string& group,
                                                          const std::vector<TopicPartition>& partitions,
                                                          Millis timeout) {
    KafkaConfig config = impl_->config;
    Consumer consumer(config.set("group.id", group), impl_->hooks);
    return consumer.committed(partitions, timeout);
}

MaybeError Admin::delete_group(const std::string& group, Millis timeout) {
    const DeleteGroupHandle request(rd_kafka_DeleteGroup_new(group.c_str()));
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout);
    rd_kafka_DeleteGroup_t* requests[] = {request.get()};
    rd_kafka_DeleteGroups(impl_->rk, requests, 1, call.options(), call.queue());
    if (MaybeError error = call.wait()) return error;
    std::size_t count = 0;
    const auto** found = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(call.event()), &count);
    if (count != 1) return error_from_code(RD_KAFKA_RESP_ERR__BAD_MSG);
    MaybeError error = borrowed(rd_kafka_group_result_error(found[0]));
    if (error && error->code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) return std::nullopt;
    return error;
}

}  // namespace matchpoint::streams::kafka
