// Tennis as a sport: reads its events and starts its matches.
#include "processor/scoring/fields.h"
#include "processor/scoring/sport.h"
#include "processor/scoring/tennis/match.h"
#include "processor/scoring/tennis/point.h"

namespace matchpoint::scoring {
namespace tennis {
namespace {

class TennisSport final : public Sport {
  public:
    [[nodiscard]] std::string_view name() const override { return "tennis"; }
    [[nodiscard]] std::string_view unit() const override { return "points"; }

    // The format's bytes, then the server: 0 none named, 1, 2.
    [[nodiscard]] std::optional<Refusal> decode_start(simdjson::ondemand::object& event, Bytes& move) const override {
        Format format;
        if (auto refusal = read_format(event, format)) return refusal;
        Fields fields(event);
        const auto server = fields.integer("server", 1, 2);
        if (!fields.ok()) return std::move(fields.refusal());
        append_format(format, move);
        move.push_back(static_cast<char>(server.value_or(0)));
        return std::nullopt;
    }

    [[nodiscard]] std::unique_ptr<Match> start(const Fixture& fixture, BytesView options) const override {
        streams::ByteReader in(options);
        const auto format = parse_format(in).value_or(Format{});
        const auto server = in.u8();
        std::optional<SideIndex> first_server;
        if (server == 1 || server == 2) first_server = static_cast<SideIndex>(server - 1);
        return std::make_unique<TennisMatch>(std::array{fixture.sides[0].name, fixture.sides[1].name}, format,
                                             first_server);
    }

    [[nodiscard]] std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                Bytes& move) const override {
        if (type != "point") return invalid("type must be point, start, end or undo in tennis");
        Fields fields(event);
        Point point;
        point.winner = fields.need_side("winner");
        point.server = fields.side("server");
        if (const auto how = fields.choice(
                "how", {"ace", "service_winner", "winner", "forced_error", "unforced_error", "double_fault"})) {
            point.how = static_cast<How>(*how + 1);
        }
        if (!fields.ok()) return std::move(fields.refusal());
        move.push_back(pack(point));
        return std::nullopt;
    }
};

}  // namespace
}  // namespace tennis

const Sport& tennis_sport();
const Sport& tennis_sport() {
    static const tennis::TennisSport kSport;
    return kSport;
}

}  // namespace matchpoint::scoring
