#include "processor/scoring/json_writer.h"

#include <cstddef>
#include <cstring>

namespace matchpoint::scoring {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool needs_escape(unsigned char c) {
    return c < 0x20U || c == '"' || c == '\\';
}

constexpr std::uint64_t each_byte(std::uint8_t value) {
    return 0x0101010101010101U * value;
}

// The high bit of some byte is set if and only if one of the eight is less than `least` (at most 0x80).
constexpr std::uint64_t any_less(std::uint64_t bytes, std::uint8_t least) {
    return (bytes - each_byte(least)) & ~bytes & each_byte(0x80);
}

// Where the first character that needs an escape may be: whole words without one are passed over.
std::size_t plain_words(std::string_view text) {
    std::size_t at = 0;
    for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, sizeof bytes);
        const std::uint64_t quote = any_less(bytes ^ each_byte('"'), 1);
        const std::uint64_t backslash = any_less(bytes ^ each_byte('\\'), 1);
        if ((any_less(bytes, 0x20) | quote | backslash) != 0) break;
    }
    return at;
}

void append_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out.append("\\\"");
            return;
        case '\\':
            out.append("\\\\");
            return;
        case '\n':
            out.append("\\n");
            return;
        case '\r':
            out.append("\\r");
            return;
        case '\t':
            out.append("\\t");
            return;
        default:
            out.append("\\u00");
            out.push_back(kHex[c >> 4U]);
            out.push_back(kHex[c & 0xfU]);
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t plain = 0;
    for (std::size_t i = plain_words(text); i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (!needs_escape(c)) continue;
        out.append(text.substr(plain, i - plain));
        append_escape(out, c);
        plain = i + 1;
    }
    out.append(text.substr(plain));
    out.push_back('"');
}

}  // namespace matchpoint::scoring
