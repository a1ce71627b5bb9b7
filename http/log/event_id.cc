#include "http/log/event_id.h"

#include <algorithm>
#include <limits>

#include "http/log/base64url.h"
#include "processor/streams/base/bytes.h"

namespace matchpoint::http {
namespace {

constexpr char kVersion = 1;
constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::size_t kHeaderBytes = 3;

// FNV-1a folded to 16 bits.
std::uint16_t checksum(std::string_view topic, std::string_view payload) {
    std::uint32_t hash = 2166136261U;
    const auto mix = [&hash](std::string_view bytes) {
        for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    };
    mix(topic);
    mix(std::string_view("\0", 1));
    mix(payload);
    return static_cast<std::uint16_t>(hash ^ (hash >> 16U));
}

std::optional<EventId> decode_part(std::string_view topic, std::string_view part) {
    const auto bytes = base64url_decode(part);
    if (!bytes || bytes->size() <= kHeaderBytes || bytes->front() != kVersion) return std::nullopt;
    const std::string_view payload = std::string_view(*bytes).substr(kHeaderBytes);
    if (streams::read_be16(bytes->data() + 1) != checksum(topic, payload)) return std::nullopt;

    streams::ByteReader reader(payload);
    const std::uint64_t hours = reader.varint();
    EventId id;
    while (reader.ok() && !reader.at_end()) {
        const std::uint64_t offset = reader.varint();
        if (offset > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
        id.offsets.push_back(static_cast<std::int64_t>(offset));
    }
    constexpr std::uint64_t kMostHours = std::numeric_limits<std::int64_t>::max() / kMsPerHour;
    if (!reader.ok() || hours > kMostHours) return std::nullopt;
    id.made = streams::Timestamp{static_cast<std::int64_t>(hours) * kMsPerHour};
    return id;
}

}  // namespace

std::string encode_event_id(std::string_view topic, const OffsetVector& offsets, streams::Timestamp made) {
    std::string payload;
    payload.reserve(offsets.size() * 5 + 8);
    streams::append_varint(payload, static_cast<std::uint64_t>(std::max<std::int64_t>(0, made.value() / kMsPerHour)));
    for (const std::int64_t offset : offsets) {
        streams::append_varint(payload, static_cast<std::uint64_t>(std::max<std::int64_t>(0, offset)));
    }
    std::string bytes(1, kVersion);
    streams::append_be16(bytes, checksum(topic, payload));
    bytes += payload;
    return base64url_encode(bytes);
}

std::string_view event_id_part(std::string_view topic, std::string_view id) {
    if (id.size() > kLongestEventId) return {};
    while (!id.empty()) {
        const std::string_view part = id.substr(0, id.find('.'));
        if (decode_part(topic, part)) return part;
        id.remove_prefix(std::min(part.size() + 1, id.size()));
    }
    return {};
}

std::optional<EventId> decode_event_id(std::string_view topic, std::string_view id) {
    return decode_part(topic, event_id_part(topic, id));
}

OffsetVector join(OffsetVector a, const OffsetVector& b) {
    if (a.size() < b.size()) a.resize(b.size(), 0);
    for (std::size_t p = 0; p < b.size(); ++p) a[p] = std::max(a[p], b[p]);
    return a;
}

}  // namespace matchpoint::http
