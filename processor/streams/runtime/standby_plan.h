// Which instance keeps a standby of which task. librdkafka lets nobody but its own assignors decide where a task runs,
// but a standby needs no assignor: every instance computes the same plan from the group's description and does its
// own part. Pure; any thread.
//
// Of the instances that do not run a task, those with the highest hash of (task, process) keep its standbys
// (rendezvous hashing): an instance that joins or leaves moves only the standbys that concern it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "processor/streams/runtime/group_view.h"

namespace matchpoint::streams {

// The tasks that `process` keeps a standby of, `replicas` for each task that has state and an owner.
[[nodiscard]] std::set<TaskId> plan_standbys(const GroupView& group, const std::string& process, int replicas,
                                             const std::vector<SubtopologyInfo>& subtopologies);

}  // namespace matchpoint::streams
