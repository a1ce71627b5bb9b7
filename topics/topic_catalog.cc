#include "topics/topic_catalog.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "topics/topics_json.h"

namespace matchpoint::topics {
namespace {

Topic parse_topic(const nlohmann::json& entry) {
    Topic topic;
    entry.at("name").get_to(topic.name);
    entry.at("partitions").get_to(topic.partitions);
    entry.at("configs").get_to(topic.configs);
    if (topic.name.empty() || topic.partitions < 1) {
        throw std::runtime_error(fmt::format("topic \"{}\": {} partitions", topic.name, topic.partitions));
    }
    const auto policy = topic.configs.find("cleanup.policy");
    topic.compacted = policy != topic.configs.end() && policy->second.find("compact") != std::string::npos;
    return topic;
}

}  // namespace

TopicCatalog::TopicCatalog() : TopicCatalog(parse(kTopicsJson)) {}

TopicCatalog TopicCatalog::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(fmt::format("cannot read the topic catalog {}", path));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return parse(text);
}

TopicCatalog TopicCatalog::parse(std::string_view json) {
    try {
        const nlohmann::json document = nlohmann::json::parse(json);
        std::vector<Topic> topics;
        for (const auto& entry : document.at("topics")) topics.push_back(parse_topic(entry));
        return TopicCatalog(std::move(topics));
    } catch (const nlohmann::json::exception& error) {
        throw std::runtime_error(fmt::format("the topic catalog does not make sense: {}", error.what()));
    }
}

const Topic& TopicCatalog::topic(std::string_view name) const {
    for (const Topic& topic : topics_) {
        if (topic.name == name) return topic;
    }
    throw std::out_of_range(fmt::format("topic \"{}\" is not in the catalog", name));
}

}  // namespace matchpoint::topics
