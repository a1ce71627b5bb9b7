// The UTF-8 byte order mark, with which some editors and spreadsheets begin every file: it is no part of the content.
#pragma once

#include <array>
#include <istream>
#include <string_view>

namespace matchpoint::simulator::replay {

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// `in` is a file that could be opened, at its beginning.
inline void skip_byte_order_mark(std::istream& in) {
    std::array<char, kByteOrderMark.size()> first{};
    if (in.read(first.data(), first.size()) && std::string_view(first.data(), first.size()) == kByteOrderMark) return;
    in.clear();
    in.seekg(0);
}

}  // namespace matchpoint::simulator::replay
