#include "processor/streams/runtime/host_directory.h"

#include <algorithm>
#include <charconv>

#include "processor/streams/base/murmur2.h"
#include "processor/streams/kafka/group_leave.h"

namespace matchpoint::streams {
namespace {

constexpr auto kInterval = std::chrono::seconds(5);
constexpr auto kUnstableInterval = std::chrono::milliseconds(200);  // a rebalance is under way, or Kafka is away
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
                             std::shared_ptr<const TaskBoard> board, std::shared_ptr<spdlog::logger> logger)
    : config_(config),
      subtopologies_(subtopologies),
      board_(std::move(board)),
      logger_(std::move(logger)),
      own_(parse_host(config.application_server)) {}

HostDirectory::~HostDirectory() {
    stop();
}

void HostDirectory::start() {
    if (own_ && !thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void HostDirectory::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void HostDirectory::refresh_soon() const {
    const std::scoped_lock lock(mutex_);
    refresh_ = true;
    changed_.notify_all();
}

void HostDirectory::run() {
    kafka::Admin admin(config_.client_config(config_.application_id + "-hosts"),
                       {.logger = logger_, .on_connection_change = {}});
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        refresh_ = false;
        lock.unlock();
        const bool settled = refresh(admin);
        lock.lock();
        if (settled) {
            changed_.wait_for(lock, kInterval, [this] { return stopping_ || refresh_; });
        } else {
            changed_.wait_for(lock, kUnstableInterval, [this] { return stopping_; });
        }
    }
}

bool HostDirectory::refresh(kafka::Admin& admin) {
    auto group = admin.describe_group(config_.application_id, kRequestTimeout);
    if (!group.ok() || group->state != "Stable") return false;
    std::map<std::int32_t, std::int32_t> partitions;
    for (const SubtopologyInfo& info : subtopologies_) {
        auto count = admin.partitions_of(info.driving_topic(), kRequestTimeout);
        if (!count.ok()) return false;
        partitions[info.id] = *count;
    }
    update(*group, std::move(partitions));
    return true;
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
    std::optional<HostInfo> owner;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = owners_.find(task); found != owners_.end()) owner = found->second;
    }
    if (owner && owner != own_) return KeyQueryMetadata{*owner, partition};
    refresh_soon();
    return std::nullopt;
}

}  // namespace matchpoint::streams
