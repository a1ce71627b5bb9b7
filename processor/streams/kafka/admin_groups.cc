// Admin: consumer groups.
#include <algorithm>
#include <utility>

#include "processor/streams/kafka/admin_call.h"
#include "processor/streams/kafka/admin_impl.h"
#include "processor/streams/kafka/broker_connection.h"
#include "processor/streams/kafka/consumer.h"

namespace matchpoint::streams::kafka {
namespace {

using DeleteGroupHandle = Handle<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy>;

std::string text_of(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

// A borrowed error, not to be destroyed here.
MaybeError borrowed(const rd_kafka_error_t* error) {
    if (error == nullptr || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    return error_from_code(rd_kafka_error_code(error), rd_kafka_error_string(error));
}

// The broker names a static member after its group.instance.id, another after its client.id, each with a UUID behind.
std::string instance_id_of(const GroupMember& member) {
    constexpr std::size_t kUuid = 36;
    if (member.member_id.size() <= kUuid + 1) return {};
    const std::string name = member.member_id.substr(0, member.member_id.size() - kUuid - 1);
    return name == member.client_id ? std::string() : name;
}

// ConsumerProtocolAssignment: version int16, [topic STRING, [partition int32]], user data; big-endian.
std::vector<TopicPartition> read_assignment(BytesView bytes) {
    std::vector<TopicPartition> partitions;
    ByteReader reader(bytes);
    (void)read_kafka_int16(reader);
    for (std::uint32_t topics = reader.be32(); topics > 0 && reader.ok(); --topics) {
        const std::string topic(read_kafka_string(reader));
        for (std::uint32_t count = reader.be32(); count > 0 && reader.ok(); --count) {
            partitions.push_back({topic, Partition{static_cast<std::int32_t>(reader.be32())}});
        }
    }
    if (!reader.ok()) partitions.clear();  // a member that has none yet
    return partitions;
}

GroupMember to_member(const rd_kafka_group_member_info& raw) {
    GroupMember member;
    member.member_id = text_of(raw.member_id);
    member.client_id = text_of(raw.client_id);
    member.group_instance_id = instance_id_of(member);
    member.assignment = read_assignment({static_cast<const char*>(raw.member_assignment),
                                         static_cast<std::size_t>(std::max(raw.member_assignment_size, 0))});
    return member;
}

using GroupListHandle = Handle<const rd_kafka_group_list, rd_kafka_group_list_destroy>;

}  // namespace

// By the older call, which asks every broker: DescribeConsumerGroups of librdkafka 2.0.2 now and then aborts the
// process when the coordinator goes away meanwhile.
Result<GroupDescription> Admin::describe_group(const std::string& group, Millis timeout) {
    const rd_kafka_group_list* list = nullptr;
    const auto code = rd_kafka_list_groups(impl_->rk, group.c_str(), &list, to_ms(timeout));
    const GroupListHandle handle(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) return error_from_code(code);
    GroupDescription description;
    description.group = group;
    description.state = "Dead";
    if (list->group_cnt == 0) {
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT);
        return description;
    }
    const rd_kafka_group_info& found = list->groups[0];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_from_code(found.err);
    description.state = text_of(found.state);
    for (int i = 0; i < found.member_cnt; ++i) description.members.push_back(to_member(found.members[i]));
    return description;
}

// Asked through a consumer that never joins: ListConsumerGroupOffsets of librdkafka 2.0.2 now and then crashes the
// process. It requires stable offsets if it reads committed records only.
Result<std::vector<PartitionOffset>> Admin::group_offsets(const std::string& group,
                                                          const std::vector<TopicPartition>& partitions, Millis timeout,
                                                          OpenTransactions open_transactions) {
    KafkaConfig config = impl_->config;
    config.set("group.id", group);
    config.set("isolation.level",
               open_transactions == OpenTransactions::kAwaited ? "read_committed" : "read_uncommitted");
    Consumer consumer(std::move(config), impl_->hooks);
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
