// The topology of this product. Read standings.cc from top to bottom as the picture in the README.
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "processor/match_processor.h"
#include "processor/streams/runtime/error_handlers.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint {

[[nodiscard]] streams::Topology standings_topology(const MatchRules& rules, const std::string& application_id);

// No input stops the processor: what goes wrong with one record is logged, and the next one is taken.
[[nodiscard]] streams::ErrorHandlers standings_error_handlers(std::shared_ptr<spdlog::logger> logger);

}  // namespace matchpoint
