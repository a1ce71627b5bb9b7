#include "processor/scoring/basketball/moves.h"

#include <limits>

namespace matchpoint::scoring::basketball {

void append_move(const Happening& happening, Bytes& move) {
    move.push_back(static_cast<char>(static_cast<unsigned>(happening.kind) | unsigned{happening.side} << 2U |
                                     unsigned{happening.points} << 3U));
    if (happening.kind == Kind::kPeriod) {
        streams::append_varint(move, happening.period);
    } else {
        move.append(happening.player);
    }
}

std::optional<Happening> parse_move(BytesView move) {
    streams::ByteReader in(move);
    const unsigned head = in.u8();
    if (!in.ok() || (head & 3U) > static_cast<unsigned>(Kind::kPeriod) || head > 0x3fU) return std::nullopt;
    Happening happening;
    happening.kind = static_cast<Kind>(head & 3U);
    happening.side = static_cast<SideIndex>(head >> 2U & 1U);
    happening.points = static_cast<std::uint8_t>(head >> 3U);
    if (happening.kind == Kind::kPeriod) {
        const auto period = in.varint();
        if (!in.ok() || period > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        happening.period = static_cast<std::uint32_t>(period);
        return happening;
    }
    happening.player = in.rest();
    const bool scores = happening.kind == Kind::kBasket;
    if (happening.player.empty() || (scores && (happening.points < 1 || happening.points > 3))) return std::nullopt;
    return happening;
}

}  // namespace matchpoint::scoring::basketball
