#include "processor/streams/runtime/host_directory.h"

#include <algorithm>
#include <charconv>

#include "processor/streams/base/murmur2.h"
#include "processor/streams/kafka/group_leave.h"

namespace matchpoint::streams {
namespace {

constexpr auto kRequestTimeout = std::chrono::seconds(5);

}  // namespace

std::string HostInfo::to_string() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::optional<HostInfo> parse_host(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.front() == '[' && host.back() == ']' && host.size() > 2) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":[]@/ ") != std::string_view::npos) {
        return std::nullopt;
    }
    HostInfo info{std::string(host), 0};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), info.port);
    if (port.empty() || error != std::errc{} || end != port.data() + port.size() || info.port == 0) return std::nullopt;
    return info;
}

std::string with_host(const std::string& client_id, const std::string& application_server) {
    return application_server.empty() ? client_id : client_id + "@" + application_server;
}

std::optional<HostInfo> host_of_client(std::string_view client_id) {
    const std::size_t at = client_id.rfind('@');
    return at == std::string_view::npos ? std::nullopt : parse_host(client_id.substr(at + 1));
}

void forget_old_address(kafka::Admin& admin, const kafka::KafkaConfig& consumer, spdlog::logger& logger) {
    const std::string instance = consumer.get_or("group.instance.id", "");
    const std::string client = consumer.get_or("client.id", "");
    if (instance.empty() || !host_of_client(client)) return;
    auto group = admin.describe_group(*consumer.get("group.id"), kRequestTimeout);
    if (!group.ok()) {
        logger.warn("the address of this instance may be seen late: {}", group.error().to_string());
        return;
    }
    for (const kafka::GroupMember& member : group->members) {
        if (member.group_instance_id != instance || member.client_id == client) continue;
        const kafka::LeaveResult left = kafka::leave_group(consumer, member.member_id, kRequestTimeout);
        logger.info("this instance was known as {}, now {}: {}", member.client_id, client,
                    left.outcome == kafka::LeaveOutcome::kLeft ? "joining anew" : left.detail);
    }
}

HostDirectory::HostDirectory(const StreamsConfig& config, const std::vector<SubtopologyInfo>& subtopologies,
                             std::shared_ptr<const TaskBoard> board)
    : subtopologies_(subtopologies), board_(std::move(board)), own_(parse_host(config.application_server)) {}

void HostDirectory::on_doubt(std::function<void()> callback) {
    const std::scoped_lock lock(mutex_);
    on_doubt_ = std::move(callback);
}

void HostDirectory::update(const kafka::GroupDescription& group, std::map<std::int32_t, std::int32_t> partitions) {
    std::map<HostInfo, StreamsMetadata> instances;
    std::map<TaskId, HostInfo> owners;
    for (const kafka::GroupMember& member : group.members) {
        const auto host = host_of_client(member.client_id);
        if (!host) continue;
        StreamsMetadata& instance = instances[*host];
        instance.host = *host;
        for (const TopicPartition& partition : member.assignment) {
            const auto info = std::find_if(subtopologies_.begin(), subtopologies_.end(),
                                           [&](const auto& each) { return each.driving_topic() == partition.topic; });
            if (info == subtopologies_.end()) continue;
            owners[{info->id, partition.partition}] = *host;
            instance.topic_partitions.insert(partition);
            for (const StoreSpec& store : info->stores) instance.state_store_names.insert(store.name);
        }
    }
    const std::scoped_lock lock(mutex_);
    instances_.swap(instances);
    owners_.swap(owners);
    partitions_.swap(partitions);
}

const SubtopologyInfo* HostDirectory::subtopology_of(const std::string& store) const {
    for (const SubtopologyInfo& info : subtopologies_) {
        for (const StoreSpec& spec : info.stores) {
            if (spec.name == store) return &info;
        }
    }
    return nullptr;
}

std::vector<StreamsMetadata> HostDirectory::all() const {
    const std::scoped_lock lock(mutex_);
    std::vector<StreamsMetadata> result;
    for (const auto& [host, instance] : instances_) result.push_back(instance);
    return result;
}

std::vector<StreamsMetadata> HostDirectory::for_store(const std::string& store) const {
    std::vector<StreamsMetadata> result = all();
    std::erase_if(result, [&](const auto& instance) { return !instance.state_store_names.contains(store); });
    return result;
}

std::optional<KeyQueryMetadata> HostDirectory::for_key(const std::string& store, BytesView key) const {
    const SubtopologyInfo* info = subtopology_of(store);
    if (info == nullptr) return std::nullopt;
    std::int32_t partitions = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = partitions_.find(info->id); found != partitions_.end()) partitions = found->second;
    }
    if (partitions == 0) return std::nullopt;
    return for_partition(store, partition_for_key(key, partitions));
}

std::optional<KeyQueryMetadata> HostDirectory::for_partition(const std::string& store, Partition partition) const {
    const SubtopologyInfo* info = subtopology_of(store);
    if (info == nullptr) return std::nullopt;
    const TaskId task{info->id, partition};
    // What is here, and what no longer is, is known at once.
    const auto tasks = board_->tasks();
    const bool here = std::any_of(tasks->begin(), tasks->end(), [&](const TaskStatus& status) {
        return status.id == task && status.phase != TaskPhase::kStandby;
    });
    if (own_ && here) return KeyQueryMetadata{*own_, partition};
    const std::scoped_lock lock(mutex_);
    const auto owner = owners_.find(task);
    if (owner != owners_.end() && owner->second != own_) return KeyQueryMetadata{owner->second, partition};
    if (on_doubt_) on_doubt_();
    return std::nullopt;
}

}  // namespace matchpoint::streams
