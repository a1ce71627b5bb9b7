// Basketball as a sport: reads its events and starts its matches.
#include "processor/scoring/basketball/match.h"
#include "processor/scoring/basketball/moves.h"
#include "processor/scoring/fields.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring {
namespace basketball {
namespace {

constexpr std::uint8_t kQuarters = 4;
constexpr std::int64_t kMaxPeriod = 99;

class BasketballSport final : public Sport {
  public:
    [[nodiscard]] std::string_view name() const override { return "basketball"; }
    [[nodiscard]] std::string_view unit() const override { return "points"; }

    // One byte: the periods of regular time.
    [[nodiscard]] std::optional<Refusal> decode_start(simdjson::ondemand::object& event, Bytes& move) const override {
        Fields event_fields(event);
        std::int64_t periods = kQuarters;
        if (const auto object = event_fields.object("format")) {
            Fields fields(*object, "format.");
            periods = fields.integer("periods", 1, 8).value_or(kQuarters);
            event_fields.adopt(std::move(fields.refusal()));
        }
        if (!event_fields.ok()) return std::move(event_fields.refusal());
        move.push_back(static_cast<char>(periods));
        return std::nullopt;
    }

    [[nodiscard]] std::unique_ptr<Match> start(const Fixture& /*fixture*/, BytesView options) const override {
        streams::ByteReader in(options);
        const auto periods = in.u8();
        return std::make_unique<BasketballMatch>(in.ok() && periods > 0 ? periods : kQuarters);
    }

    [[nodiscard]] std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                Bytes& move) const override {
        Fields fields(event);
        Happening happening;
        if (type == "period") {
            happening.kind = Kind::kPeriod;
            happening.period = static_cast<std::uint32_t>(fields.need_integer("period", 1, kMaxPeriod));
        } else if (type == "basket" || type == "foul") {
            happening.kind = type == "basket" ? Kind::kBasket : Kind::kFoul;
            happening.side = fields.need_side("team");
            happening.player = fields.need_name("player");
            if (type == "basket") happening.points = static_cast<std::uint8_t>(fields.need_integer("points", 1, 3));
        } else {
            return invalid("type must be basket, foul, period, start, end or undo in basketball");
        }
        if (!fields.ok()) return std::move(fields.refusal());
        append_move(happening, move);
        return std::nullopt;
    }
};

}  // namespace
}  // namespace basketball

const Sport& basketball_sport();
const Sport& basketball_sport() {
    static const basketball::BasketballSport kSport;
    return kSport;
}

}  // namespace matchpoint::scoring
