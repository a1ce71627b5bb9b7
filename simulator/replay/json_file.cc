#include "simulator/replay/json_file.h"

#include <filesystem>
#include <fstream>

#include "simulator/replay/byte_order_mark.h"

namespace matchpoint::simulator::replay {
namespace {

using simdjson::dom::element;

JsonKind kind_of(element document) {
    if (member(document, "info") && member(document, "innings")) return JsonKind::kCricsheet;
    if (array_of(document, "matches") || array_of(document, "rounds")) return JsonKind::kOpenfootball;
    if (member(document, "match") && member(document, "type")) return JsonKind::kLines;
    return JsonKind::kNone;
}

}  // namespace

JsonKind json_kind(const std::string& path) {
    // Nothing that is one document is larger; lines may be, and are told by their first.
    constexpr std::uintmax_t kLargestDocument = std::uintmax_t{256} << 20U;
    std::ifstream in(path);
    skip_byte_order_mark(in);
    char first = 0;
    if (!(in >> first) || first != '{') return JsonKind::kNone;
    std::string line;
    std::getline(in, line);
    simdjson::dom::parser parser;
    element document;
    if (parser.parse(first + line).get(document) == simdjson::SUCCESS) {
        const JsonKind kind = kind_of(document);
        return kind == JsonKind::kNone ? JsonKind::kLines : kind;
    }
    if (std::filesystem::file_size(path) <= kLargestDocument &&
        read_document(path, parser).get(document) == simdjson::SUCCESS) {
        return kind_of(document);
    }
    return JsonKind::kLines;  // the first line may just be a bad one
}

simdjson::simdjson_result<element> read_document(const std::string& path, simdjson::dom::parser& parser) {
    simdjson::padded_string text;
    if (const auto error = simdjson::padded_string::load(path).get(text)) return error;
    std::string_view json = text;
    if (json.starts_with(kByteOrderMark)) json.remove_prefix(kByteOrderMark.size());
    return parser.parse(json.data(), json.size(), false);  // the padding is still behind it
}

std::optional<element> member(element object, std::string_view key) {
    element value;
    if (object.at_key(key).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
    return value;
}

std::optional<std::string_view> text_of(element object, std::string_view key) {
    const auto value = member(object, key);
    std::string_view text;
    if (!value || value->get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

std::optional<std::int64_t> integer_of(element object, std::string_view key) {
    const auto value = member(object, key);
    std::int64_t number = 0;
    if (!value || value->get_int64().get(number) != simdjson::SUCCESS) return std::nullopt;
    return number;
}

std::optional<simdjson::dom::array> array_of(element object, std::string_view key) {
    const auto value = member(object, key);
    simdjson::dom::array array;
    if (!value || value->get_array().get(array) != simdjson::SUCCESS) return std::nullopt;
    return array;
}

bool flag_of(element object, std::string_view key) {
    const auto value = member(object, key);
    bool flag = false;
    return value && value->get_bool().get(flag) == simdjson::SUCCESS && flag;
}

}  // namespace matchpoint::simulator::replay
