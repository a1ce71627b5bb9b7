#include "tests/bench/gateway/event_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace matchpoint::bench {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::size_t line_end(std::string_view bytes) {
    // Nearly every line ends in a line feed and holds no carriage return: two passes of memchr beat one of a set.
    const auto* feed = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
    const std::size_t size = feed != nullptr ? static_cast<std::size_t>(feed - bytes.data()) : bytes.size();
    const auto* carriage = static_cast<const char*>(std::memchr(bytes.data(), '\r', size));
    return carriage != nullptr ? static_cast<std::size_t>(carriage - bytes.data()) : size;
}

}  // namespace

void EventParser::feed(std::string_view bytes, const Sink& sink) {
    while (!bytes.empty()) {
        if (std::exchange(skip_line_feed_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = line_end(bytes);
        if (end == bytes.size()) {
            rest_ += bytes;
            return;
        }
        skip_line_feed_ = bytes[end] == '\r';
        if (rest_.empty()) {
            line(bytes.substr(0, end), sink);
        } else {
            rest_ += bytes.substr(0, end);
            line(rest_, sink);
            rest_.clear();
        }
        bytes.remove_prefix(end + 1);
    }
}

void EventParser::restart() {
    rest_.clear();
    name_.clear();
    data_.clear();
    id_buffer_ = id_;
    has_data_ = skip_line_feed_ = false;
    first_line_ = true;
}

void EventParser::line(std::string_view text, const Sink& sink) {
    if (std::exchange(first_line_, false) && text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    if (text.empty()) return dispatch(sink);
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon == 0) {
        ++comments_;
        return;
    }
    std::string_view value = text.substr(std::min(colon + 1, text.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(text.substr(0, colon), value);
}

void EventParser::field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (std::exchange(has_data_, true)) data_.push_back('\n');
        data_ += value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) id_buffer_ = value;
    } else if (name == "event") {
        name_ = value;
    } else if (name == "retry") {
        std::uint32_t ms = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ms);
        if (error == std::errc() && end == value.data() + value.size()) retry_ms_ = ms;
    }
}

void EventParser::dispatch(const Sink& sink) {
    id_ = id_buffer_;
    if (has_data_) sink(Event{name_.empty() ? std::string_view("message") : std::string_view(name_), data_, id_});
    has_data_ = false;
    data_.clear();
    name_.clear();
}

}  // namespace matchpoint::bench
