#include "topics/high_score.h"

#include "processor/scoring/json_writer.h"
#include "topics/json_syntax.h"
#include "topics/padded_copy.h"

namespace matchpoint::topics {

void write_high_score(const HighScore& record, std::string& out) {
    out.assign(R"({"sport":)");
    scoring::append_json_string(out, record.sport);
    out.append(R"(,"player":)");
    scoring::append_json_string(out, record.player);
    out.append(R"(,"score":)");
    scoring::JsonWriter(out).number(record.score);
    out.append(R"(,"unit":)");
    scoring::append_json_string(out, record.unit);
    out.append(R"(,"match":)");
    scoring::append_json_string(out, record.match);
    out.append(R"(,"at":)");
    scoring::JsonWriter(out).number(record.at.value());
    out.push_back('}');
}

HighScoreReader::HighScoreReader() = default;

std::optional<HighScore> HighScoreReader::read(streams::BytesView json) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (!is_json_value(json)) return std::nullopt;
    if (parser_.iterate(padded_copy(json, padded_)).get(document)) return std::nullopt;
    if (document.get_object().get(object)) return std::nullopt;
    HighScore record;
    std::int64_t at = 0;
    if (object.find_field_unordered("sport").get_string().get(record.sport) ||
        object.find_field_unordered("player").get_string().get(record.player) ||
        object.find_field_unordered("score").get_int64().get(record.score) ||
        object.find_field_unordered("unit").get_string().get(record.unit) ||
        object.find_field_unordered("match").get_string().get(record.match) ||
        object.find_field_unordered("at").get_int64().get(at)) {
        return std::nullopt;
    }
    record.at = streams::Timestamp{at};
    return record;
}

void write_high_score_key(std::string_view sport, std::string_view player, std::string& out) {
    out.assign(sport).append(1, '/').append(player);
}

std::optional<HighScoreKey> parse_high_score_key(std::string_view key) {
    const std::size_t slash = key.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == key.size()) return std::nullopt;
    return HighScoreKey{key.substr(0, slash), key.substr(slash + 1)};
}

}  // namespace matchpoint::topics
