// Settings of librdkafka that are not the user's to decide: set by him with another value they would be overridden
// unseen, or break what is promised. So they are refused by name. Pure; any thread.
#pragma once

#include <string_view>

#include "processor/streams/kafka/config.h"

namespace matchpoint::streams::kafka {

// Throw ConfigError naming key, value and `why`, if another value than `needed` is there, or any at all.
void must_be(const KafkaConfig& config, std::string_view key, std::string_view needed, std::string_view why);
void must_be_ours(const KafkaConfig& config, std::string_view key, std::string_view why);

}  // namespace matchpoint::streams::kafka
