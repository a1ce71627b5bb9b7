// The interface of a sport: how its events are read and what they do to a match. The rules are pure: no I/O, no clock.
// A Sport is immutable and may be used by any thread; a Match belongs to one thread at a time.
//
// An event reaches the rules as a *move*: the compact bytes that Sport::decode makes of the JSON, some three to thirty
// of them. A match is the fold of its moves, so that undo is the same fold with one move less, and the list of
// moves is all that has to be stored. Moves are stored for as long as a match lives: never change the meaning of a
// byte.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "processor/scoring/json_writer.h"
#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint::scoring {

using streams::Bytes;
using streams::BytesView;
using streams::Timestamp;

// 0 is side 1 of the contract, 1 is side 2: an index into every pair below.
using SideIndex = std::uint8_t;

enum class Status : std::uint8_t { kLive, kFinished, kAbandoned };
enum class Winner : std::uint8_t { kNone, kSide1, kSide2, kDraw };
enum class EndReason : std::uint8_t { kRetired, kWalkover, kAbandoned, kResult };

// Why an event is refused; `detail` is a sentence for a person and names the field or the rule.
// kInvalid: wrong type, range or unknown name. kImpossible: well formed, but not under the rules as the match stands.
// kMatchOver: well formed, but the match has ended.
struct Refusal {
    enum class Kind : std::uint8_t { kInvalid, kImpossible, kMatchOver };
    Kind kind = Kind::kInvalid;
    std::string detail;
};

struct Competitor {
    std::string name;
    std::vector<std::string> players;  // empty where the event names none
};

// What a start event says beside the sport's own format and options.
struct Fixture {
    std::string competition;
    std::array<Competitor, 2> sides;
};

// What a player has made in this match so far, for high-scores: `score` in Sport::unit(), reached at `at`.
struct Tally {
    std::string player;
    std::int64_t score = 0;
    Timestamp at;
};

class Match {
  public:
    virtual ~Match() = default;

    // Applies one move; on a refusal nothing has changed. `at` is the event's time. Never called for start or undo.
    [[nodiscard]] virtual std::optional<Refusal> apply(BytesView move, Timestamp at) = 0;

    // `{"type":"end"}`: retirement, walkover, abandonment, or a result declared. Refuses what the sport does not know
    // (kInvalid) and a match that is over (kMatchOver).
    [[nodiscard]] virtual std::optional<Refusal> end(EndReason reason, Winner winner) = 0;

    [[nodiscard]] virtual Status status() const = 0;
    [[nodiscard]] virtual Winner winner() const = 0;

    // The contract's `format`, `score` and `stats` values, each one complete JSON value.
    virtual void write_format(JsonWriter& out) const = 0;
    virtual void write_score(JsonWriter& out) const = 0;
    virtual void write_stats(JsonWriter& out) const = 0;
    // The summary line, unescaped, appended.
    virtual void append_summary(std::string& out) const = 0;

    // The chance that side 1 wins, in thousandths: 1 to 999 while the match is live, 1000 or 0 once a side has won.
    // nullopt where the sport has no model of it, and where nobody won.
    [[nodiscard]] virtual std::optional<std::uint16_t> win_permille() const { return std::nullopt; }

    // Players whose tally may have changed with the last applied move: appended, each player once. Tallies of zero are
    // not reported, but for one that an undo took away (the caller compares before and after).
    virtual void changed_tallies(std::vector<Tally>& out) const = 0;
    // Every player's tally that is not zero.
    virtual void all_tallies(std::vector<Tally>& out) const = 0;

    [[nodiscard]] virtual std::unique_ptr<Match> clone() const = 0;
};

class Sport {
  public:
    virtual ~Sport() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;  // "tennis", as in the contract
    [[nodiscard]] virtual std::string_view unit() const = 0;  // of high-scores: "points", "goals", "runs"
    [[nodiscard]] virtual bool needs_start() const { return true; }

    // Reads the sport's own fields of a start event (`format`, `server`, …; absent ones take the default) and appends
    // them to `move` in compact form.
    [[nodiscard]] virtual std::optional<Refusal> decode_start(simdjson::ondemand::object& event, Bytes& move) const = 0;

    // The state after the start: `options` is what decode_start appended. Sports without start get empty options.
    [[nodiscard]] virtual std::unique_ptr<Match> start(const Fixture& fixture, BytesView options) const = 0;

    // Reads an event of `type` (none of start, undo, end) and appends it to `move`. kInvalid for an unknown type.
    // Unknown fields are ignored. Does not look at any match: what needs the state is for Match::apply to refuse.
    [[nodiscard]] virtual std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                        Bytes& move) const = 0;
};

// The sport of that name; nullptr if there is none. Adding a sport adds a folder and a line to sports.cc.
[[nodiscard]] const Sport* find_sport(std::string_view name);
// All of them, in the order of the contract.
[[nodiscard]] const std::vector<const Sport*>& all_sports();

}  // namespace matchpoint::scoring
