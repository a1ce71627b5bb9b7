#include "topics/match_history.h"

#include <algorithm>

namespace matchpoint::topics {
namespace {

using streams::ByteReader;

constexpr unsigned kKindBits = 2;
constexpr std::uint64_t kKindMask = 3;

void append_reversed_varint(Bytes& out, std::uint64_t value) {
    const std::size_t begin = out.size();
    streams::append_varint(out, value);
    if (out.size() - begin == 1) return;
    // LEB128 marks the bytes that another follows; read from behind, those are the ones that another precedes.
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
}

// Reads the reversed varint that `bytes` ends with and takes it off; nullopt if there is none.
std::optional<std::uint64_t> take_reversed_varint(BytesView& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.back());
        bytes.remove_suffix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if ((byte & 0x80U) == 0) return value;
    }
    return std::nullopt;
}

void append_start(Bytes& out, const ScoreEvent& event) {
    streams::append_string(out, event.fixture->competition);
    for (const scoring::Competitor& side : event.fixture->sides) {
        streams::append_string(out, side.name);
        streams::append_varint(out, side.players.size());
        for (const std::string& player : side.players) streams::append_string(out, player);
    }
    out.append(event.move);
}

bool read_side(ByteReader& reader, scoring::Competitor& side) {
    side.name = reader.string();
    const std::uint64_t players = reader.varint();
    for (std::uint64_t i = 0; i < players && reader.ok(); ++i) side.players.emplace_back(reader.string());
    return reader.ok();
}

}  // namespace

void append_history_entry(Bytes& history, const ScoreEvent& event, Timestamp previous) {
    const std::size_t begin = history.size();
    streams::append_varint(history, streams::zigzag(event.at.value() - previous.value()));
    EntryKind kind = EntryKind::kPlay;
    if (event.kind == EventKind::kStart) {
        kind = EntryKind::kStart;
        append_start(history, event);
    } else if (event.kind == EventKind::kEnd) {
        kind = EntryKind::kEnd;
        history.push_back(static_cast<char>(event.reason));
        history.push_back(static_cast<char>(event.winner));
    } else {
        history.append(event.move);
    }
    const std::uint64_t size = history.size() - begin;
    append_reversed_varint(history, size << kKindBits | static_cast<std::uint64_t>(kind));
}

std::optional<EntryTail> last_history_entry(BytesView history) {
    BytesView rest = history;
    const auto tail = take_reversed_varint(rest);
    if (!tail) return std::nullopt;
    const std::uint64_t kind = *tail & kKindMask;
    const std::uint64_t size = *tail >> kKindBits;
    if (kind > static_cast<std::uint64_t>(EntryKind::kEnd) || size > rest.size()) return std::nullopt;
    ByteReader reader(rest.substr(rest.size() - size));
    const std::int64_t at_delta = reader.zigzag_varint();
    if (!reader.ok()) return std::nullopt;
    const std::size_t tail_bytes = history.size() - rest.size();
    return EntryTail{size + tail_bytes, at_delta, static_cast<EntryKind>(kind), reader.rest()};
}

std::optional<std::vector<HistoryEntry>> read_history(BytesView history, Timestamp previous) {
    std::vector<HistoryEntry> entries;
    while (!history.empty()) {
        const auto tail = last_history_entry(history);
        if (!tail) return std::nullopt;
        entries.push_back({tail->kind, Timestamp{tail->at_delta}, tail->payload, history.size()});
        history.remove_suffix(tail->size);
    }
    std::reverse(entries.begin(), entries.end());
    auto at = static_cast<std::uint64_t>(previous.value());  // unsigned: damaged deltas may overflow
    for (HistoryEntry& entry : entries) {
        at += static_cast<std::uint64_t>(entry.at.value());
        entry.at = Timestamp{static_cast<std::int64_t>(at)};
    }
    return entries;
}

std::optional<StartEntry> read_start(BytesView payload) {
    ByteReader reader(payload);
    StartEntry entry;
    entry.fixture.competition = reader.string();
    for (scoring::Competitor& side : entry.fixture.sides) {
        if (!read_side(reader, side)) return std::nullopt;
    }
    entry.options = reader.rest();
    return entry;
}

std::optional<EndEntry> read_end(BytesView payload) {
    if (payload.size() != 2) return std::nullopt;
    const auto reason = static_cast<unsigned char>(payload[0]);
    const auto winner = static_cast<unsigned char>(payload[1]);
    if (reason > static_cast<unsigned char>(scoring::EndReason::kResult)) return std::nullopt;
    if (winner > static_cast<unsigned char>(scoring::Winner::kDraw)) return std::nullopt;
    return EndEntry{static_cast<scoring::EndReason>(reason), static_cast<scoring::Winner>(winner)};
}

}  // namespace matchpoint::topics
