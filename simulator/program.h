// matchpoint-simulator from its options to its exit status: 0 all published, 1 something was not.
#pragma once

#include "simulator/options.h"
#include "simulator/stop_signal.h"

namespace matchpoint::simulator {

[[nodiscard]] int run(const Options& options, StopSignal& signal);

}  // namespace matchpoint::simulator
