#include "processor/streams/kafka/group_leave.h"

#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "processor/streams/base/bytes.h"
#include "processor/streams/kafka/broker_connection.h"

// Wire formats (Kafka protocol, big-endian; STRING is int16 length and bytes, NULLABLE_STRING has length -1 for null):
//
//     FindCoordinator v1  request   key STRING, key_type int8 (0 = group)
//                         response  throttle int32, error int16, message NULLABLE_STRING, node int32, host STRING,
//                                   port int32
//     LeaveGroup v3       request   group STRING, [member_id STRING, group_instance_id NULLABLE_STRING]
//                         response  throttle int32, error int16, [member_id STRING, instance NULLABLE_STRING, error
//                         int16]

namespace matchpoint::streams::kafka {
namespace {

constexpr std::int16_t kFindCoordinator = 10;
constexpr std::int16_t kLeaveGroup = 13;
constexpr int kNone = 0;
constexpr int kUnknownMemberId = 25;

struct Coordinator {
    std::string host;
    std::string port;
};

Coordinator find_coordinator(const std::string& bootstrap, const std::string& client, const std::string& group,
                             const Deadline& deadline) {
    Bytes request;
    append_kafka_string(request, group);
    request.push_back(0);
    BrokerConnection connection(host_of(bootstrap), port_of(bootstrap), deadline);
    const Bytes response = connection.call(kFindCoordinator, 1, client, request);
    ByteReader reader(response);
    (void)reader.be32();
    const int error = read_kafka_int16(reader);
    (void)read_kafka_string(reader);
    (void)reader.be32();
    const std::string host(read_kafka_string(reader));
    const std::uint32_t port = reader.be32();
    if (!reader.ok()) throw std::runtime_error("the answer to FindCoordinator is cut short");
    if (error != kNone) throw std::runtime_error(fmt::format("FindCoordinator: error {}", error));
    return {host, std::to_string(port)};
}

void leave(const Coordinator& coordinator, const KafkaConfig& config, const std::string& member_id,
           const Deadline& deadline) {
    Bytes request;
    append_kafka_string(request, *config.get("group.id"));
    append_be32(request, 1);
    append_kafka_string(request, member_id);
    append_kafka_string(request, *config.get("group.instance.id"));
    BrokerConnection connection(coordinator.host, coordinator.port, deadline);
    const Bytes response = connection.call(kLeaveGroup, 3, config.get_or("client.id", "matchpoint"), request);
    ByteReader reader(response);
    (void)reader.be32();
    int error = read_kafka_int16(reader);
    if (error == kNone && reader.be32() == 1) {
        (void)read_kafka_string(reader);
        (void)read_kafka_string(reader);
        error = read_kafka_int16(reader);
    }
    if (!reader.ok()) throw std::runtime_error("the answer to LeaveGroup is cut short");
    if (error != kNone && error != kUnknownMemberId)
        throw std::runtime_error(fmt::format("LeaveGroup: error {}", error));
}

// Tries the bootstrap servers in turn.
void leave_by_any(const KafkaConfig& config, const std::string& member_id, const Deadline& deadline) {
    const std::string servers = config.get_or("bootstrap.servers", "");
    std::string reason = "no bootstrap.servers";
    for (std::size_t at = 0; at < servers.size();) {
        const std::size_t comma = std::min(servers.find(',', at), servers.size());
        try {
            const Coordinator coordinator =
                find_coordinator(servers.substr(at, comma - at), config.get_or("client.id", "matchpoint"),
                                 *config.get("group.id"), deadline);
            return leave(coordinator, config, member_id, deadline);
        } catch (const std::runtime_error& error) {
            reason = error.what();
        }
        at = comma + 1;
    }
    throw std::runtime_error(reason);
}

bool is_plaintext(const KafkaConfig& config) {
    const std::string protocol = config.get_or("security.protocol", "plaintext");
    return protocol == "plaintext" || protocol == "PLAINTEXT";
}

}  // namespace

LeaveResult leave_group(const KafkaConfig& config, const std::string& member_id, std::chrono::milliseconds timeout) {
    if (!config.get("group.id") || config.get_or("group.instance.id", "").empty())
        return {LeaveOutcome::kNotPossible, "not a static member of a group"};
    if (!is_plaintext(config)) return {LeaveOutcome::kNotPossible, "only possible with security.protocol=plaintext"};
    try {
        leave_by_any(config, member_id, Deadline(timeout));
        return {LeaveOutcome::kLeft, {}};
    } catch (const std::runtime_error& error) {
        return {LeaveOutcome::kFailed, error.what()};
    }
}

}  // namespace matchpoint::streams::kafka
