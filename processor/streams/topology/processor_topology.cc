#include "processor/streams/topology/processor_topology.h"

#include <algorithm>

namespace matchpoint::streams {
namespace {

std::int32_t width(const SubtopologyInfo& info, const std::string& topic) {
    const auto found = info.source_partitions.find(topic);
    return found == info.source_partitions.end() ? 0 : found->second;
}

}  // namespace

const std::string& SubtopologyInfo::driving_topic() const {
    return *std::max_element(
        source_topics.begin(), source_topics.end(),
        [this](const std::string& a, const std::string& b) { return width(*this, a) < width(*this, b); });
}

bool SubtopologyInfo::reaches(const std::string& topic, Partition partition) const {
    return !source_partitions.contains(topic) || partition.value() < width(*this, topic);
}

}  // namespace matchpoint::streams
