#include "processor/streams/runtime/exception_handlers.h"

#include <array>

namespace matchpoint::streams {
namespace {

struct KnownHandler {
    std::string_view key;
    std::string_view class_name;
    bool continues;
};
constexpr std::array kKnownHandlers = {
    KnownHandler{"deserialization.exception.handler", "LogAndFailExceptionHandler", false},
    KnownHandler{"deserialization.exception.handler", "LogAndContinueExceptionHandler", true},
    KnownHandler{"processing.exception.handler", "LogAndFailProcessingExceptionHandler", false},
    KnownHandler{"processing.exception.handler", "LogAndContinueProcessingExceptionHandler", true},
    KnownHandler{"production.exception.handler", "DefaultProductionExceptionHandler", false},
    KnownHandler{"production.exception.handler", "LogAndContinueProductionExceptionHandler", true},
};

}  // namespace

bool continues(const std::string& key, const std::string& class_name) {
    std::string_view name = class_name;
    if (name.starts_with("org.apache.kafka.streams.errors.")) name.remove_prefix(32);
    std::string choices;
    for (const KnownHandler& known : kKnownHandlers) {
        if (known.key != key) continue;
        if (known.class_name == name) return known.continues;
        choices += (choices.empty() ? "" : " or ") + std::string(known.class_name);
    }
    throw ConfigError(fmt::format("{}={}: {} is expected; others are given in code", key, class_name, choices));
}

ErrorHandlers log_and_continue(const std::shared_ptr<spdlog::logger>& logger, bool dead_letters) {
    const ErrorResponse response = dead_letters ? ErrorResponse::kDeadLetter : ErrorResponse::kContinue;
    ErrorHandlers handlers;
    handlers.deserialization = [=](const RawRecord& record, TaskId task, std::string_view detail) {
        logger->warn("task {}: skipping a record of {}-{} at offset {} that cannot be read: {}", task.to_string(),
                     record.metadata.topic, record.metadata.partition, record.metadata.offset, detail);
        return response;
    };
    handlers.processing = [=](const RawRecord& record, TaskId task, const std::exception& error) {
        if (record.metadata.topic.empty()) {
            logger->warn("task {}: a punctuation failed: {}", task.to_string(), error.what());
            return response;
        }
        logger->warn("task {}: skipping the record of {}-{} at offset {}: {}", task.to_string(), record.metadata.topic,
                     record.metadata.partition, record.metadata.offset, error.what());
        return response;
    };
    handlers.serialization = [=](std::string_view topic, TaskId task, std::string_view detail) {
        logger->warn("task {}: dropping a record for {} that cannot be written: {}", task.to_string(), topic, detail);
        return response;
    };
    handlers.production = [=](std::string_view topic, const OutputRecord& record) {
        logger->warn("dropping a record of {} bytes, larger than topic {} takes",
                     record.value ? record.value->size() : 0, topic);
        return response;
    };
    return handlers;
}

ErrorHandlers handlers_from(const StreamsConfig& config, ErrorHandlers given,
                            const std::shared_ptr<spdlog::logger>& logger) {
    const ErrorHandlers lenient = log_and_continue(logger, !config.dead_letter_topic.empty());
    if (!given.deserialization && config.continue_on_deserialization_error) {
        given.deserialization = lenient.deserialization;
    }
    if (!given.processing && config.continue_on_processing_error) given.processing = lenient.processing;
    if (!given.serialization && config.continue_on_production_error) given.serialization = lenient.serialization;
    if (!given.production && config.continue_on_production_error) given.production = lenient.production;
    return given;
}

}  // namespace matchpoint::streams
