// What `replay FILE…` plays: each file read by its kind, all of them from the same moment on, merged by time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "processor/scoring/tennis/format.h"
#include "simulator/event_source.h"
#include "simulator/replay/replay_source.h"
#include "simulator/replay/report.h"

namespace matchpoint::simulator::replay {

struct Request {
    std::vector<std::string> files;
    Timing timing;
    std::string prefix;                             // before each match id; not of JSON lines
    std::optional<scoring::tennis::Format> format;  // instead of what the rules of the tournament say
};

// A `-matches` file is read with its points and may be named too. Throws topics::UsageError for a file that cannot be
// read or is of no known kind.
[[nodiscard]] std::unique_ptr<EventSource> open_recordings(const Request& request, const Report& report);

}  // namespace matchpoint::simulator::replay
