// Kafka Streams' ready-made error handlers, also by the names of their Java classes: what they log, they send on to the
// dead-letter topic if there is one, or fail.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/runtime/streams_config.h"

namespace matchpoint::streams {

// Logs, and goes on with the next record: all three kinds of error.
[[nodiscard]] ErrorHandlers log_and_continue(const std::shared_ptr<spdlog::logger>& logger, bool dead_letters);

// Adds to `given` what the configuration asks for and `given` leaves out.
[[nodiscard]] ErrorHandlers handlers_from(const StreamsConfig& config, ErrorHandlers given,
                                          const std::shared_ptr<spdlog::logger>& logger);

// Whether the class goes on after an error; throws ConfigError for one that is not known, or not of that kind.
[[nodiscard]] bool continues(const std::string& key, const std::string& class_name);

}  // namespace matchpoint::streams
