#include "processor/streams/runtime/group_view.h"

#include <fmt/format.h>

namespace matchpoint::streams {
namespace {

constexpr std::string_view kShutdown = "-shutdown-requested";
constexpr std::size_t kProcessIdSize = 36;  // a UUID

std::optional<std::string> process_of(std::string_view client_id, std::string_view application_id) {
    if (!client_id.starts_with(application_id)) return std::nullopt;
    client_id.remove_prefix(application_id.size());
    if (client_id.size() <= kProcessIdSize + 1 || client_id[0] != '-') return std::nullopt;
    if (client_id[kProcessIdSize + 1] != '-') return std::nullopt;
    return std::string(client_id.substr(1, kProcessIdSize));
}

const SubtopologyInfo* driven_by(const std::string& topic, const std::vector<SubtopologyInfo>& subtopologies) {
    for (const SubtopologyInfo& info : subtopologies) {
        if (info.driving_topic() == topic) return &info;
    }
    return nullptr;
}

}  // namespace

std::string consumer_client_id(std::string_view application_id, std::string_view process_id, std::int32_t thread) {
    return fmt::format("{}-{}-StreamThread-{}-consumer", application_id, process_id, thread);
}

std::string shutdown_client_id(std::string_view application_id, std::string_view process_id) {
    return fmt::format("{}-{}{}", application_id, process_id, kShutdown);
}

GroupView read_group(const kafka::GroupDescription& group, std::string_view application_id,
                     const std::vector<SubtopologyInfo>& subtopologies) {
    GroupView view;
    view.stable = group.state == "Stable";
    for (const kafka::GroupMember& member : group.members) {
        const std::optional<std::string> process = process_of(member.client_id, application_id);
        if (!process) continue;
        if (member.client_id.ends_with(kShutdown)) {
            view.shutdown_by = process;
            continue;
        }
        view.processes.insert(*process);
        if (!view.stable) continue;
        for (const TopicPartition& partition : member.assignment) {
            const SubtopologyInfo* info = driven_by(partition.topic, subtopologies);
            if (info != nullptr) view.owners[{info->id, partition.partition}] = *process;
        }
    }
    return view;
}

}  // namespace matchpoint::streams
