#include "processor/streams/runtime/rebalance_rounds.h"

namespace matchpoint::streams {
namespace {

// A partition that the group never gives out (members of an older version do not know its topic) must not keep it
// rebalancing: then librdkafka's pace is the limit.
constexpr int kMostInARow = 4;
constexpr auto kPatience = std::chrono::milliseconds(300);  // what runs here stands still meanwhile

}  // namespace

NextRound next_round(const kafka::GroupDescription& group, std::string_view application_id,
                     const std::vector<SubtopologyInfo>& subtopologies) {
    if (group.state == "PreparingRebalance") return {.follows = true, .given_up = {}};
    NextRound next;
    const GroupView view = read_group(group, application_id, subtopologies);
    if (!view.stable) return next;
    for (const SubtopologyInfo& info : subtopologies) {
        const auto width = info.source_partitions.find(info.driving_topic());
        if (width == info.source_partitions.end()) continue;
        for (std::int32_t i = 0; i < width->second; ++i) {
            const TaskId task{info.id, Partition{i}};
            if (!view.owners.contains(task)) next.given_up.push_back(task);
        }
    }
    next.follows = !next.given_up.empty();
    return next;
}

NextRound RebalanceRounds::next() {
    NextRound next;
    if (std::exchange(gave_up_, false)) return next;
    if (in_a_row_ < kMostInARow) {
        auto described = admin_.describe_group(application_id_, limit_->cap(kPatience));
        if (described.ok()) next = next_round(*described, application_id_, subtopologies_);
    }
    in_a_row_ = next.follows ? in_a_row_ + 1 : 0;
    return next;
}

}  // namespace matchpoint::streams
