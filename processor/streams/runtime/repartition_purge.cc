#include "processor/streams/runtime/repartition_purge.h"

#include <algorithm>

namespace matchpoint::streams {

RepartitionPurge::RepartitionPurge(const std::vector<SubtopologyInfo>& subtopologies) {
    for (const SubtopologyInfo& info : subtopologies) {
        for (const auto& [topic, partitions] : info.internal_topics) topics_.insert(topic);
        // A table that restores from its source needs all of it.
        for (const StoreSpec& store : info.stores) {
            if (store.changelog == StoreSpec::Changelog::kSourceTopic) topics_.erase(store.changelog_topic);
        }
    }
}

bool RepartitionPurge::concerns(const SubtopologyInfo& info) const {
    return std::any_of(info.source_topics.begin(), info.source_topics.end(),
                       [this](const std::string& topic) { return topics_.contains(topic); });
}

void RepartitionPurge::committed(const std::vector<kafka::PartitionOffset>& offsets) {
    const std::scoped_lock lock(mutex_);
    for (const kafka::PartitionOffset& each : offsets) {
        if (topics_.contains(each.partition.topic)) progress_[each.partition].committed = each.offset;
    }
}

std::vector<kafka::PartitionOffset> RepartitionPurge::due() const {
    std::vector<kafka::PartitionOffset> due;
    const std::scoped_lock lock(mutex_);
    for (const auto& [partition, progress] : progress_) {
        if (progress.committed > progress.purged) due.push_back({partition, progress.committed, {}});
    }
    return due;
}

void RepartitionPurge::done(const std::vector<kafka::PartitionOffset>& purged) {
    const std::scoped_lock lock(mutex_);
    for (const kafka::PartitionOffset& each : purged) progress_[each.partition].purged = each.offset;
}

}  // namespace matchpoint::streams
