// Who of the group is which process of the application, and which tasks each has: read from the group's description,
// since librdkafka's assignors tell a member nothing of the others. A member is recognized by its client.id:
//
//     <application.id>-<process id>-StreamThread-<n>-consumer
//     <application.id>-<process id>-shutdown-requested           see shutdown_request.h
//
// A value; any thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/types.h"
#include "processor/streams/kafka/admin.h"
#include "processor/streams/topology/processor_topology.h"

namespace matchpoint::streams {

[[nodiscard]] std::string consumer_client_id(std::string_view application_id, std::string_view process_id,
                                             std::int32_t thread);
[[nodiscard]] std::string shutdown_client_id(std::string_view application_id, std::string_view process_id);

struct GroupView {
    std::set<std::string> processes;         // with at least one stream thread in the group
    std::map<TaskId, std::string> owners;    // process of each task that is assigned
    bool stable = false;                     // no rebalance is under way; otherwise `owners` is empty
    std::optional<std::string> shutdown_by;  // the process that asks the application to shut down
};

[[nodiscard]] GroupView read_group(const kafka::GroupDescription& group, std::string_view application_id,
                                   const std::vector<SubtopologyInfo>& subtopologies);

}  // namespace matchpoint::streams
