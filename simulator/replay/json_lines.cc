#include "simulator/replay/json_lines.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "simulator/replay/byte_order_mark.h"

namespace matchpoint::simulator::replay {

JsonLinesSource::JsonLinesSource(const std::string& path, double speed, Report report)
    : path_(path), in_(path), speed_(speed), report_(std::move(report)) {
    if (!in_) throw std::runtime_error(fmt::format("{}: the file cannot be read", path));
    std::error_code ignored;
    bytes_ = std::filesystem::file_size(path, ignored);
}

const Event* JsonLinesSource::next() {
    while (std::getline(in_, text_)) {
        ++line_;
        read_bytes_ += text_.size() + 1;
        if (line_ == 1 && text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
        if (text_.ends_with('\r')) text_.pop_back();
        if (text_.find_first_not_of(" \t") == std::string::npos) continue;
        const auto decoded = decoder_.decode(text_);
        if (!decoded) {
            report_(located(path_, line_, decoded.error().detail + ": line skipped"));
            continue;
        }
        match_.assign(decoded->match);
        if (!matches_.contains(match_)) matches_.insert(match_);
        if (!first_at_) first_at_ = decoded->at;
        const auto offset_ms = static_cast<double>(decoded->at.value() - first_at_->value());
        event_.due_us = std::max(event_.due_us, static_cast<std::int64_t>(offset_ms * 1000 / speed_));
        event_.at = decoded->at;
        event_.match = match_;
        event_.json = text_;
        return &event_;
    }
    return nullptr;
}

}  // namespace matchpoint::simulator::replay
