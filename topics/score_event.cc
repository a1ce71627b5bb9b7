#include "topics/score_event.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "topics/json_syntax.h"
#include "topics/padded_copy.h"

namespace matchpoint::topics {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kFirstCapacity = 4096;

// The fields that this folder reads; all others are the sport's or nobody's.
enum Field : std::size_t { kMatch, kSeq, kAt, kSport, kType, kReason, kWinner, kCompetition, kSides, kFieldCount };

// kFieldCount for a name that is none of them. Sizes first: one comparison a name.
std::size_t find_field(std::string_view name) {
    switch (name.size()) {
        case 2:
            return name == "at" ? kAt : kFieldCount;
        case 3:
            return name == "seq" ? kSeq : kFieldCount;
        case 4:
            return name == "type" ? kType : kFieldCount;
        case 5:
            return name == "match" ? kMatch : name == "sport" ? kSport : name == "sides" ? kSides : kFieldCount;
        case 6:
            return name == "winner" ? kWinner : name == "reason" ? kReason : kFieldCount;
        case 11:
            return name == "competition" ? kCompetition : kFieldCount;
        default:
            return kFieldCount;
    }
}

// The key that begins at `begin` and whose value begins at `value`: from the value backwards over the colon.
std::string_view key_before(const char* begin, const char* value) {
    const char* end = value;
    while (*--end != ':') {
    }
    while (*--end != '"') {
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view trim_end(std::string_view token) {
    while (!token.empty() && is_json_space(token.back())) token.remove_suffix(1);
    return token;
}

bool has_escape(std::string_view text) {
    return std::memchr(text.data(), '\\', text.size()) != nullptr;
}

bool has_control_character(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) return true;
    }
    return false;
}

// Names of other fields, to find the one that comes twice. Past the last slot nothing is remembered: an event has no
// such number of fields of its own, and what nobody reads does no harm twice.
class OtherNames {
  public:
    // False if it was there.
    bool add(std::string_view name) {
        const std::uint64_t bit = std::uint64_t{1} << (hash(name) & 63U);
        if ((bits_ & bit) != 0) {
            for (std::size_t i = 0; i < count_; ++i) {
                if (names_[i] == name) return false;
            }
        }
        bits_ |= bit;
        if (count_ < names_.size()) names_[count_++] = name;
        return true;
    }

  private:
    static std::size_t hash(std::string_view name) {
        if (name.empty()) return 0;
        return name.size() * 7U + static_cast<unsigned char>(name.front()) * 3U +
               static_cast<unsigned char>(name.back());
    }
    std::array<std::string_view, 64> names_;
    std::size_t count_ = 0;
    std::uint64_t bits_ = 0;
};

}  // namespace

// One decode() from beginning to end. Functions that may refuse return false and leave the refusal in error_.
class ScoreEventDecoder::Pass {
  public:
    explicit Pass(ScoreEventDecoder& decoder) : decoder_(decoder) {}

    DecodeResult run(BytesView json) {
        if (!parse(json) || !collect() || !envelope() || !body()) return std::move(error_);
        return event_;
    }

  private:
    bool refuse(RejectReason reason, std::string detail) {
        error_ = {reason, std::move(detail)};
        return false;
    }
    bool malformed(std::string_view why) { return refuse(RejectReason::kMalformed, fmt::format("not JSON: {}", why)); }
    bool malformed(simdjson::error_code code) { return malformed(simdjson::error_message(code)); }
    bool invalid(std::string detail) { return refuse(RejectReason::kInvalid, std::move(detail)); }

    bool parse(BytesView json) {
        if (json.size() > kMaxEventBytes) return invalid(fmt::format("an event has at most {} bytes", kMaxEventBytes));
        decoder_.reserve(json.size());
        const simdjson::padded_string_view copy = padded_copy(json, decoder_.padded_);
        text_ = copy;
        if (const auto code = decoder_.parser_.iterate(copy).get(document_)) return malformed(code);
        const std::size_t first = text_.find_first_not_of(" \n\r\t");
        if (text_[first] != '{') {
            if (!is_json_value(text_)) return malformed("neither an object nor any other value");
            return invalid("an event must be a JSON object");
        }
        if (const auto code = document_.get_object().get(object_)) return malformed(code);
        return true;
    }

    // One pass over the fields: remembers ours by their raw text, and sees to it that all the others are JSON too.
    bool collect() {
        for (auto entry : object_) {
            ondemand::field field;
            if (const auto code = std::move(entry).get(field)) return malformed(code);
            const char* const key_begin = field.key().raw();
            ondemand::value value = field.value();
            const std::string_view text = raw_text(value);
            if (text.empty()) return false;
            if (!remember(key_before(key_begin, text.data()), text)) return false;
        }
        if (document_.current_location().error() != simdjson::OUT_OF_BOUNDS) {
            return malformed("something follows the object");
        }
        return true;
    }

    // The value as it is written; empty, and refused, if it is not JSON.
    std::string_view raw_text(ondemand::value& value) {
        const std::string_view token = value.raw_json_token();
        switch (token.front()) {
            case '{':
                return nested_text(value.get_object());
            case '[':
                return nested_text(value.get_array());
            case '"': {
                const std::string_view text = trim_end(token);
                if (has_escape(text) && !is_json_string_body(text.substr(1, text.size() - 2))) {
                    malformed("a string has a wrong escape");
                    return {};
                }
                return text;
            }
            default: {
                const std::string_view text = trim_end(token);
                if (is_json_scalar(text)) return text;
                malformed("a value is neither a number nor true, false or null");
                return {};
            }
        }
    }

    template <typename Container>
    std::string_view nested_text(simdjson::simdjson_result<Container> nested) {
        Container container;
        std::string_view text;
        if (const auto code = std::move(nested).get(container)) {
            malformed(code);
            return {};
        }
        if (const auto code = container.raw_json().get(text)) {
            malformed(code);
            return {};
        }
        text = trim_end(text);
        if (is_json_value(text)) return text;
        malformed("an object or array in it is not well formed, or nested too deeply");
        return {};
    }

    bool remember(std::string_view name, std::string_view text) {
        if (const std::size_t field = find_field(name); field != kFieldCount) {
            if (!fields_[field].empty()) return duplicate(name);
            fields_[field] = text;
            return true;
        }
        if (has_escape(name) && !is_json_string_body(name)) return malformed("a name has a wrong escape");
        return other_names_.add(name) || duplicate(name);
    }

    bool duplicate(std::string_view name) {
        // A later part of the text may not be JSON at all, which weighs more.
        const std::string text = fmt::format("field \"{}\" is given twice", name.substr(0, 64));
        if (!is_json_value(text_)) return malformed("after a field that is given twice");
        return invalid(text);
    }

    bool envelope() {
        std::string_view sport_name;
        std::uint64_t at = 0;
        if (!text(kMatch, "match", kMaxMatchIdBytes, event_.match)) return false;
        if (has_control_character(event_.match)) return invalid("match: expected no control characters");
        if (!integer(kSeq, "seq", 1, kMaxSeq, event_.seq)) return false;
        if (!integer(kAt, "at", 0, static_cast<std::uint64_t>(kMaxAt), at)) return false;
        event_.at = Timestamp{static_cast<std::int64_t>(at)};
        if (!text(kSport, "sport", kMaxNameBytes, sport_name)) return false;
        event_.sport = decoder_.find_sport_(sport_name);
        if (event_.sport == nullptr) return invalid(fmt::format("sport: \"{}\" is not known", sport_name));
        return text(kType, "type", kMaxNameBytes, type_);
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
        if (const auto code = rewind()) return malformed(code);
        if (auto refusal = event_.sport->decode(type_, object_, decoder_.move_)) {
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
        if (given(kCompetition)) {
            std::string_view competition;
            if (!text(kCompetition, "competition", kMaxNameBytes, competition, 0)) return false;
            fixture.competition = competition;
        }
        if (!sides(fixture)) return false;
        decoder_.move_.clear();
        if (const auto code = rewind()) return malformed(code);
        if (auto refusal = event_.sport->decode_start(object_, decoder_.move_)) {
            return invalid(std::move(refusal->detail));
        }
        event_.move = decoder_.move_;
        return true;
    }

    bool sides(scoring::Fixture& fixture) {
        if (!given(kSides)) return !event_.sport->needs_start() || invalid("sides: missing; expected two");
        ondemand::array sides;
        if (rewind() || object_.find_field_unordered("sides").get_array().get(sides)) {
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
        if (trim_end(value.raw_json_token()) == "null") return true;
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
        if (!text(kReason, "reason", kMaxNameBytes, reason)) return false;
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
        const std::string_view raw = fields_[kWinner];
        if (!given(kWinner)) {
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

    // There, and not null.
    [[nodiscard]] bool given(Field field) const { return !fields_[field].empty() && fields_[field] != "null"; }

    bool text(Field field, std::string_view name, std::size_t max_bytes, std::string_view& out,
              std::size_t min_bytes = 1) {
        const std::string_view raw = fields_[field];
        if (raw.empty()) return invalid(fmt::format("{}: missing; expected a string", name));
        if (raw.front() != '"') return invalid(fmt::format("{}: expected a string", name));
        if (!unquote(raw, out) || out.size() < min_bytes || out.size() > max_bytes) {
            return invalid(fmt::format("{}: expected {} to {} bytes of text", name, min_bytes, max_bytes));
        }
        return true;
    }

    // The text between the quotes, unescaped where it must be. Its escapes have been checked.
    bool unquote(std::string_view raw, std::string_view& out) {
        out = raw.substr(1, raw.size() - 2);
        if (!has_escape(out)) return true;
        // Every string is unescaped once at most, and none grows by that: all fit, and none moves.
        std::string& scratch = decoder_.scratch_;
        if (scratch.size() < decoder_.padded_.size()) scratch.resize(decoder_.padded_.size());
        auto* end = reinterpret_cast<std::uint8_t*>(scratch.data()) + scratch_used_;
        const ondemand::raw_json_string escaped(reinterpret_cast<const std::uint8_t*>(out.data()));
        if (decoder_.parser_.unescape(escaped, end).get(out)) return false;
        scratch_used_ += out.size();
        return true;
    }

    bool integer(Field field, std::string_view name, std::uint64_t min, std::uint64_t max, std::uint64_t& out) {
        const std::string_view raw = fields_[field];
        const char* const end = raw.data() + raw.size();
        const auto [parsed, error] = std::from_chars(raw.data(), end, out);
        if (!raw.empty() && error == std::errc{} && parsed == end && out >= min && out <= max) return true;
        return invalid(
            fmt::format("{}: {}expected an integer from {} to {}", name, raw.empty() ? "missing; " : "", min, max));
    }

    // Back to the first field, with simdjson's string buffer empty again.
    simdjson::error_code rewind() {
        document_.rewind();
        return document_.get_object().get(object_);
    }

    ScoreEventDecoder& decoder_;
    ondemand::document document_;
    ondemand::object object_;
    std::string_view text_;  // all of the event, in the decoder's buffer
    std::array<std::string_view, kFieldCount> fields_;
    OtherNames other_names_;
    std::string_view type_;
    std::size_t scratch_used_ = 0;
    ScoreEvent event_;
    Rejection error_;
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
