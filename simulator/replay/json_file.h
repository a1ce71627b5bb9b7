// What a file of JSON is, and its whole document. One thread; a file that cannot be read throws std::runtime_error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace matchpoint::simulator::replay {

enum class JsonKind {
    kNone,          // not JSON
    kLines,         // an event of ours a line
    kCricsheet,     // an object with info and innings
    kOpenfootball,  // an object with matches, or with rounds of them
};

// By content, whatever the file is called.
[[nodiscard]] JsonKind json_kind(const std::string& path);
// Without a byte order mark, which simdjson would refuse. Good as long as `parser` reads nothing else.
[[nodiscard]] simdjson::simdjson_result<simdjson::dom::element> read_document(const std::string& path,
                                                                              simdjson::dom::parser& parser);

// Lenient reading: what is absent, null or of another type is not there.
[[nodiscard]] std::optional<std::string_view> text_of(simdjson::dom::element element, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> integer_of(simdjson::dom::element element, std::string_view key);
[[nodiscard]] std::optional<simdjson::dom::array> array_of(simdjson::dom::element element, std::string_view key);
[[nodiscard]] std::optional<simdjson::dom::element> member(simdjson::dom::element element, std::string_view key);
[[nodiscard]] bool flag_of(simdjson::dom::element element, std::string_view key);

}  // namespace matchpoint::simulator::replay
