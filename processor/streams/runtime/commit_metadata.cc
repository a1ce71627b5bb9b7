#include "processor/streams/runtime/commit_metadata.h"

#include <charconv>

namespace matchpoint::streams {

std::string to_text(const CommitMetadata& metadata) {
    std::string text = "v1;t=" + std::to_string(metadata.partition_time.value());
    for (const auto& [store, end] : metadata.changelog_ends) {
        text += ";" + store + "=" + std::to_string(end.value());
    }
    return text;
}

CommitMetadata parse_commit_metadata(std::string_view text) {
    constexpr std::string_view kVersion = "v1;t=";
    if (!text.starts_with(kVersion)) return {};
    text.remove_prefix(kVersion.size() - 2);  // from "t=" on
    CommitMetadata metadata;
    while (!text.empty()) {
        const std::string_view field = text.substr(0, text.find(';'));
        text.remove_prefix(std::min(text.size(), field.size() + 1));
        const auto equals = field.rfind('=');
        std::int64_t number = 0;
        if (equals == std::string_view::npos) return {};
        const auto result = std::from_chars(field.data() + equals + 1, field.data() + field.size(), number);
        if (result.ec != std::errc{} || result.ptr != field.data() + field.size()) return {};
        const std::string_view name = field.substr(0, equals);
        if (name == "t") {
            metadata.partition_time = Timestamp{number};
        } else {
            metadata.changelog_ends.emplace(name, Offset{number});
        }
    }
    return metadata;
}

}  // namespace matchpoint::streams
