#include "processor/streams/kafka/owned_settings.h"

#include <fmt/format.h>

#include "processor/streams/base/error.h"

namespace matchpoint::streams::kafka {

void must_be(const KafkaConfig& config, std::string_view key, std::string_view needed, std::string_view why) {
    if (config.get_or(key, std::string(needed)) != needed) must_be_ours(config, key, why);
}

void must_be_ours(const KafkaConfig& config, std::string_view key, std::string_view why) {
    if (const auto given = config.get(key))
        throw ConfigError(fmt::format("Kafka setting {}={} cannot be used: {}", key, *given, why));
}

}  // namespace matchpoint::streams::kafka
