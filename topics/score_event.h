// Reads the events of `scores`: the envelope that all sports share is checked here, the sport's own fields by
// scoring::Sport, which turns them into a compact move. Nothing a producer can write makes it throw, crash or read out
// of bounds. A decoder belongs to one thread; it keeps its buffers, so that an ordinary event allocates nothing.
//
// What it does not know: the record's key. Whoever reads the topic checks that the key equals `match` (else two
// partitions could hold one match) and rejects the record as invalid if it does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>
#include <boost/system/result.hpp>

#include "processor/scoring/sport.h"
#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"
#include "topics/rejection.h"

namespace matchpoint::topics {

using streams::Bytes;
using streams::BytesView;
using streams::Timestamp;

inline constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxMatchIdBytes = 256;
inline constexpr std::size_t kMaxNameBytes = 256;  // of a side, a player, a competition
inline constexpr std::size_t kMaxPlayersASide = 32;
inline constexpr std::uint64_t kMaxSeq = std::uint64_t{1} << 53U;  // what a JavaScript number holds exactly
inline constexpr std::int64_t kMaxAt = std::int64_t{1} << 53U;

enum class EventKind : std::uint8_t { kStart, kUndo, kEnd, kPlay };

// Views and pointers are good until the decoder's next decode().
struct ScoreEvent {
    std::string_view match;  // 1 to 256 bytes, no control characters
    std::uint64_t seq = 0;   // 1 or more
    Timestamp at;            // 0 or more
    const scoring::Sport* sport = nullptr;
    EventKind kind = EventKind::kPlay;
    // start: never null there, null elsewhere. Sides that a sport without start leaves out are empty.
    const scoring::Fixture* fixture = nullptr;
    // end
    scoring::EndReason reason = scoring::EndReason::kResult;
    scoring::Winner winner = scoring::Winner::kNone;
    // play: the sport's move; start: the sport's options
    BytesView move;
};

// kMalformed (not JSON) or kInvalid; the detail names the field and what was expected.
using DecodeResult = boost::system::result<ScoreEvent, Rejection>;

class ScoreEventDecoder {
  public:
    using SportFinder = const scoring::Sport* (*)(std::string_view name);
    explicit ScoreEventDecoder(SportFinder find_sport = &scoring::find_sport);

    // `json` is copied. Keys in any order, unknown ones ignored; an optional field that is null counts as absent; a key
    // given twice is refused, since readers disagree on which one counts.
    [[nodiscard]] DecodeResult decode(BytesView json);

  private:
    class Pass;
    void reserve(std::size_t event_bytes);

    SportFinder find_sport_;
    std::string padded_;   // the event and simdjson's padding
    std::string scratch_;  // strings that had escapes, unescaped
    Bytes move_;
    scoring::Fixture fixture_;
    simdjson::ondemand::parser parser_;
};

}  // namespace matchpoint::topics
