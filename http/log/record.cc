#include "http/log/record.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>
#include <nlohmann/json.hpp>

#include "topics/json_syntax.h"

namespace matchpoint::http {
namespace {

constexpr std::string_view kDataPrefix = "data: ";
constexpr std::string_view kEventEnd = "\n\n";

// A line break would end the data line. In JSON it is white space between tokens, so a blank says the same.
void append_on_one_line(std::string& out, std::string_view value) {
    const std::size_t begin = out.size();
    if (simdjson::validate_utf8(value.data(), value.size())) {
        out += value;
    } else {
        // A stream is UTF-8, whatever a producer wrote: as decoders do, U+FFFD for what is not.
        out += nlohmann::json::parse(json_string(value)).get<std::string>();
    }
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), [](char c) { return c == '\n' || c == '\r'; },
        ' ');
}

void append_deletion(std::string& out, std::string_view key) {
    out.append("event: delete\ndata: {\"key\":").append(json_string(key)).push_back('}');
}

std::string event_of(const RawRecord& raw, std::string_view id) {
    std::string event;
    event.reserve(raw.value.size() + id.size() + 32);
    event.append("id: ").append(id).push_back('\n');
    if (raw.tombstone) {
        append_deletion(event, raw.key);
    } else {
        event += kDataPrefix;
        append_on_one_line(event, raw.value);
    }
    event += kEventEnd;
    return event;
}

}  // namespace

Frame::Frame(std::string_view event) : size_(event.size()) {
    wire_.reserve(event.size() + 12);
    fmt::format_to(std::back_inserter(wire_), "{:x}\r\n", event.size());
    begin_ = wire_.size();
    wire_.append(event).append("\r\n");
}

Record::Record(const RawRecord& raw, std::string_view id, TagsPtr tags)
    : frame_(event_of(raw, id)),
      key_(raw.key),
      tags_(std::move(tags)),
      offset_(raw.offset),
      timestamp_(raw.timestamp),
      version_(raw.version),
      partition_(raw.partition),
      id_size_(static_cast<std::uint32_t>(id.size())),
      tombstone_(raw.tombstone),
      is_json_(topics::is_json_value(value())) {}

std::string_view Record::body() const {
    return frame_.plain().substr(kIdPrefix.size() + id_size_ + 1);
}

std::string_view Record::value() const {
    if (tombstone_) return {};
    std::string_view rest = body();
    rest.remove_prefix(kDataPrefix.size());
    rest.remove_suffix(kEventEnd.size());
    return rest;
}

void Record::append_json(std::string& out) const {
    is_json_ ? out.append(value()) : out.append(json_string(value()));
}

FramePtr frame_with_id(const Record& record, std::string_view id) {
    return std::make_shared<Frame>(fmt::format("id: {}\n{}", id, record.body()));
}

FramePtr frame_left(const Record& record, std::string_view id) {
    std::string event = fmt::format("id: {}\n", id);
    append_deletion(event, record.key());
    event += kEventEnd;
    return std::make_shared<Frame>(event);
}

FramePtr frame_event(std::string_view event, std::string_view data, std::string_view id) {
    std::string text;
    if (!id.empty()) text.append("id: ").append(id).push_back('\n');
    if (!event.empty()) text.append("event: ").append(event).push_back('\n');
    text.append(kDataPrefix).append(data).append(kEventEnd);
    return std::make_shared<Frame>(text);
}

std::string json_string(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace matchpoint::http
