// The public topics, their partitions and configs, as topics/topics.json says. The file is compiled in, so that
// programs run anywhere; another may be given at start. Immutable once made; any thread. A file that cannot be read or
// does not make sense throws std::runtime_error.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace matchpoint::topics {

inline constexpr std::string_view kScores = "scores";
inline constexpr std::string_view kMatchState = "match-state";
inline constexpr std::string_view kHighScores = "high-scores";
inline constexpr std::string_view kScoresRejected = "scores-rejected";
inline constexpr std::string_view kSimulations = "simulations";

struct Topic {
    std::string name;
    std::int32_t partitions = 1;
    std::map<std::string, std::string> configs;  // Kafka's topic configs, by their names
    bool compacted = false;                      // cleanup.policy names compact
};

class TopicCatalog {
  public:
    // What was compiled in.
    TopicCatalog();
    [[nodiscard]] static TopicCatalog load(const std::string& path);
    [[nodiscard]] static TopicCatalog parse(std::string_view json);

    [[nodiscard]] const std::vector<Topic>& topics() const { return topics_; }
    // Throws std::out_of_range for a name that is not in the catalog.
    [[nodiscard]] const Topic& topic(std::string_view name) const;

  private:
    explicit TopicCatalog(std::vector<Topic> topics) : topics_(std::move(topics)) {}
    std::vector<Topic> topics_;
};

}  // namespace matchpoint::topics
