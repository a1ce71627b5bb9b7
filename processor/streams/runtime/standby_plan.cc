#include "processor/streams/runtime/standby_plan.h"

#include <algorithm>

#include "processor/streams/runtime/task_state.h"

namespace matchpoint::streams {
namespace {

// FNV-1a with a last mixing: the same on every machine, which std::hash need not be.
std::uint64_t rank(TaskId task, const std::string& process) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : task.to_string() + "/" + process) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
    return hash ^ (hash >> 33U);
}

bool has_state(TaskId task, const std::vector<SubtopologyInfo>& subtopologies) {
    return std::any_of(subtopologies.begin(), subtopologies.end(), [task](const SubtopologyInfo& info) {
        return info.id == task.subtopology && has_changelog(info);
    });
}

}  // namespace

std::set<TaskId> plan_standbys(const GroupView& group, const std::string& process, int replicas,
                               const std::vector<SubtopologyInfo>& subtopologies) {
    std::set<TaskId> mine;
    if (!group.processes.contains(process)) return mine;
    for (const auto& [task, owner] : group.owners) {
        if (owner == process || !has_state(task, subtopologies)) continue;
        const std::uint64_t own = rank(task, process);
        const auto before = std::count_if(group.processes.begin(), group.processes.end(),
                                          [&, id = task, active = owner](const std::string& other) {
                                              return other != active && other != process && rank(id, other) > own;
                                          });
        if (before < replicas) mine.insert(task);
    }
    return mine;
}

}  // namespace matchpoint::streams
