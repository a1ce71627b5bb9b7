// Topics, configs, groups and watermarks: everything asked of a cluster besides records. Calls block up to their
// timeout; one thread at a time. Errors are results; construction throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/client_hooks.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/error.h"
#include "processor/streams/kafka/record.h"

namespace matchpoint::streams::kafka {

struct NewTopic {
    std::string name;
    std::int32_t partitions = 1;           // -1: the broker's default
    std::int32_t replication_factor = -1;  // -1: the broker's default
    std::map<std::string, std::string> configs;
};

enum class CreateOutcome { kCreated, kExists };

struct TopicResult {
    std::string name;
    CreateOutcome outcome = CreateOutcome::kCreated;
    MaybeError error;
};

struct ConfigEntry {
    std::string value;
    bool is_default = false;
    bool is_sensitive = false;
};

struct TopicMetadata {
    std::string name;
    std::int32_t partitions = 0;
    bool leaderless = false;  // some partition has no leader yet
};

struct GroupMember {
    std::string member_id;
    std::string group_instance_id;  // "" for a dynamic member
    std::string client_id;
    std::vector<TopicPartition> assignment;
};

// What to do about offsets that a transaction holds which has not ended.
enum class OpenTransactions {
    kAwaited,  // until the time is up; the call has then timed out
    kIgnored   // the offsets from before it
};

struct GroupDescription {
    std::string group;
    std::string state;  // "Empty", "Stable", "PreparingRebalance", "CompletingRebalance", "Dead"
    std::vector<GroupMember> members;
};

class Admin {
  public:
    using Millis = std::chrono::milliseconds;

    Admin(KafkaConfig config, ClientHooks hooks);
    ~Admin();
    Admin(const Admin&) = delete;
    Admin& operator=(const Admin&) = delete;

    // One result a topic, in order; returns once each has a leader for every partition. A topic that is there already
    // is kExists whatever its partitions and configs: compare with partitions_of and describe_configs.
    [[nodiscard]] Result<std::vector<TopicResult>> create_topics(const std::vector<NewTopic>& topics, Millis timeout);
    // A topic that is not there counts as deleted.
    [[nodiscard]] MaybeError delete_topics(const std::vector<std::string>& topics, Millis timeout);
    [[nodiscard]] Result<std::map<std::string, ConfigEntry>> describe_configs(const std::string& topic, Millis timeout);
    // Changes these keys and leaves the topic's other own settings as they are (read, then written: not atomic).
    [[nodiscard]] MaybeError alter_configs(const std::string& topic, const std::map<std::string, std::string>& changes,
                                           Millis timeout);
    // Deletes what lies before each offset (kEnd: everything).
    [[nodiscard]] MaybeError delete_records(const std::vector<PartitionOffset>& before, Millis timeout);

    // unknown_topic_or_partition() if there is no such topic; never creates it.
    [[nodiscard]] Result<std::int32_t> partitions_of(const std::string& topic, Millis timeout);
    [[nodiscard]] Result<std::vector<TopicMetadata>> topics(Millis timeout);
    [[nodiscard]] Result<std::string> cluster_id(Millis timeout);
    // First and next offset, markers and open transactions included.
    [[nodiscard]] Result<Watermarks> watermarks(const TopicPartition& partition, Millis timeout);

    [[nodiscard]] Result<GroupDescription> describe_group(const std::string& group, Millis timeout);
    // kNoOffset where nothing is committed.
    [[nodiscard]] Result<std::vector<PartitionOffset>> group_offsets(
        const std::string& group, const std::vector<TopicPartition>& partitions, Millis timeout,
        OpenTransactions open_transactions = OpenTransactions::kAwaited);
    // The group must be empty; one that does not exist counts as deleted.
    [[nodiscard]] MaybeError delete_group(const std::string& group, Millis timeout);

    [[nodiscard]] bool reachable(Millis timeout);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace matchpoint::streams::kafka
