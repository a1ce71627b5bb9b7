// Football as a sport: reads its events and starts its matches.
#include "processor/scoring/fields.h"
#include "processor/scoring/football/match.h"
#include "processor/scoring/football/moves.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring {
namespace football {
namespace {

constexpr std::int64_t kMaxMinute = 200;
constexpr std::int64_t kMaxAddedMinutes = 90;

std::uint32_t need_minute(Fields& fields) {
    return static_cast<std::uint32_t>(fields.need_integer("minute", 0, kMaxMinute));
}

void read_goal(Fields& fields, Happening& happening) {
    happening.kind = Kind::kGoal;
    happening.side = fields.need_side("team");
    happening.player = fields.need_name("player");
    happening.minute = need_minute(fields);
    static_cast<void>(fields.integer("offset", 0, kMaxAddedMinutes));  // must be sound; the score does not show it
    happening.own = fields.boolean("own").value_or(false);
    happening.penalty = fields.boolean("penalty").value_or(false);
    if (happening.own && happening.penalty) fields.refuse("own", "and penalty cannot both be true");
}

void read_card(Fields& fields, Happening& happening) {
    happening.kind = Kind::kCard;
    happening.side = fields.need_side("team");
    happening.player = fields.need_name("player");
    happening.card = static_cast<Card>(fields.need_choice("card", {"yellow", "second_yellow", "red"}));
    happening.minute = need_minute(fields);
}

void read_substitution(Fields& fields, Happening& happening) {
    happening.kind = Kind::kSubstitution;
    happening.side = fields.need_side("team");
    happening.player = fields.need_name("off");
    happening.on = fields.need_name("on");
    happening.minute = need_minute(fields);
}

void read_kick(Fields& fields, Happening& happening) {
    happening.kind = Kind::kKick;
    happening.side = fields.need_side("team");
    happening.player = fields.need_name("player");
    const auto scored = fields.boolean("scored");
    if (!scored) fields.refuse("scored", "is missing");
    happening.scored = scored.value_or(false);
}

void read_period(Fields& fields, Happening& happening) {
    happening.period = static_cast<Period>(
        fields.need_choice("period", {"first_half", "half_time", "second_half", "full_time", "extra_first",
                                      "extra_half_time", "extra_second", "penalties"}));
}

class FootballSport final : public Sport {
  public:
    [[nodiscard]] std::string_view name() const override { return "football"; }
    [[nodiscard]] std::string_view unit() const override { return "goals"; }

    // Football has no options.
    [[nodiscard]] std::optional<Refusal> decode_start(simdjson::ondemand::object& event,
                                                      Bytes& /*move*/) const override {
        Fields fields(event);
        static_cast<void>(fields.object("format"));
        return std::move(fields.refusal());
    }

    [[nodiscard]] std::unique_ptr<Match> start(const Fixture& /*fixture*/, BytesView /*options*/) const override {
        return std::make_unique<FootballMatch>();
    }

    [[nodiscard]] std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                Bytes& move) const override {
        Fields fields(event);
        Happening happening;
        if (type == "goal") {
            read_goal(fields, happening);
        } else if (type == "period") {
            read_period(fields, happening);
        } else if (type == "card") {
            read_card(fields, happening);
        } else if (type == "substitution") {
            read_substitution(fields, happening);
        } else if (type == "kick") {
            read_kick(fields, happening);
        } else {
            return invalid("type must be period, goal, card, substitution, kick, start, end or undo in football");
        }
        if (!fields.ok()) return std::move(fields.refusal());
        append_move(happening, move);
        return std::nullopt;
    }
};

}  // namespace
}  // namespace football

const Sport& football_sport();
const Sport& football_sport() {
    static const football::FootballSport kSport;
    return kSport;
}

}  // namespace matchpoint::scoring
