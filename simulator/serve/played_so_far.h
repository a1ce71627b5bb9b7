// How much of a match has been published: its last seq in `scores`. That topic is the only memory of the service, so
// that a restart goes on where Kafka has it and not where a file says so. One thread; asks the broker and blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/error.h"

namespace matchpoint::simulator::serve {

// By match id: the earliest time at which its events may begin.
using Sought = std::map<std::string, streams::Timestamp, std::less<>>;

// The last seq of each match that has one. `stop` is asked now and then; what was not read by then is missing.
[[nodiscard]] streams::kafka::Result<std::map<std::string, std::uint64_t>> played_so_far(
    const streams::kafka::KafkaConfig& config, const std::string& topic, const Sought& sought,
    const std::function<bool()>& stop);

}  // namespace matchpoint::simulator::serve
