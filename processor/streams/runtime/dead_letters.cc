#include "processor/streams/runtime/dead_letters.h"

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>

#include "processor/streams/base/murmur2.h"

namespace matchpoint::streams {
namespace {

std::string type_name(const std::exception& error) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), &std::free);
    return status == 0 ? name.get() : typeid(error).name();
}

}  // namespace

Failure failure_of(const std::exception& error, std::string where) {
    return {type_name(error), error.what(), std::move(where)};
}

Headers error_headers(const RawRecord& record, const Failure& failure) {
    Headers headers;
    if (record.headers != nullptr) headers = *record.headers;
    headers.push_back({"__streams.errors.exception", failure.exception});
    headers.push_back({"__streams.errors.message", failure.message});
    headers.push_back({"__streams.errors.stacktrace",
                       fmt::format("{}: {}\n\tat {}", failure.exception, failure.message, failure.where)});
    std::optional<Bytes> topic;  // none where no record was read
    if (!record.metadata.topic.empty()) topic = record.metadata.topic;
    headers.push_back({"__streams.errors.topic", std::move(topic)});
    headers.push_back({"__streams.errors.partition", fmt::format("{}", record.metadata.partition)});
    headers.push_back({"__streams.errors.offset", fmt::format("{}", record.metadata.offset)});
    return headers;
}

DeadLetters::DeadLetters(std::string topic, RecordCollector& collector, spdlog::logger* logger)
    : topic_name_(std::move(topic)), collector_(collector), logger_(logger) {}

void DeadLetters::prepare() {
    if (!topic_name_.empty() && topic_.handle < 0) topic_ = collector_.resolve(topic_name_);
}

bool DeadLetters::settle(ErrorResponse response, const RawRecord& record, const Failure& failure) {
    if (response == ErrorResponse::kDeadLetter) send(record, failure);
    return response != ErrorResponse::kFail;
}

bool DeadLetters::settle_refused(ErrorResponse response, std::string_view topic, const OutputRecord& refused) {
    if (topic == topic_name_) {
        // A dead letter that is itself too large: nothing is left that could be done with it.
        if (logger_ != nullptr) logger_->error("a dead letter is larger than {} takes and is dropped", topic_name_);
        return true;
    }
    RawRecord record;
    if (current_ != nullptr) {
        record = *current_;
    } else {
        record.key = refused.key;
        record.timestamp = refused.timestamp;
        record.headers = refused.headers;
        record.metadata = {topic, Partition{-1}, Offset{-1}};
    }
    return settle(response, record,
                  {"RecordTooLarge",
                   fmt::format("a record of {} bytes is larger than topic {} takes",
                               refused.value ? refused.value->size() : 0, topic),
                   fmt::format("the producer of {}", topic)});
}

void DeadLetters::send(const RawRecord& record, const Failure& failure) {
    if (topic_name_.empty()) {
        throw StreamsError("a handler asked for a dead letter, but errors.dead.letter.queue.topic.name is not set");
    }
    prepare();
    const Headers headers = error_headers(record, failure);
    OutputRecord letter;
    letter.key = record.key;
    letter.value = record.value;
    letter.timestamp = record.timestamp;
    letter.headers = &headers;
    const Partition partition =
        record.key ? partition_for_key(*record.key, topic_.partitions) : Partition{next_keyless_++ % topic_.partitions};
    collector_.send(topic_, partition, letter);
}

}  // namespace matchpoint::streams
