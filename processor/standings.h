// The topology of this product. Read standings.cc from top to bottom as the picture in the README.
#pragma once

#include "processor/match_processor.h"
#include "processor/streams/topology/topology.h"

namespace matchpoint {

[[nodiscard]] streams::Topology standings_topology(const MatchRules& rules);

}  // namespace matchpoint
