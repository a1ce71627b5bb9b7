// A match as the list of events that still stand, in the bytes that are stored. Entries are added and taken off at the
// end only, both without looking at the others. Values and pure functions; any thread. Reading damaged bytes ends in a
// result that says so, never in a read out of bounds.
//
// An entry, with the length and kind last so that it can be taken off from behind:
//
//     +-------------------------+----------------------+---------------------------+
//     | at: zigzag varint, ms   | payload              | tail: reversed varint     |
//     | since the entry before  |                      | (bytes before it)<<2|kind |
//     +-------------------------+----------------------+---------------------------+
//
//     kind 0 start   competition, then for both sides: name, number of players (varint), players; then the options up
//                    to the tail. A string is its length (varint) and its bytes.
//     kind 1 play    the sport's move, up to the tail
//     kind 2 end     reason (1 byte), winner (1 byte)
//
// The first entry counts `at` from the epoch. A reversed varint is a LEB128 whose first group stands last: its last
// byte is read first, and a high bit says that another stands before it. A tennis point takes about five bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "processor/scoring/sport.h"
#include "processor/streams/base/bytes.h"
#include "processor/streams/base/types.h"
#include "topics/score_event.h"

namespace matchpoint::topics {

// Never change a value: they are stored.
enum class EntryKind : std::uint8_t { kStart = 0, kPlay = 1, kEnd = 2 };

struct HistoryEntry {
    EntryKind kind = EntryKind::kPlay;
    Timestamp at;
    BytesView payload;
    std::size_t end = 0;  // bytes of the history up to and with this entry
};

// Appends a start, play or end event; `previous` is the time of the entry before it, Timestamp{0} for the first.
void append_history_entry(Bytes& history, const ScoreEvent& event, Timestamp previous);

// The last entry's whole size, and its `at` relative to the one before; nullopt for an empty or damaged history.
struct EntryTail {
    std::size_t size = 0;
    std::int64_t at_delta = 0;
    EntryKind kind = EntryKind::kPlay;
    BytesView payload;
};
[[nodiscard]] std::optional<EntryTail> last_history_entry(BytesView history);

// All entries, oldest first; nullopt if the bytes are not a history. `previous` is the time before the first of them.
[[nodiscard]] std::optional<std::vector<HistoryEntry>> read_history(BytesView history,
                                                                    Timestamp previous = Timestamp{0});

// The payloads of start and end. nullopt if damaged.
struct StartEntry {
    scoring::Fixture fixture;
    BytesView options;
};
[[nodiscard]] std::optional<StartEntry> read_start(BytesView payload);
struct EndEntry {
    scoring::EndReason reason = scoring::EndReason::kResult;
    scoring::Winner winner = scoring::Winner::kNone;
};
[[nodiscard]] std::optional<EndEntry> read_end(BytesView payload);

}  // namespace matchpoint::topics
