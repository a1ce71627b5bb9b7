// base64url without padding (RFC 4648, section 5). Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace matchpoint::http {

[[nodiscard]] std::string base64url_encode(std::string_view bytes);
// Nothing if a character or the length cannot come from an encoder.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace matchpoint::http
