// Asks every instance of an application to shut down, as Kafka Streams does through its assignor's user data, which
// librdkafka does not have: a messenger joins the group under a client.id that says so (group_view.h), which makes a
// rebalance, after which all instances look who is there. It does no work and leaves when the others have left, or
// after a while: instances started later are not concerned.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/logger.h>

#include "processor/streams/runtime/streams_config.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

// Blocks until no other instance is in the group, `patience` is over or `keep_waiting` returns false. This process's
// own stream threads must have left. Failures are logged.
void request_application_shutdown(const StreamsConfig& config, const std::string& process_id,
                                  const std::vector<SubtopologyInfo>& subtopologies,
                                  const std::shared_ptr<spdlog::logger>& logger, std::chrono::milliseconds patience,
                                  const std::function<bool()>& keep_waiting);

}  // namespace matchpoint::streams
