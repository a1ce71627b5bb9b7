// Consumer: where it reads, where partitions begin and end, what the group has committed.
#include <utility>

#include "processor/streams/kafka/consumer_impl.h"

namespace matchpoint::streams::kafka {

MaybeError Consumer::pause(const std::vector<TopicPartition>& partitions) {
    const ListHandle list = make_list(partitions);
    if (MaybeError error = maybe_error(rd_kafka_pause_partitions(impl_->rk, list.get()))) return error;
    return first_error(*list);
}

MaybeError Consumer::resume(const std::vector<TopicPartition>& partitions) {
    const ListHandle list = make_list(partitions);
    if (MaybeError error = maybe_error(rd_kafka_resume_partitions(impl_->rk, list.get()))) return error;
    return first_error(*list);
}

MaybeError Consumer::seek(const TopicPartition& partition, Offset offset, Millis timeout) {
    const ListHandle list = make_list(std::vector<PartitionOffset>{{partition, offset, {}}});
    // The C call takes microseconds for milliseconds in this version.
    const Millis scaled = timeout < std::chrono::minutes(30) ? timeout * 1000 : std::chrono::minutes(30);
    if (MaybeError error = take_error(rd_kafka_seek_partitions(impl_->rk, list.get(), to_ms(scaled)))) return error;
    return first_error(*list);
}

std::optional<Offset> Consumer::position(const TopicPartition& partition) const {
    const ListHandle list = make_list(std::vector<TopicPartition>{partition});
    if (rd_kafka_position(impl_->rk, list.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    if (list->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR || list->elems[0].offset < 0) return std::nullopt;
    return Offset{list->elems[0].offset};
}

Result<Watermarks> Consumer::query_watermarks(const TopicPartition& partition, Millis timeout) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        impl_->rk, partition.topic.c_str(), partition.partition.value(), &low, &high, to_ms(timeout));
    if (MaybeError error = maybe_error(code)) return std::move(*error);
    return Watermarks{Offset{low}, Offset{high}};
}

std::optional<Watermarks> Consumer::cached_watermarks(const TopicPartition& partition) const {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const rd_kafka_resp_err_t code =
        rd_kafka_get_watermark_offsets(impl_->rk, partition.topic.c_str(), partition.partition.value(), &low, &high);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
    return Watermarks{Offset{low}, Offset{high}};
}

Result<std::vector<PartitionOffset>> Consumer::offsets_for_times(
    const std::vector<std::pair<TopicPartition, Timestamp>>& times, Millis timeout) {
    std::vector<PartitionOffset> asked;
    for (const auto& [partition, timestamp] : times) asked.push_back({partition, Offset{timestamp.value()}, {}});
    const ListHandle list = make_list(asked);
    const rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(impl_->rk, list.get(), to_ms(timeout));
    if (MaybeError error = maybe_error(code)) return std::move(*error);
    if (MaybeError error = first_error(*list)) return std::move(*error);
    return to_offsets(*list);
}

Result<std::int32_t> Consumer::partition_count(const std::string& topic, Millis timeout) {
    const TopicRef handle(rd_kafka_topic_new(impl_->rk, topic.c_str(), nullptr));
    if (!handle) return error_from_code(rd_kafka_last_error());
    return ask_partition_count(impl_->rk, handle.get(), Deadline(timeout));
}

Result<std::vector<PartitionOffset>> Consumer::committed(const std::vector<TopicPartition>& partitions,
                                                         Millis timeout) {
    const ListHandle list = make_list(partitions);
    const rd_kafka_resp_err_t code = rd_kafka_committed(impl_->rk, list.get(), to_ms(timeout));
    if (MaybeError error = maybe_error(code)) return std::move(*error);
    if (MaybeError error = first_error(*list)) return std::move(*error);
    return to_offsets(*list);
}

// Not rd_kafka_commit: it waits for its answer without an end, as long as the group's coordinator is away.
MaybeError Consumer::commit_sync(const std::vector<PartitionOffset>& offsets, Millis timeout) {
    const ListHandle list = make_list(offsets);
    const QueueHandle answers(rd_kafka_queue_new(impl_->rk));
    const auto refused = rd_kafka_commit_queue(impl_->rk, list.get(), answers.get(), nullptr, nullptr);
    if (MaybeError error = maybe_error(refused)) return error;
    const EventHandle answer(rd_kafka_queue_poll(answers.get(), to_ms(timeout)));
    if (!answer) return error_from_code(RD_KAFKA_RESP_ERR__TIMED_OUT, "offsets were not committed in time");
    if (MaybeError error = maybe_error(rd_kafka_event_error(answer.get()))) return error;
    const rd_kafka_topic_partition_list_t* committed = rd_kafka_event_topic_partition_list(answer.get());
    return committed != nullptr ? first_error(*committed) : std::nullopt;
}

MaybeError Consumer::commit_async(const std::vector<PartitionOffset>& offsets) {
    const ListHandle list = make_list(offsets);
    return maybe_error(rd_kafka_commit(impl_->rk, list.get(), 1));
}

MaybeError Consumer::take_commit_error() {
    return std::exchange(impl_->commit_error, std::nullopt);
}

}  // namespace matchpoint::streams::kafka
