// Numbers in base 36, for short ids. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace matchpoint::simulator {

[[nodiscard]] inline std::string base36(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36]);
        value /= 36;
    } while (value != 0);
    return digits;
}

}  // namespace matchpoint::simulator
