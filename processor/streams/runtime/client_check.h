// Whether librdkafka takes the settings of each kind of client, asked before Kafka is reached: a wrong one is told at
// once, not when the first client of its kind is made. Used once, by whoever makes the application.
#pragma once

#include "processor/streams/runtime/streams_config.h"

namespace matchpoint::streams {

// Throws ConfigError if a setting is refused, or is one that the engine's guarantees rest on and has another value.
void check_clients(const StreamsConfig& config);

}  // namespace matchpoint::streams
