#include "processor/streams/runtime/topic_widths.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "processor/streams/base/error.h"

namespace matchpoint::streams {
namespace {

using Topics = std::set<std::string>;

std::int32_t width_of(const std::string& topic, const TopicWidths& widths) {
    const auto found = widths.find(topic);
    return found == widths.end() ? 0 : found->second;
}

std::optional<std::int32_t> public_changelog_width(const SubtopologyInfo& info, const TopicWidths& widths) {
    for (const StoreSpec& store : info.stores) {
        if (store.changelog == StoreSpec::Changelog::kPublicTopic) return widths.at(store.changelog_topic);
    }
    return std::nullopt;
}

// A repartition topic that is joined with a topic of a given width has to be as wide as that one.
void copartition_with_given(const std::vector<SubtopologyInfo>& subtopologies, Topics& open, TopicWidths& widths) {
    for (const SubtopologyInfo& info : subtopologies) {
        for (const auto& topics : info.copartitioned) {
            const auto given = std::find_if(topics.begin(), topics.end(),
                                            [&](const std::string& topic) { return widths.contains(topic); });
            if (given == topics.end()) continue;
            for (const std::string& topic : topics) {
                if (open.erase(topic) > 0) widths[topic] = widths.at(*given);
            }
        }
    }
}

// Makes the open ones as wide as this asks for at the least; whether that changed anything.
bool widen(const std::vector<std::string>& topics, std::int32_t width, const Topics& open, TopicWidths& widths) {
    bool changed = false;
    for (const std::string& topic : topics) {
        if (!open.contains(topic) || width_of(topic, widths) >= width) continue;
        widths[topic] = width;
        changed = true;
    }
    return changed;
}

// Writers may themselves read open topics: goes round until nothing changes, which it does, as widths only grow and are
// always some topic's.
void derive(const std::vector<SubtopologyInfo>& subtopologies, const Topics& open, TopicWidths& widths) {
    for (bool changed = true; changed;) {
        changed = false;
        for (const SubtopologyInfo& info : subtopologies) {
            changed |= widen(info.sink_topics, widest_source(info, widths), open, widths);
            for (const auto& topics : info.copartitioned) {
                std::int32_t widest = 0;
                for (const std::string& topic : topics) widest = std::max(widest, width_of(topic, widths));
                changed |= widen(topics, widest, open, widths);
            }
        }
    }
}

}  // namespace

void plan_internal_sources(const std::vector<SubtopologyInfo>& subtopologies, TopicWidths& widths) {
    Topics open;
    for (const SubtopologyInfo& info : subtopologies) {
        const std::optional<std::int32_t> demanded = public_changelog_width(info, widths);
        for (const auto& [topic, wanted] : info.internal_topics) {
            if (wanted || demanded) {
                widths[topic] = wanted ? *wanted : *demanded;
            } else {
                open.insert(topic);
            }
        }
    }
    copartition_with_given(subtopologies, open, widths);
    derive(subtopologies, open, widths);
    for (const std::string& topic : open) {
        if (width_of(topic, widths) == 0) throw StreamsError(fmt::format("nothing writes to internal topic {}", topic));
    }
}

void check_copartitioning(const SubtopologyInfo& info, const TopicWidths& widths) {
    for (const auto& topics : info.copartitioned) {
        for (const std::string& topic : topics) {
            if (widths.at(topic) == widths.at(topics.front())) continue;
            throw StreamsError(
                fmt::format("topics {} and {} are joined, but have {} and {} partitions; repartition one",
                            topics.front(), topic, widths.at(topics.front()), widths.at(topic)));
        }
    }
}

std::int32_t widest_source(const SubtopologyInfo& info, const TopicWidths& widths) {
    std::int32_t widest = 0;
    for (const std::string& topic : info.source_topics) widest = std::max(widest, width_of(topic, widths));
    return widest;
}

}  // namespace matchpoint::streams
