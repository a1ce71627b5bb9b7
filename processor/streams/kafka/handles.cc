#include "processor/streams/kafka/handles.h"

#include <array>
#include <cstring>
#include <thread>

namespace matchpoint::streams::kafka {
namespace {

// librdkafka frees the metadata with its own allocator.
void set_metadata(rd_kafka_topic_partition_t& entry, const std::string& metadata) {
    if (metadata.empty()) return;
    entry.metadata = rd_kafka_mem_malloc(nullptr, metadata.size());
    std::memcpy(entry.metadata, metadata.data(), metadata.size());
    entry.metadata_size = metadata.size();
}

}  // namespace

ListHandle make_list(const std::vector<PartitionOffset>& partitions) {
    ListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const PartitionOffset& each : partitions) {
        rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(list.get(), each.partition.topic.c_str(),
                                                                              each.partition.partition.value());
        entry->offset = each.offset.value();
        set_metadata(*entry, each.metadata);
    }
    return list;
}

ListHandle make_list(const std::vector<TopicPartition>& partitions) {
    ListHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const TopicPartition& each : partitions)
        rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition.value());
    return list;
}

std::vector<TopicPartition> to_partitions(const rd_kafka_topic_partition_list_t& list) {
    std::vector<TopicPartition> partitions;
    partitions.reserve(static_cast<std::size_t>(list.cnt));
    for (int i = 0; i < list.cnt; ++i) partitions.push_back({list.elems[i].topic, Partition{list.elems[i].partition}});
    return partitions;
}

std::vector<PartitionOffset> to_offsets(const rd_kafka_topic_partition_list_t& list) {
    std::vector<PartitionOffset> offsets;
    offsets.reserve(static_cast<std::size_t>(list.cnt));
    for (int i = 0; i < list.cnt; ++i) {
        const rd_kafka_topic_partition_t& entry = list.elems[i];
        std::string metadata;
        if (entry.metadata != nullptr) metadata.assign(static_cast<const char*>(entry.metadata), entry.metadata_size);
        offsets.push_back({{entry.topic, Partition{entry.partition}}, Offset{entry.offset}, std::move(metadata)});
    }
    return offsets;
}

MaybeError first_error(const rd_kafka_topic_partition_list_t& list) {
    for (int i = 0; i < list.cnt; ++i) {
        const rd_kafka_topic_partition_t& entry = list.elems[i];
        if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        return error_from_code(entry.err, std::string(entry.topic) + "-" + std::to_string(entry.partition) + ": " +
                                              rd_kafka_err2str(entry.err));
    }
    return std::nullopt;
}

MaybeError fatal_error_of(rd_kafka_t* rk) {
    std::array<char, 512> text{};
    const rd_kafka_resp_err_t code = rd_kafka_fatal_error(rk, text.data(), text.size());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    KafkaError error = error_from_code(code, text.data());
    if (!error.fenced()) error.kind = KafkaError::Kind::kFatal;
    return error;
}

Result<std::int32_t> ask_partition_count(rd_kafka_t* rk, rd_kafka_topic_t* topic, Deadline deadline) {
    for (;;) {
        const rd_kafka_metadata_t* raw = nullptr;
        rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, topic, &raw, to_ms(deadline.left()));
        const MetadataHandle metadata(raw);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1) {
            code = metadata->topics[0].err;
            if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::int32_t{metadata->topics[0].partition_cnt};
        }
        const std::string text = std::string(rd_kafka_topic_name(topic)) + ": " + rd_kafka_err2str(code);
        if (code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || deadline.left() < std::chrono::milliseconds(50))
            return error_from_code(code, text);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // being created
    }
}

}  // namespace matchpoint::streams::kafka
