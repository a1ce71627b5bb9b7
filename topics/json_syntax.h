// Is a piece of text JSON? The grammar of RFC 8259 without building anything: simdjson skips what nobody reads without
// looking at it, and an event is only accepted when all of it is JSON. UTF-8 is not checked here (simdjson's first
// stage has done that). Pure functions; any thread.
#pragma once

#include <string_view>

namespace matchpoint::topics {

// Deeper nesting is refused, so that hostile text cannot use up the stack.
inline constexpr int kMaxJsonDepth = 512;

// One value with white space around it, and nothing else.
[[nodiscard]] bool is_json_value(std::string_view text);
// true, false, null or a number.
[[nodiscard]] bool is_json_scalar(std::string_view text);
// What stands between the quotes of a string: no control characters, escapes and surrogate pairs whole.
[[nodiscard]] bool is_json_string_body(std::string_view body);

// The four characters that JSON calls white space.
[[nodiscard]] constexpr bool is_json_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace matchpoint::topics
