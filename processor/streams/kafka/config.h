// Client settings by librdkafka's names, which are Kafka's own where both have the setting: `bootstrap.servers`,
// `auto.offset.reset`, … Nothing is checked before build(), which throws ConfigError. Values; any thread.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct rd_kafka_conf_s;

namespace matchpoint::streams::kafka {

struct ConfDeleter {
    void operator()(rd_kafka_conf_s* conf) const;
};
using ConfHandle = std::unique_ptr<rd_kafka_conf_s, ConfDeleter>;

class KafkaConfig {
  public:
    using Map = std::map<std::string, std::string, std::less<>>;

    KafkaConfig() = default;
    KafkaConfig(std::initializer_list<Map::value_type> settings) : settings_(settings) {}

    KafkaConfig& set(std::string key, std::string value);
    // Sets only what is not there yet.
    KafkaConfig& set_default(std::string key, std::string value);
    KafkaConfig& erase(std::string_view key);
    // Settings of `other` win.
    KafkaConfig& merge(const KafkaConfig& other);

    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
    [[nodiscard]] std::string get_or(std::string_view key, std::string fallback) const;
    [[nodiscard]] bool contains(std::string_view key) const { return settings_.contains(key); }
    [[nodiscard]] const Map& settings() const { return settings_; }

    // Throws ConfigError naming key, value (redacted if secret) and librdkafka's reason.
    [[nodiscard]] ConfHandle build() const;

    // "key=value" sorted, comma-separated; passwords, secrets, tokens and private keys as "********".
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] static bool is_secret(std::string_view key);

    bool operator==(const KafkaConfig&) const = default;

  private:
    Map settings_;
};

}  // namespace matchpoint::streams::kafka
