// How many partitions the topics between sub-topologies need, as Kafka Streams decides it. Pure.
//
// An internal source is as wide as it asks to be; or as the public changelog of who reads it must be; or as a topic
// that it is joined with and whose width is given; or as the widest source of who writes it, where those that are
// joined take the widest of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

using TopicWidths = std::map<std::string, std::int32_t>;

// `widths` has all that the user made, and gets the internal sources. Throws StreamsError if nothing writes to one.
void plan_internal_sources(const std::vector<SubtopologyInfo>& subtopologies, TopicWidths& widths);
// Throws StreamsError, which says what to do, if topics that are joined differ.
void check_copartitioning(const SubtopologyInfo& info, const TopicWidths& widths);
// 0 if none is known.
[[nodiscard]] std::int32_t widest_source(const SubtopologyInfo& info, const TopicWidths& widths);

}  // namespace matchpoint::streams
