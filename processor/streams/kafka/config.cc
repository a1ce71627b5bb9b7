#include "processor/streams/kafka/config.h"

#include <array>

#include <fmt/format.h>

#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {
namespace {

constexpr std::string_view kRedacted = "********";

std::string without(std::string text, std::string_view secret) {
    if (secret.empty()) return text;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kRedacted.size()))
        text.replace(at, secret.size(), kRedacted);
    return text;
}

}  // namespace

void ConfDeleter::operator()(rd_kafka_conf_s* conf) const {
    rd_kafka_conf_destroy(conf);
}

KafkaConfig& KafkaConfig::set(std::string key, std::string value) {
    settings_.insert_or_assign(std::move(key), std::move(value));
    return *this;
}

KafkaConfig& KafkaConfig::set_default(std::string key, std::string value) {
    settings_.try_emplace(std::move(key), std::move(value));
    return *this;
}

KafkaConfig& KafkaConfig::erase(std::string_view key) {
    if (const auto found = settings_.find(key); found != settings_.end()) settings_.erase(found);
    return *this;
}

KafkaConfig& KafkaConfig::merge(const KafkaConfig& other) {
    for (const auto& [key, value] : other.settings_) set(key, value);
    return *this;
}

std::optional<std::string> KafkaConfig::get(std::string_view key) const {
    const auto found = settings_.find(key);
    if (found == settings_.end()) return std::nullopt;
    return found->second;
}

std::string KafkaConfig::get_or(std::string_view key, std::string fallback) const {
    const auto found = settings_.find(key);
    return found == settings_.end() ? std::move(fallback) : found->second;
}

ConfHandle KafkaConfig::build() const {
    ConfHandle conf(rd_kafka_conf_new());
    std::array<char, 512> reason{};
    for (const auto& [key, value] : settings_) {
        if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), reason.data(), reason.size()) == RD_KAFKA_CONF_OK)
            continue;
        const bool secret = is_secret(key);
        throw ConfigError(fmt::format("Kafka setting {}={} refused: {}", key, secret ? kRedacted : value,
                                      secret ? without(reason.data(), value) : std::string(reason.data())));
    }
    return conf;
}

std::string KafkaConfig::to_string() const {
    std::string text;
    for (const auto& [key, value] : settings_) {
        if (!text.empty()) text += ", ";
        text += fmt::format("{}={}", key, is_secret(key) ? kRedacted : value);
    }
    return text;
}

bool KafkaConfig::is_secret(std::string_view key) {
    if (key.ends_with(".url")) return false;  // sasl.oauthbearer.token.endpoint.url
    for (const std::string_view part : {"password", "secret", "token", "ssl.key.pem", "jaas", "oauthbearer.config"})
        if (key.find(part) != std::string_view::npos) return true;
    return false;
}

}  // namespace matchpoint::streams::kafka
