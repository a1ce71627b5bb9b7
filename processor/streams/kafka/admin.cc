// Admin: the client itself, metadata, watermarks, records.
#include "processor/streams/kafka/admin.h"

#include <thread>
#include <utility>

#include "processor/streams/kafka/admin_call.h"
#include "processor/streams/kafka/admin_impl.h"

namespace matchpoint::streams::kafka {
namespace {

using DeleteRecordsHandle = Handle<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;

// Watermarks shall count open transactions too: the isolation level is sent along with the request.
ConfHandle admin_conf(KafkaConfig config) {
    config.set("isolation.level", "read_uncommitted");
    config.set_default("socket.nagle.disable", "true");
    config.set_default("reconnect.backoff.max.ms", "1000");
    config.erase("transactional.id");
    return config.build();
}

}  // namespace

Admin::Impl::Impl(KafkaConfig given, ClientHooks given_hooks)
    : config(std::move(given)),
      hooks(std::move(given_hooks)),
      context(hooks, config.get_or("bootstrap.servers", "?"), this) {
    ConfHandle conf = admin_conf(config);
    context.install(conf.get());
    rk = context.create(RD_KAFKA_PRODUCER, std::move(conf));
}

Admin::Impl::~Impl() {
    if (rk != nullptr) rd_kafka_destroy(rk);
}

Admin::Admin(KafkaConfig config, ClientHooks hooks)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(hooks))) {}

Admin::~Admin() = default;

Result<std::vector<TopicMetadata>> Admin::topics(Millis timeout) {
    rd_kafka_poll(impl_->rk, 0);  // serves errors that would pile up
    const rd_kafka_metadata_t* raw = nullptr;
    if (MaybeError error = maybe_error(rd_kafka_metadata(impl_->rk, 1, nullptr, &raw, to_ms(timeout))))
        return std::move(*error);
    const MetadataHandle metadata(raw);
    std::vector<TopicMetadata> found;
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
        TopicMetadata& entry = found.emplace_back();
        entry.name = topic.topic;
        entry.partitions = topic.partition_cnt;
        entry.leaderless = topic.err != RD_KAFKA_RESP_ERR_NO_ERROR;
        for (int p = 0; p < topic.partition_cnt; ++p)
            entry.leaderless = entry.leaderless || topic.partitions[p].leader < 0;
    }
    return found;
}

Result<std::int32_t> Admin::partitions_of(const std::string& topic, Millis timeout) {
    // Asking for one topic by name would create it on a broker that creates topics; asking for all does not.
    Result<std::vector<TopicMetadata>> all = topics(timeout);
    if (!all) return all.error();
    for (const TopicMetadata& each : *all)
        if (each.name == topic) return std::int32_t{each.partitions};
    return error_from_code(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "there is no topic '" + topic + "'");
}

Result<std::string> Admin::cluster_id(Millis timeout) {
    char* raw = rd_kafka_clusterid(impl_->rk, to_ms(timeout));
    if (raw == nullptr) return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "no broker has told the cluster's id");
    std::string id(raw);
    rd_kafka_mem_free(impl_->rk, raw);
    return id;
}

Result<Watermarks> Admin::watermarks(const TopicPartition& partition, Millis timeout) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        impl_->rk, partition.topic.c_str(), partition.partition.value(), &low, &high, to_ms(timeout));
    if (MaybeError error = maybe_error(code)) return std::move(*error);
    return Watermarks{Offset{low}, Offset{high}};
}

MaybeError Admin::delete_records(const std::vector<PartitionOffset>& before, Millis timeout) {
    const ListHandle list = make_list(before);
    const DeleteRecordsHandle request(rd_kafka_DeleteRecords_new(list.get()));
    AdminCall call(impl_->rk, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout);
    call.also_wait_for_operation();
    rd_kafka_DeleteRecords_t* requests[] = {request.get()};
    rd_kafka_DeleteRecords(impl_->rk, requests, 1, call.options(), call.queue());
    if (MaybeError error = call.wait()) return error;
    const auto* result = rd_kafka_event_DeleteRecords_result(call.event());
    return first_error(*rd_kafka_DeleteRecords_result_offsets(result));
}

bool Admin::reachable(Millis timeout) {
    rd_kafka_poll(impl_->rk, 0);
    const rd_kafka_metadata_t* raw = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(impl_->rk, 0, nullptr, &raw, to_ms(timeout));
    const MetadataHandle metadata(raw);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace matchpoint::streams::kafka
