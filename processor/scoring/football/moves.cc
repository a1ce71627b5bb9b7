#include "processor/scoring/football/moves.h"

#include <limits>

namespace matchpoint::scoring::football {
namespace {

// The four bits that mean something else for each kind.
unsigned detail_of(const Happening& happening) {
    switch (happening.kind) {
        case Kind::kPeriod:
            return static_cast<unsigned>(happening.period);
        case Kind::kGoal:
            return static_cast<unsigned>(happening.own) | static_cast<unsigned>(happening.penalty) << 1U;
        case Kind::kCard:
            return static_cast<unsigned>(happening.card);
        case Kind::kKick:
            return static_cast<unsigned>(happening.scored);
        case Kind::kSubstitution:
            break;
    }
    return 0;
}

bool set_detail(Happening& happening, unsigned detail) {
    switch (happening.kind) {
        case Kind::kPeriod:
            happening.period = static_cast<Period>(detail);
            return detail <= static_cast<unsigned>(Period::kPenalties);
        case Kind::kGoal:
            happening.own = (detail & 1U) != 0;
            happening.penalty = (detail & 2U) != 0;
            return detail < 4;
        case Kind::kCard:
            happening.card = static_cast<Card>(detail);
            return detail <= static_cast<unsigned>(Card::kRed);
        case Kind::kKick:
            happening.scored = detail == 1;
            return detail <= 1;
        case Kind::kSubstitution:
            break;
    }
    return detail == 0;
}

}  // namespace

std::string_view name_of(Period period) {
    switch (period) {
        case Period::kFirstHalf:
            return "first_half";
        case Period::kHalfTime:
            return "half_time";
        case Period::kSecondHalf:
            return "second_half";
        case Period::kFullTime:
            return "full_time";
        case Period::kExtraFirst:
            return "extra_first";
        case Period::kExtraHalfTime:
            return "extra_half_time";
        case Period::kExtraSecond:
            return "extra_second";
        case Period::kPenalties:
            return "penalties";
    }
    return {};
}

void append_move(const Happening& happening, Bytes& move) {
    move.push_back(static_cast<char>(static_cast<unsigned>(happening.kind) | unsigned{happening.side} << 3U |
                                     detail_of(happening) << 4U));
    if (happening.kind == Kind::kPeriod) return;
    if (happening.kind != Kind::kKick) streams::append_varint(move, happening.minute);
    if (happening.kind == Kind::kSubstitution) {
        streams::append_string(move, happening.player);
        move.append(happening.on);
    } else {
        move.append(happening.player);
    }
}

std::optional<Happening> parse_move(BytesView move) {
    streams::ByteReader in(move);
    const unsigned head = in.u8();
    if (!in.ok() || (head & 7U) > static_cast<unsigned>(Kind::kKick)) return std::nullopt;
    Happening happening;
    happening.kind = static_cast<Kind>(head & 7U);
    happening.side = static_cast<SideIndex>(head >> 3U & 1U);
    if (!set_detail(happening, head >> 4U)) return std::nullopt;
    if (happening.kind == Kind::kPeriod) return happening;
    if (happening.kind != Kind::kKick) {
        const auto minute = in.varint();
        if (minute > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        happening.minute = static_cast<std::uint32_t>(minute);
    }
    if (happening.kind == Kind::kSubstitution) {
        happening.player = in.string();
        happening.on = in.rest();
        if (happening.on.empty()) return std::nullopt;
    } else {
        happening.player = in.rest();
    }
    if (!in.ok() || happening.player.empty()) return std::nullopt;
    return happening;
}

}  // namespace matchpoint::scoring::football
