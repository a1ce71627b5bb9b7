// Arcade as a sport: `{"type":"score","player":"ana","score":4200}`, and nothing else.
#include "processor/scoring/arcade/match.h"
#include "processor/scoring/fields.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring {
namespace arcade {
namespace {

// What a double holds exactly, and so what every JSON reader agrees on.
constexpr std::int64_t kMaxScore = 9'007'199'254'740'991;

class ArcadeSport final : public Sport {
  public:
    [[nodiscard]] std::string_view name() const override { return "arcade"; }
    [[nodiscard]] std::string_view unit() const override { return "points"; }
    [[nodiscard]] bool needs_start() const override { return false; }

    [[nodiscard]] std::optional<Refusal> decode_start(simdjson::ondemand::object& /*event*/,
                                                      Bytes& /*move*/) const override {
        return std::nullopt;
    }

    [[nodiscard]] std::unique_ptr<Match> start(const Fixture& /*fixture*/, BytesView /*options*/) const override {
        return std::make_unique<ArcadeMatch>();
    }

    [[nodiscard]] std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                Bytes& move) const override {
        if (type != "score") return invalid("type must be score or undo in arcade");
        Fields fields(event);
        const auto player = fields.need_name("player");
        const auto score = fields.need_integer("score", 0, kMaxScore);
        if (!fields.ok()) return std::move(fields.refusal());
        append_play(player, static_cast<std::uint64_t>(score), move);
        return std::nullopt;
    }
};

}  // namespace
}  // namespace arcade

const Sport& arcade_sport();
const Sport& arcade_sport() {
    static const arcade::ArcadeSport kSport;
    return kSport;
}

}  // namespace matchpoint::scoring
