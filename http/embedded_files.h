// The files of http/web, as the build put them into the program.
#pragma once

#include <span>
#include <string_view>

namespace matchpoint::http {

struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
    std::string_view digest;
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

}  // namespace matchpoint::http
