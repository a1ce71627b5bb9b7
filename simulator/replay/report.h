// Told of what a recording holds that cannot be used: each by file and line, in order. Any number of times.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace matchpoint::simulator::replay {

// "file:line: what is wrong"; line 0 is the file as a whole.
using Report = std::function<void(const std::string& text)>;

[[nodiscard]] std::string located(const std::string& path, std::size_t line, const std::string& text);

}  // namespace matchpoint::simulator::replay
