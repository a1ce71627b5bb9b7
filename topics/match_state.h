// The values of `match-state`: writes them from a match, and reads back as much as a gateway filters and lists by.
// Writer and reader each belong to one thread and keep their buffers; nothing is allocated for an ordinary record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "processor/scoring/sport.h"
#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::topics {

using streams::BytesView;
using streams::Timestamp;

// The texts of the contract: "live", "finished", "abandoned"; `null`, `1`, `2`, `"draw"` as JSON.
[[nodiscard]] std::string_view to_text(scoring::Status status);
[[nodiscard]] std::string_view to_json(scoring::Winner winner);

// Writes the states of one match. What stays the same from event to event is encoded once, when the writer is made;
// make a new one after another start.
class MatchStateWriter {
  public:
    MatchStateWriter(std::string_view match_id, const scoring::Sport& sport, const scoring::Fixture& fixture,
                     const scoring::Match& match);

    // Replaces `out`. `seq` and `at` are those of the last applied event, be it an undo.
    void write(const scoring::Match& match, std::uint64_t seq, Timestamp at, std::string& out) const;

  private:
    std::string head_;   // {"match":…,"sport":…,"competition":…,"status":"
    std::string sides_;  // "sides":[…],"format":{…}
    mutable std::string summary_;
};

// Views into the reader's buffer, good until its next read().
struct MatchStateView {
    std::string_view match;
    std::string_view sport;
    std::string_view competition;
    scoring::Status status = scoring::Status::kLive;
    std::uint64_t seq = 0;
    Timestamp at;
    std::string_view summary;
    std::vector<std::string_view> names;  // of the sides and their players, each once
};

class MatchStateReader {
  public:
    MatchStateReader();
    // Null if `json` is not a match-state value.
    [[nodiscard]] const MatchStateView* read(BytesView json);

  private:
    [[nodiscard]] bool read_fields(simdjson::ondemand::object state);
    [[nodiscard]] bool read_sides(simdjson::ondemand::array sides);
    void add_name(std::string_view name);

    std::string padded_;
    MatchStateView view_;
    simdjson::ondemand::parser parser_;
};

}  // namespace matchpoint::topics
