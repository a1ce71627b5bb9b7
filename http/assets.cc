#include "http/assets.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "http/embedded_files.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kDescription = "/openapi.json";

std::string_view content_type(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    if (name == "openapi.json") return "application/json";
    return {};
}

// The file behind a path; empty if there can be none. Names have no folders, so none can be left.
std::string file_name(std::string_view path) {
    constexpr std::string_view kFolder = "/web/";
    if (path == "/") return "index.html";
    if (path == kDescription) return "openapi.json";
    if (path.starts_with(kFolder))
        path.remove_prefix(kFolder.size());
    else if (path.starts_with('/') && path.find('.') == std::string_view::npos)
        return fmt::format("{}.html", path.substr(1));
    const bool plain = !path.empty() && std::all_of(path.begin(), path.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
    return plain && !path.starts_with('.') ? std::string(path) : std::string();
}

}  // namespace

Assets::Assets(std::string folder) : folder_(std::move(folder)) {
    if (!folder_.empty() && !std::filesystem::is_directory(folder_)) {
        throw std::invalid_argument(fmt::format("web.dir={}: there is no such folder", folder_));
    }
    for (const EmbeddedFile& file : embedded_files()) {
        built_in_.push_back({std::string(file.name),
                             {content_type(file.name), std::make_shared<const std::string>(file.bytes),
                              fmt::format("\"{}\"", file.digest)}});
    }
}

std::optional<Asset> Assets::find(std::string_view path) const {
    const std::string name = file_name(path);
    if (name.empty() || name.find('/') != std::string::npos || content_type(name).empty()) return std::nullopt;
    if (folder_.empty() || path == kDescription) {
        const auto found =
            std::find_if(built_in_.begin(), built_in_.end(), [&](const auto& b) { return b.name == name; });
        if (found == built_in_.end()) return std::nullopt;
        return found->asset;
    }
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    if (!file) return std::nullopt;
    auto body =
        std::make_shared<const std::string>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    std::string etag = fmt::format("\"{:x}\"", std::hash<std::string>{}(*body));
    return Asset{content_type(name), std::move(body), std::move(etag)};
}

}  // namespace matchpoint::http
