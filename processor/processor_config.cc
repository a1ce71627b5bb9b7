#include "processor/processor_config.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace matchpoint {
namespace {

template <typename T>
void take_number(streams::StreamsConfig::Map& settings, const std::string& key, T& out, std::int64_t min) {
    const auto found = settings.find(key);
    if (found == settings.end()) return;
    const std::string& text = found->second;
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max() * 1000LL;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > kMax) {
        throw streams::ConfigError(
            fmt::format("{}={}: a whole number from {} to {} is expected", key, text, min, kMax));
    }
    out = static_cast<T>(value);
    settings.erase(found);
}

void take_text(streams::StreamsConfig::Map& settings, const std::string& key, std::string& out) {
    const auto found = settings.find(key);
    if (found == settings.end()) return;
    out = found->second;
    settings.erase(found);
}

std::optional<std::uint16_t> parse_port(const std::string& text) {
    if (text == "off") return std::nullopt;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        throw streams::ConfigError(
            fmt::format("ops.port={}: off, or a port from 0 to 65535 is expected; 0 takes a free one", text));
    }
    return port;
}

}  // namespace

ProcessorConfig parse_processor_config(const streams::StreamsConfig::Map& settings) {
    ProcessorConfig config;
    config.streams = settings;
    take_number(config.streams, "standings.retention.ms", config.rules.retention_ms, 0);
    take_number(config.streams, "standings.gap.timeout.ms", config.rules.gap_timeout_ms, 0);
    take_number(config.streams, "standings.gap.min.wait.ms", config.rules.gap_min_wait_ms, 0);
    take_number(config.streams, "standings.max.held", config.rules.max_held_per_match, 1);
    take_number(config.streams, "standings.memory.matches", config.rules.matches_in_memory, 1);
    std::string ops_port = "off";
    take_text(config.streams, "ops.port", ops_port);
    config.ops.port = parse_port(ops_port);
    take_text(config.streams, "ops.address", config.ops.address);
    config.streams.try_emplace("application.id", "matchpoint");
    config.streams.try_emplace("processing.guarantee", "exactly_once_v2");
    config.streams.try_emplace("state.dir", "matchpoint-state");
    return config;
}

}  // namespace matchpoint
