// The records of `high-scores`: key `<sport>/<player>`, value the player's record. Pure functions, and a reader that
// belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::topics {

// The most a player has made in one match, and where and when.
struct HighScore {
    std::string_view sport;
    std::string_view player;
    std::int64_t score = 0;
    std::string_view unit;
    std::string_view match;
    streams::Timestamp at;
    bool operator==(const HighScore&) const = default;
};

// Replaces `out` by the value's JSON.
void write_high_score(const HighScore& record, std::string& out);

// Views are good until the next read().
class HighScoreReader {
  public:
    HighScoreReader();
    // nullopt if `json` is not a high-scores value.
    [[nodiscard]] std::optional<HighScore> read(streams::BytesView json);

  private:
    std::string padded_;
    simdjson::ondemand::parser parser_;
};

struct HighScoreKey {
    std::string_view sport;
    std::string_view player;  // may itself hold a '/'
};
// Replaces `out`.
void write_high_score_key(std::string_view sport, std::string_view player, std::string& out);
// The first '/' divides; nullopt if there is none, or nothing before or after it.
[[nodiscard]] std::optional<HighScoreKey> parse_high_score_key(std::string_view key);

}  // namespace matchpoint::topics
