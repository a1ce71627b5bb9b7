// The settings of matchpoint-processor: those of the standings, and the engine's with this product's defaults.
#pragma once

#include "processor/match_processor.h"
#include "processor/ops/ops_config.h"
#include "processor/streams/runtime/streams_config.h"

namespace matchpoint {

//     application.id               matchpoint
//     processing.guarantee         exactly_once_v2
//     state.dir                    ./matchpoint-state
//     standings.retention.ms       604800000    a match is forgotten so long after its end, in stream time
//     standings.gap.timeout.ms     30000        stream time that an event waits for the ones before it
//     standings.gap.min.wait.ms    2000         wall-clock time that it waits at least
//     standings.max.held           1000         events that may wait, a match
//     standings.memory.matches     50000        folded matches kept in memory, a task
//     ops.port                     off          port for metrics, health and state; 0 takes a free one
//     ops.address                  0.0.0.0      where it listens
struct ProcessorConfig {
    MatchRules rules;
    ops::OpsConfig ops;
    streams::StreamsConfig::Map streams;
};

// Throws streams::ConfigError naming key, value and what is expected.
[[nodiscard]] ProcessorConfig parse_processor_config(const streams::StreamsConfig::Map& settings);

}  // namespace matchpoint
