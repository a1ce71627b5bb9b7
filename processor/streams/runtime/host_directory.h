// Which instance of the application holds which part of a store (application.server). Kafka Streams tells it through
// its assignor, which librdkafka does not let us replace; so the address travels in the client.id of the stream
// threads' consumers, and with it every instance reads it from the group's description:
//
//     client.id   <name of the thread>@<host>:<port>
//
// The housekeeper gives it the description after each rebalance and every few seconds, and only if application.server
// is set. Queries never wait for Kafka: they see the last answer. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/kafka/admin.h"
#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/runtime/task_board.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

struct HostInfo {
    std::string host;
    std::uint16_t port = 0;
    auto operator<=>(const HostInfo&) const = default;
    [[nodiscard]] std::string to_string() const;  // "host:port", "[v6]:port"
};

// Of "host:port", as application.server is written; nullopt for anything else.
[[nodiscard]] std::optional<HostInfo> parse_host(std::string_view text);

// One instance of the application.
struct StreamsMetadata {
    HostInfo host;
    std::set<std::string> state_store_names;
    std::set<TopicPartition> topic_partitions;  // of the topics that its tasks follow
    bool operator==(const StreamsMetadata&) const = default;
};

struct KeyQueryMetadata {
    HostInfo active_host;
    Partition partition;
    bool operator==(const KeyQueryMetadata&) const = default;
};

// Adds the address to a client.id, and reads it back.
[[nodiscard]] std::string with_host(const std::string& client_id, const std::string& application_server);
[[nodiscard]] std::optional<HostInfo> host_of_client(std::string_view client_id);

// A static member that comes back keeps, at the broker, the client.id it first joined with. If that names another
// address the old membership is ended, so that the new one is seen. Before subscribing; failures are logged.
void forget_old_address(kafka::Admin& admin, const kafka::KafkaConfig& consumer, spdlog::logger& logger);

class HostDirectory {
  public:
    // All outlive the directory.
    HostDirectory(const StreamsConfig& config, const std::vector<SubtopologyInfo>& subtopologies,
                  std::shared_ptr<const TaskBoard> board);

    // False without application.server: nobody asks.
    [[nodiscard]] bool wanted() const { return own_.has_value(); }
    // Called, on any thread, when something was asked for that is not known now; must not block. Empty: nobody is told;
    // once this returns no call is under way.
    void on_doubt(std::function<void()> callback);
    // What a description of the group says, and how many partitions each sub-topology has.
    void update(const kafka::GroupDescription& group, std::map<std::int32_t, std::int32_t> partitions);

    [[nodiscard]] std::vector<StreamsMetadata> all() const;
    [[nodiscard]] std::vector<StreamsMetadata> for_store(const std::string& store) const;
    // nullopt while it is not known: no application.server, the first answer is still to come, a rebalance under way.
    [[nodiscard]] std::optional<KeyQueryMetadata> for_key(const std::string& store, BytesView key) const;
    [[nodiscard]] std::optional<KeyQueryMetadata> for_partition(const std::string& store, Partition partition) const;

  private:
    [[nodiscard]] const SubtopologyInfo* subtopology_of(const std::string& store) const;

    const std::vector<SubtopologyInfo>& subtopologies_;
    std::shared_ptr<const TaskBoard> board_;
    std::optional<HostInfo> own_;

    mutable std::mutex mutex_;  // guards what follows
    std::map<HostInfo, StreamsMetadata> instances_;
    std::map<TaskId, HostInfo> owners_;
    std::map<std::int32_t, std::int32_t> partitions_;
    std::function<void()> on_doubt_;
};

}  // namespace matchpoint::streams
