#include "processor/scoring/tennis/format.h"

#include "processor/scoring/fields.h"

namespace matchpoint::scoring::tennis {
namespace {

// The largest tie-break score and length read: beyond any that was ever played, and one byte.
constexpr std::int64_t kMaxTiebreak = 99;

std::uint8_t tiebreak_number(Fields& fields, std::string_view key, std::uint8_t fallback) {
    return static_cast<std::uint8_t>(fields.integer(key, 1, kMaxTiebreak).value_or(fallback));
}

void read_final_set(Fields& format_fields, Format& format) {
    const auto object = format_fields.object("final_set");
    if (!object) return;
    Fields fields(*object, "format.final_set.");
    format.final_set = static_cast<FinalSet>(fields.need_choice("kind", {"advantage", "tiebreak", "match_tiebreak"}));
    format.final_at = tiebreak_number(fields, "at", format.final_at);
    format.final_points = tiebreak_number(fields, "points", format.final_points);
    format_fields.adopt(std::move(fields.refusal()));
}

std::string_view kind_name(FinalSet kind) {
    switch (kind) {
        case FinalSet::kAdvantage:
            return "advantage";
        case FinalSet::kTiebreak:
            return "tiebreak";
        case FinalSet::kMatchTiebreak:
            return "match_tiebreak";
    }
    return {};
}

}  // namespace

std::optional<Refusal> read_format(simdjson::ondemand::object& event, Format& format) {
    Fields event_fields(event);
    const auto object = event_fields.object("format");
    if (!object) return std::move(event_fields.refusal());
    Fields fields(*object, "format.");
    if (const auto best_of = fields.integer("best_of", 3, 5)) {
        if (*best_of == 4) fields.refuse("best_of", "must be 3 or 5");
        format.best_of = static_cast<std::uint8_t>(*best_of);
    }
    format.tiebreak_at = tiebreak_number(fields, "tiebreak_at", format.tiebreak_at);
    format.tiebreak_points = tiebreak_number(fields, "tiebreak_points", format.tiebreak_points);
    format.no_ad = fields.boolean("no_ad").value_or(format.no_ad);
    read_final_set(fields, format);
    return std::move(fields.refusal());
}

void append_format(const Format& format, Bytes& out) {
    const auto flags = static_cast<unsigned>(format.no_ad) | static_cast<unsigned>(format.final_set) << 1U;
    for (const unsigned byte :
         {unsigned{format.best_of}, unsigned{format.tiebreak_at}, unsigned{format.tiebreak_points}, flags,
          unsigned{format.final_at}, unsigned{format.final_points}}) {
        out.push_back(static_cast<char>(byte));
    }
}

std::optional<Format> parse_format(streams::ByteReader& in) {
    Format format;
    format.best_of = in.u8();
    format.tiebreak_at = in.u8();
    format.tiebreak_points = in.u8();
    const unsigned flags = in.u8();
    format.final_at = in.u8();
    format.final_points = in.u8();
    const auto tiebreak_sane = [](std::uint8_t number) { return number >= 1 && number <= kMaxTiebreak; };
    const bool sane = (format.best_of == 3 || format.best_of == 5) && flags >> 1U <= 2U &&
                      tiebreak_sane(format.tiebreak_at) && tiebreak_sane(format.tiebreak_points) &&
                      tiebreak_sane(format.final_at) && tiebreak_sane(format.final_points);
    if (!in.ok() || !sane) return std::nullopt;
    format.no_ad = (flags & 1U) != 0;
    format.final_set = static_cast<FinalSet>(flags >> 1U);
    return format;
}

void write_format(const Format& format, JsonWriter& out) {
    out.begin_object();
    out.key("best_of").number(format.best_of);
    out.key("tiebreak_at").number(format.tiebreak_at);
    out.key("tiebreak_points").number(format.tiebreak_points);
    out.key("no_ad").boolean(format.no_ad);
    out.key("final_set").begin_object();
    out.key("kind").string(kind_name(format.final_set));
    if (format.final_set == FinalSet::kTiebreak) out.key("at").number(format.final_at);
    if (format.final_set != FinalSet::kAdvantage) out.key("points").number(format.final_points);
    out.end_object().end_object();
}

}  // namespace matchpoint::scoring::tennis
