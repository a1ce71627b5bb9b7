#include "processor/match_row.h"

namespace matchpoint {
namespace {

constexpr std::uint8_t kRowVersion = 1;

using streams::ByteReader;
using streams::zigzag;

Bytes key_with_separator(BytesView match) {
    Bytes key(match);
    key.push_back('\0');
    return key;
}

}  // namespace

void append_match_row(Bytes& out, const MatchRow& row) {
    out.push_back(static_cast<char>(kRowVersion));
    streams::append_string(out, row.sport);
    streams::append_varint(out, row.seq);
    streams::append_varint(out, zigzag(row.at.value()));
    streams::append_varint(out, row.chunks);
    streams::append_varint(out, zigzag(row.over_since.value()));
    out.append(row.tail);
}

std::optional<MatchRow> read_match_row(BytesView bytes) {
    ByteReader reader(bytes);
    if (reader.u8() != kRowVersion) return std::nullopt;
    MatchRow row;
    row.sport = reader.string();
    row.seq = reader.varint();
    row.at = Timestamp{reader.zigzag_varint()};
    row.chunks = static_cast<std::uint32_t>(reader.varint());
    row.over_since = Timestamp{reader.zigzag_varint()};
    row.tail = reader.rest();
    if (!reader.ok()) return std::nullopt;
    return row;
}

Bytes history_key(BytesView match, std::uint32_t chunk) {
    Bytes key = key_with_separator(match);
    streams::append_be32(key, chunk);
    return key;
}

Bytes held_prefix(BytesView match) {
    return key_with_separator(match);
}

Bytes held_key(BytesView match, std::uint64_t seq) {
    Bytes key = key_with_separator(match);
    streams::append_be64(key, seq);
    return key;
}

std::uint64_t seq_of_held_key(BytesView key) {
    return key.size() < 8 ? 0 : streams::read_be64(key.data() + key.size() - 8);
}

void append_held_event(Bytes& out, const HeldEvent& event) {
    streams::append_varint(out, static_cast<std::uint64_t>(event.partition.value()));
    streams::append_varint(out, static_cast<std::uint64_t>(event.offset.value()));
    streams::append_varint(out, zigzag(event.held_at.value()));
    out.append(event.value);
}

std::optional<HeldEvent> read_held_event(BytesView bytes) {
    ByteReader reader(bytes);
    HeldEvent event;
    event.partition = streams::Partition{static_cast<std::int32_t>(reader.varint())};
    event.offset = streams::Offset{static_cast<std::int64_t>(reader.varint())};
    event.held_at = Timestamp{reader.zigzag_varint()};
    event.value = reader.rest();
    if (!reader.ok()) return std::nullopt;
    return event;
}

Bytes timer_key(const Timer& timer) {
    Bytes key;
    streams::append_be64(key, static_cast<std::uint64_t>(timer.due.value()));
    key.push_back(static_cast<char>(timer.kind));
    key.append(timer.match);
    if (timer.kind == TimerKind::kGap) {
        key.push_back('\0');
        streams::append_be64(key, timer.seq);
    }
    return key;
}

std::optional<Timer> read_timer_key(BytesView key) {
    ByteReader reader(key);
    Timer timer;
    timer.due = Timestamp{static_cast<std::int64_t>(reader.be64())};
    timer.kind = static_cast<TimerKind>(reader.u8());
    BytesView match = reader.rest();
    if (timer.kind == TimerKind::kGap) {
        if (match.size() < 9) return std::nullopt;
        timer.seq = seq_of_held_key(match);
        match.remove_suffix(9);
    }
    timer.match = match;
    if (!reader.ok()) return std::nullopt;
    return timer;
}

void append_player_score(Bytes& out, const PlayerScore& score) {
    streams::append_varint(out, zigzag(score.score));
    streams::append_varint(out, zigzag(score.at.value()));
}

std::optional<PlayerScore> read_player_score(BytesView bytes) {
    ByteReader reader(bytes);
    PlayerScore score;
    score.score = reader.zigzag_varint();
    score.at = Timestamp{reader.zigzag_varint()};
    if (!reader.ok()) return std::nullopt;
    return score;
}

std::optional<ContenderKey> read_contender_key(BytesView key) {
    // Match ids hold no control characters; a player's name might.
    const auto separator = key.rfind('\0');
    if (separator == BytesView::npos) return std::nullopt;
    return ContenderKey{key.substr(0, separator), key.substr(separator + 1)};
}

}  // namespace matchpoint
