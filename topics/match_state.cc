#include "topics/match_state.h"

#include <array>

#include "processor/scoring/json_writer.h"
#include "topics/json_syntax.h"
#include "topics/padded_copy.h"

namespace matchpoint::topics {
namespace {

namespace ondemand = simdjson::ondemand;
using scoring::JsonWriter;

std::optional<scoring::Status> parse_status(std::string_view text) {
    if (text == "live") return scoring::Status::kLive;
    if (text == "finished") return scoring::Status::kFinished;
    if (text == "abandoned") return scoring::Status::kAbandoned;
    return std::nullopt;
}

void write_side(JsonWriter& json, const scoring::Competitor& side) {
    json.begin_object();
    json.key("name").string(side.name);
    json.key("players").begin_array();
    for (const std::string& player : side.players) json.string(player);
    json.end_array();
    json.end_object();
}

// Three decimals always: the same chance is the same bytes.
void append_thousandths(std::uint16_t thousandths, std::string& out) {
    const std::array<char, 5> digits = {
        static_cast<char>('0' + thousandths / 1000), '.', static_cast<char>('0' + thousandths / 100 % 10),
        static_cast<char>('0' + thousandths / 10 % 10), static_cast<char>('0' + thousandths % 10)};
    out.append(digits.data(), digits.size());
}

void append_win_probability(std::uint16_t permille, std::string& out) {
    out.append(",\"win_probability\":[");
    append_thousandths(permille, out);
    out.push_back(',');
    append_thousandths(static_cast<std::uint16_t>(1000 - permille), out);
    out.push_back(']');
}

}  // namespace

std::string_view to_text(scoring::Status status) {
    switch (status) {
        case scoring::Status::kFinished:
            return "finished";
        case scoring::Status::kAbandoned:
            return "abandoned";
        case scoring::Status::kLive:
            break;
    }
    return "live";
}

std::string_view to_json(scoring::Winner winner) {
    switch (winner) {
        case scoring::Winner::kSide1:
            return "1";
        case scoring::Winner::kSide2:
            return "2";
        case scoring::Winner::kDraw:
            return "\"draw\"";
        case scoring::Winner::kNone:
            break;
    }
    return "null";
}

MatchStateWriter::MatchStateWriter(std::string_view match_id, const scoring::Sport& sport,
                                   const scoring::Fixture& fixture, const scoring::Match& match) {
    JsonWriter head(head_);
    head.begin_object();
    head.key("match").string(match_id);
    head.key("sport").string(sport.name());
    head.key("competition").string(fixture.competition);
    head_.append(",\"status\":\"");
    JsonWriter sides(sides_);
    sides_.push_back(',');
    sides.key("sides").begin_array();
    // A game of arcade has no sides.
    for (const scoring::Competitor& side : fixture.sides) {
        if (!side.name.empty()) write_side(sides, side);
    }
    sides.end_array();
    sides.key("format");
    match.write_format(sides);
    sides_.append(",\"score\":");
}

void MatchStateWriter::write(const scoring::Match& match, std::uint64_t seq, Timestamp at, std::string& out) const {
    out.assign(head_).append(to_text(match.status())).append("\",\"seq\":");
    JsonWriter(out).number(seq);
    out.append(",\"at\":");
    JsonWriter(out).number(at.value());
    out.append(sides_);
    JsonWriter score(out);
    match.write_score(score);
    out.append(",\"stats\":");
    JsonWriter stats(out);
    match.write_stats(stats);
    out.append(",\"winner\":").append(to_json(match.winner())).append(",\"summary\":");
    summary_.clear();
    match.append_summary(summary_);
    scoring::append_json_string(out, summary_);
    if (const auto permille = match.win_permille()) append_win_probability(*permille, out);
    out.push_back('}');
}

MatchStateReader::MatchStateReader() = default;

const MatchStateView* MatchStateReader::read(BytesView json) {
    ondemand::document document;
    ondemand::object object;
    view_.names.clear();
    // simdjson's iterators hold only on text that is JSON: after an error the next step may read through null.
    if (!is_json_value(json)) return nullptr;
    if (parser_.iterate(padded_copy(json, padded_)).get(document)) return nullptr;
    if (document.get_object().get(object)) return nullptr;
    return read_fields(object) ? &view_ : nullptr;
}

// In the order in which the writer writes them, which is the quick one; any other works too.
bool MatchStateReader::read_fields(ondemand::object state) {
    std::string_view status_text;
    std::int64_t at = 0;
    ondemand::array sides;
    if (state.find_field_unordered("match").get_string().get(view_.match) ||
        state.find_field_unordered("sport").get_string().get(view_.sport) ||
        state.find_field_unordered("competition").get_string().get(view_.competition) ||
        state.find_field_unordered("status").get_string().get(status_text) ||
        state.find_field_unordered("seq").get_uint64().get(view_.seq) ||
        state.find_field_unordered("at").get_int64().get(at) ||
        state.find_field_unordered("sides").get_array().get(sides) || !read_sides(sides) ||
        state.find_field_unordered("summary").get_string().get(view_.summary)) {
        return false;
    }
    const auto status = parse_status(status_text);
    if (!status) return false;
    view_.status = *status;
    view_.at = Timestamp{at};
    return true;
}

bool MatchStateReader::read_sides(ondemand::array sides) {
    for (auto entry : sides) {
        ondemand::object side;
        std::string_view name;
        ondemand::array players;
        if (std::move(entry).get_object().get(side)) return false;
        if (side.find_field_unordered("name").get_string().get(name)) return false;
        add_name(name);
        const auto code = side.find_field_unordered("players").get_array().get(players);
        if (code == simdjson::NO_SUCH_FIELD) continue;
        if (code) return false;
        for (auto player : players) {
            if (std::move(player).get_string().get(name)) return false;
            add_name(name);
        }
    }
    return true;
}

void MatchStateReader::add_name(std::string_view name) {
    for (const std::string_view known : view_.names) {
        if (known == name) return;
    }
    view_.names.push_back(name);
}

}  // namespace matchpoint::topics
