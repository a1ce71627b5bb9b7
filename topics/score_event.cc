#include "topics/score_event.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "topics/event_fields.h"
#include "topics/json_syntax.h"
#include "topics/padded_copy.h"

namespace matchpoint::topics {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kFirstCapacity = 4096;

bool has_control_character(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) return true;
    }
    return false;
}

}  // namespace

// One decode() from beginning to end. Functions that may refuse return false and leave the refusal with the fields.
class ScoreEventDecoder::Pass {
  public:
    explicit Pass(ScoreEventDecoder& decoder) : decoder_(decoder) {}

    DecodeResult run(BytesView json) {
        if (!fields(json) || !envelope() || !body()) return std::move(fields_.refusal());
        return event_;
    }

  private:
    bool invalid(std::string detail) {
        fields_.refusal() = {RejectReason::kInvalid, std::move(detail)};
        return false;
    }

    bool fields(BytesView json) {
        if (json.size() > kMaxEventBytes) return invalid(fmt::format("an event has at most {} bytes", kMaxEventBytes));
        decoder_.reserve(json.size());
        return fields_.read(padded_copy(json, decoder_.padded_), decoder_.parser_);
    }

    bool envelope() {
        std::string_view sport_name;
        std::uint64_t at = 0;
        if (!text(Field::kMatch, kMaxMatchIdBytes, event_.match)) return false;
        if (has_control_character(event_.match)) return invalid("match: expected no control characters");
        if (!integer(Field::kSeq, 1, kMaxSeq, event_.seq)) return false;
        if (!integer(Field::kAt, 0, static_cast<std::uint64_t>(kMaxAt), at)) return false;
        event_.at = Timestamp{static_cast<std::int64_t>(at)};
        if (!text(Field::kSport, kMaxNameBytes, sport_name)) return false;
        event_.sport = decoder_.find_sport_(sport_name);
        if (event_.sport == nullptr) return invalid(fmt::format("sport: \"{}\" is not known", sport_name));
        return text(Field::kType, kMaxNameBytes, type_);
    }

    bool body() {
        if (type_ == "start") return start();
        if (type_ == "undo") {
            event_.kind = EventKind::kUndo;
            return true;
        }
        if (type_ == "end") return end();
        event_.kind = EventKind::kPlay;
        decoder_.move_.clear();
        if (auto refusal = event_.sport->decode(type_, fields_.rewind(), decoder_.move_)) {
            return invalid(std::move(refusal->detail));
        }
        event_.move = decoder_.move_;
        return true;
    }

    bool start() {
        event_.kind = EventKind::kStart;
        scoring::Fixture& fixture = decoder_.fixture_;
        fixture = {};
        event_.fixture = &fixture;
        if (fields_.given(Field::kCompetition)) {
            std::string_view competition;
            if (!text(Field::kCompetition, kMaxNameBytes, competition, 0)) return false;
            fixture.competition = competition;
        }
        if (!sides(fixture)) return false;
        decoder_.move_.clear();
        if (auto refusal = event_.sport->decode_start(fields_.rewind(), decoder_.move_)) {
            return invalid(std::move(refusal->detail));
        }
        event_.move = decoder_.move_;
        return true;
    }

    bool sides(scoring::Fixture& fixture) {
        if (!fields_.given(Field::kSides))
            return !event_.sport->needs_start() || invalid("sides: missing; expected two");
        ondemand::array sides;
        if (fields_.rewind().find_field_unordered("sides").get_array().get(sides)) {
            return invalid("sides: expected an array of two objects");
        }
        std::size_t count = 0;
        for (auto entry : sides) {
            ondemand::object side;
            if (count == 2) return invalid("sides: expected two, found more");
            if (std::move(entry).get_object().get(side)) return invalid("sides: expected objects with a name");
            if (!read_side(side, fixture.sides[count++])) return false;
        }
        return count == 2 || invalid(fmt::format("sides: expected two, found {}", count));
    }

    bool read_side(ondemand::object side, scoring::Competitor& out) {
        bool named = false;
        for (auto entry : side) {
            ondemand::field field;
            if (std::move(entry).get(field)) return invalid("sides: expected objects with a name");
            if (field.key() == "name") {
                if (std::exchange(named, true)) return invalid("sides: a name is given twice");
                if (!name(field.value(), "sides: name", out.name)) return false;
            } else if (field.key() == "players") {
                if (!out.players.empty()) return invalid("sides: players are given twice");
                if (!players(field.value(), out.players)) return false;
            }
        }
        return named || invalid("sides: a side has no name");
    }

    bool players(ondemand::value value, std::vector<std::string>& out) {
        if (value.raw_json_token().front() == 'n') return true;  // null: nothing else of JSON begins so
        ondemand::array list;
        if (value.get_array().get(list)) return invalid("sides: players: expected an array of names");
        for (auto entry : list) {
            ondemand::value player;
            if (std::move(entry).get(player)) return invalid("sides: players: expected an array of names");
            if (out.size() == kMaxPlayersASide) {
                return invalid(fmt::format("sides: players: expected at most {}", kMaxPlayersASide));
            }
            if (!name(player, "sides: players", out.emplace_back())) return false;
        }
        return true;
    }

    bool name(ondemand::value value, std::string_view what, std::string& out) {
        std::string_view text;
        if (value.get_string().get(text) || text.empty() || text.size() > kMaxNameBytes) {
            return invalid(fmt::format("{}: expected a string of 1 to {} bytes", what, kMaxNameBytes));
        }
        out = text;
        return true;
    }

    bool end() {
        event_.kind = EventKind::kEnd;
        std::string_view reason;
        if (!text(Field::kReason, kMaxNameBytes, reason)) return false;
        if (reason == "retired") {
            event_.reason = scoring::EndReason::kRetired;
        } else if (reason == "walkover") {
            event_.reason = scoring::EndReason::kWalkover;
        } else if (reason == "abandoned") {
            event_.reason = scoring::EndReason::kAbandoned;
        } else if (reason == "result") {
            event_.reason = scoring::EndReason::kResult;
        } else {
            return invalid("reason: expected retired, walkover, abandoned or result");
        }
        return winner();
    }

    bool winner() {
        const std::string_view raw = fields_.raw(Field::kWinner);
        if (!fields_.given(Field::kWinner)) {
            event_.winner = scoring::Winner::kNone;
        } else if (raw == "1") {
            event_.winner = scoring::Winner::kSide1;
        } else if (raw == "2") {
            event_.winner = scoring::Winner::kSide2;
        } else if (std::string_view word; raw.front() == '"' && unquote(raw, word) && word == "draw") {
            event_.winner = scoring::Winner::kDraw;
        } else {
            return invalid("winner: expected 1, 2, \"draw\" or null");
        }
        return true;
    }

    bool text(Field field, std::size_t max_bytes, std::string_view& out, std::size_t min_bytes = 1) {
        const std::string_view raw = fields_.raw(field);
        if (raw.empty()) return invalid(fmt::format("{}: missing; expected a string", field_name(field)));
        if (raw.front() != '"') return invalid(fmt::format("{}: expected a string", field_name(field)));
        if (!unquote(raw, out) || out.size() < min_bytes || out.size() > max_bytes) {
            return invalid(fmt::format("{}: expected {} to {} bytes of text", field_name(field), min_bytes, max_bytes));
        }
        return true;
    }

    // The text between the quotes, unescaped where it must be. Its escapes have been checked.
    bool unquote(std::string_view raw, std::string_view& out) {
        out = raw.substr(1, raw.size() - 2);
        if (std::memchr(out.data(), '\\', out.size()) == nullptr) return true;
        // Every string is unescaped once at most, and none grows by that: all fit, and none moves.
        std::string& scratch = decoder_.scratch_;
        if (scratch.size() < decoder_.padded_.size()) scratch.resize(decoder_.padded_.size());
        auto* end = reinterpret_cast<std::uint8_t*>(scratch.data()) + scratch_used_;
        const ondemand::raw_json_string escaped(reinterpret_cast<const std::uint8_t*>(out.data()));
        if (decoder_.parser_.unescape(escaped, end).get(out)) return false;
        scratch_used_ += out.size();
        return true;
    }

    bool integer(Field field, std::uint64_t min, std::uint64_t max, std::uint64_t& out) {
        const std::string_view raw = fields_.raw(field);
        const char* const end = raw.data() + raw.size();
        const auto [parsed, error] = std::from_chars(raw.data(), end, out);
        if (!raw.empty() && error == std::errc{} && parsed == end && out >= min && out <= max) return true;
        return invalid(fmt::format("{}: {}expected an integer from {} to {}", field_name(field),
                                   raw.empty() ? "missing; " : "", min, max));
    }

    ScoreEventDecoder& decoder_;
    EventFields fields_;
    std::string_view type_;
    std::size_t scratch_used_ = 0;
    ScoreEvent event_;
};

ScoreEventDecoder::ScoreEventDecoder(SportFinder find_sport) : find_sport_(find_sport) {
    reserve(kFirstCapacity);
}

DecodeResult ScoreEventDecoder::decode(BytesView json) {
    return Pass(*this).run(json);
}

void ScoreEventDecoder::reserve(std::size_t event_bytes) {
    if (event_bytes + simdjson::SIMDJSON_PADDING <= padded_.size()) return;
    const std::size_t capacity = std::bit_ceil(event_bytes + simdjson::SIMDJSON_PADDING);
    padded_.resize(capacity);
    // simdjson's string buffer grows with the capacity. A sport may read a string twice: leave room for that. A failure
    // shows at the next iterate(), which tries again.
    [[maybe_unused]] const simdjson::error_code code = parser_.allocate(2 * capacity);
}

}  // namespace matchpoint::topics
