#include "processor/streams/runtime/record_errors.h"

#include "processor/streams/runtime/transactional_collector.h"
#include "processor/streams/state/storage_error.h"

namespace matchpoint::streams {

void RecordErrors::deserialization(const RawRecord& record, std::string_view detail) {
    task_.count_dropped("");
    const std::string task = task_.task_id().to_string();
    const auto& handler = handlers_.deserialization;
    const ErrorResponse response = handler ? handler(record, task_.task_id(), detail) : ErrorResponse::kFail;
    if (letters_.settle(response, record, {"DeserializationError", std::string(detail), "task " + task})) return;
    throw UnreadableRecord(fmt::format("task {}: a record of {}-{} at offset {} cannot be read: {}", task,
                                       record.metadata.topic, record.metadata.partition, record.metadata.offset,
                                       detail));
}

void RecordErrors::serialization(std::string_view topic, std::string_view detail) {
    const std::string task = task_.task_id().to_string();
    const auto& handler = handlers_.serialization;
    const ErrorResponse response = handler ? handler(topic, task_.task_id(), detail) : ErrorResponse::kFail;
    if (letters_.settle(response, at_fault(), {"SerializationError", std::string(detail), "task " + task})) {
        return task_.count_dropped("");
    }
    throw UnwritableRecord(fmt::format("task {}: a record for {} cannot be written: {}", task, topic, detail));
}

void RecordErrors::processing(std::string_view where) {
    if (refused_ && std::current_exception() == refused_) throw;
    try {
        throw;
    } catch (const FailedRecord&) {
        throw;
    } catch (const state::StorageError&) {
        throw;  // not the record's fault
    } catch (const TopicUnreachable&) {
        throw;  // nor this
    } catch (const std::exception& error) {
        judge(error, where);
    }
}

void RecordErrors::judge(const std::exception& error, std::string_view where) {
    const RawRecord record = at_fault();
    const auto& handler = handlers_.processing;
    const ErrorResponse response = handler ? handler(record, task_.task_id(), error) : ErrorResponse::kFail;
    std::string place = "task " + task_.task_id().to_string();
    if (!where.empty()) place += fmt::format(", node {}", where);
    if (letters_.settle(response, record, failure_of(error, std::move(place)))) return task_.count_dropped(where);
    refused_ = std::current_exception();
    throw;
}

// The record that was read; where there is none, in a punctuation or for what a cache forwards later, what is known.
RawRecord RecordErrors::at_fault() const {
    const RawRecord* read = letters_.current();
    const RecordMetadata* metadata = task_.record_metadata();
    if (read != nullptr && metadata != nullptr && read->metadata == *metadata) return *read;
    RawRecord record = no_record(task_.current_timestamp());
    if (metadata != nullptr) record.metadata = *metadata;
    record.headers = task_.record_headers();
    return record;
}

}  // namespace matchpoint::streams
