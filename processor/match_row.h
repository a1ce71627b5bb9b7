// The internal rows of the standings and their bytes. Everything that a match needs to go on is in its history: the
// state is folded from it when the match is touched. Pure; any thread. Damaged bytes read as nullopt.
//
// Store `matches`, key match id; carried to the changelog, the topic match-state, in header "row:<application id>":
//     version 1 | sport (string) | seq | at (zigzag) | chunks | over since (zigzag; -1 while it is not) | tail of the
//     history
//
// Store `history`, key match id, 0x00, chunk number (be32): kChunkBytes of the history each; tail is what does not fill
// one. Chunk 0xffffffff instead: the seq of a match whose start was taken back, so that it has no state.
//
// Store `held`, key match id, 0x00, seq (be64): an event that came before those in front of it.
//     partition | offset | wall clock ms | value (the rest)
//
// Store `timers`, key due stream time (be64), kind, match id [, 0x00, seq (be64)]: what falls due when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"

namespace matchpoint {

using streams::Bytes;
using streams::BytesView;
using streams::Timestamp;

inline constexpr std::size_t kChunkBytes = 256;
inline constexpr std::uint32_t kSeqChunk = 0xffffffffU;

struct MatchRow {
    std::string sport;
    std::uint64_t seq = 0;
    Timestamp at;
    std::uint32_t chunks = 0;
    Timestamp over_since = streams::kNoTimestamp;  // stream time when it ended
    BytesView tail;
};
void append_match_row(Bytes& out, const MatchRow& row);
[[nodiscard]] std::optional<MatchRow> read_match_row(BytesView bytes);

[[nodiscard]] Bytes history_key(BytesView match, std::uint32_t chunk);

struct HeldEvent {
    streams::Partition partition;
    streams::Offset offset;
    Timestamp held_at;  // wall clock
    BytesView value;
};
[[nodiscard]] Bytes held_prefix(BytesView match);
[[nodiscard]] Bytes held_key(BytesView match, std::uint64_t seq);
[[nodiscard]] std::uint64_t seq_of_held_key(BytesView key);
void append_held_event(Bytes& out, const HeldEvent& event);
[[nodiscard]] std::optional<HeldEvent> read_held_event(BytesView bytes);

enum class TimerKind : char { kForget = 'f', kGap = 'g' };
struct Timer {
    Timestamp due;
    TimerKind kind = TimerKind::kForget;
    std::string match;
    std::uint64_t seq = 0;  // kGap
};
[[nodiscard]] Bytes timer_key(const Timer& timer);
[[nodiscard]] std::optional<Timer> read_timer_key(BytesView key);

// A player's tally in one match, on its way to the player's record. Key `<sport>/<player>`, 0x00, match id; partitioned
// by what stands before the 0x00. Value score (zigzag), at (zigzag).
struct PlayerScore {
    std::int64_t score = 0;
    Timestamp at;
    bool operator==(const PlayerScore&) const = default;
};
void append_player_score(Bytes& out, const PlayerScore& score);
[[nodiscard]] std::optional<PlayerScore> read_player_score(BytesView bytes);
// What stands before the separator of a contender's key, and what after; nullopt if there is none.
struct ContenderKey {
    BytesView player_key;
    BytesView match;
};
[[nodiscard]] std::optional<ContenderKey> read_contender_key(BytesView key);

}  // namespace matchpoint
