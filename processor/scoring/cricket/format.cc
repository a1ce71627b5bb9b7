#include "processor/scoring/cricket/format.h"

#include "processor/scoring/fields.h"

namespace matchpoint::scoring::cricket {
namespace {

constexpr std::int64_t kMaxOvers = 999;
constexpr std::int64_t kMaxBallsPerOver = 12;
constexpr std::int64_t kMaxInnings = 4;

}  // namespace

std::size_t Format::total_innings() const {
    if (overs == 0) return innings == 1 ? 2 : 4;
    return innings > 2 ? 4 : 2;
}

std::optional<Refusal> read_format(simdjson::ondemand::object& event, Format& format) {
    Fields event_fields(event);
    const auto object = event_fields.object("format");
    if (!object) return std::move(event_fields.refusal());
    Fields fields(*object, "format.");
    format.overs = static_cast<std::uint16_t>(fields.integer("overs", 1, kMaxOvers).value_or(0));
    format.balls_per_over =
        static_cast<std::uint8_t>(fields.integer("balls_per_over", 1, kMaxBallsPerOver).value_or(6));
    if (const auto innings = fields.integer("innings", 1, kMaxInnings)) {
        if (*innings == 3) fields.refuse("innings", "must be 1, 2 or 4");
        format.innings = static_cast<std::uint8_t>(*innings);
    }
    return std::move(fields.refusal());
}

void append_format(const Format& format, Bytes& out) {
    streams::append_varint(out, format.overs);
    streams::append_varint(out, format.balls_per_over);
    streams::append_varint(out, format.innings);
}

std::optional<Format> parse_format(streams::ByteReader& in) {
    const auto overs = in.varint();
    const auto balls = in.varint();
    const auto innings = in.varint();
    const bool sane = overs <= kMaxOvers && balls >= 1 && balls <= kMaxBallsPerOver && innings <= kMaxInnings;
    if (!in.ok() || !sane) return std::nullopt;
    Format format;
    format.overs = static_cast<std::uint16_t>(overs);
    format.balls_per_over = static_cast<std::uint8_t>(balls);
    format.innings = static_cast<std::uint8_t>(innings);
    return format;
}

void write_format(const Format& format, JsonWriter& out) {
    out.begin_object().key("overs");
    format.overs == 0 ? out.null() : out.number(format.overs);
    out.key("balls_per_over").number(format.balls_per_over);
    out.key("innings").number(format.innings == 0 ? format.total_innings() : format.innings).end_object();
}

}  // namespace matchpoint::scoring::cricket
