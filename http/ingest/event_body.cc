#include "http/ingest/event_body.h"

#include <algorithm>

#include <simdjson.h>

#include "topics/json_syntax.h"

namespace matchpoint::http {
namespace {

constexpr std::size_t kMostErrors = 100;

std::string_view trim(std::string_view text) {
    while (!text.empty() && topics::is_json_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && topics::is_json_space(text.back())) text.remove_suffix(1);
    return text;
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' || c == ']';
}

}  // namespace

std::string field_of(std::string_view detail) {
    constexpr std::string_view kTwice = "field \"";
    if (detail.starts_with(kTwice)) {
        detail.remove_prefix(kTwice.size());
        return std::string(detail.substr(0, detail.find('"')));
    }
    const auto end = static_cast<std::size_t>(std::find_if_not(detail.begin(), detail.end(), is_name) - detail.begin());
    const std::string_view rest = detail.substr(end);
    if (end == 0 || !(rest.starts_with(": ") || rest.starts_with(" must ") || rest.starts_with(" cannot ") ||
                      rest.starts_with(" is "))) {
        return {};
    }
    return std::string(detail.substr(0, end));
}

std::vector<std::string_view> split_elements(std::string_view json, std::size_t most) {
    json = trim(json);
    if (!json.starts_with('[')) return {json};
    std::vector<std::string_view> elements;
    std::size_t begin = 1;
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size() && elements.size() <= most; ++i) {
        const char c = json[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        }
        if (quoted || !((depth == 1 && c == ',') || depth == 0)) continue;
        const std::string_view element = trim(json.substr(begin, i - begin));
        if (!element.empty()) elements.push_back(element);
        begin = i + 1;
    }
    return elements;
}

EventBody read_event_body(std::string_view body, std::size_t most, topics::ScoreEventDecoder& decoder) {
    EventBody read;
    read.is_json = simdjson::validate_utf8(body.data(), body.size()) && topics::is_json_value(body);
    if (!read.is_json) return read;
    const std::vector<std::string_view> elements = split_elements(body, most);
    read.count = elements.size();
    if (read.count > most) return read;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const auto decoded = decoder.decode(elements[i]);
        if (decoded) {
            read.events.push_back({std::string(decoded->match), std::string(elements[i]), decoded->at});
        } else if (read.errors.size() < kMostErrors) {
            const std::string& detail = decoded.error().detail;
            read.errors.push_back({i, field_of(detail), detail});
        }
    }
    return read;
}

}  // namespace matchpoint::http
