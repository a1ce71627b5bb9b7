// Cricket as a sport: reads its events and starts its matches.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "processor/scoring/cricket/match.h"
#include "processor/scoring/cricket/moves.h"
#include "processor/scoring/fields.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring {
namespace cricket {
namespace {

constexpr std::int64_t kMaxRuns = 99;
constexpr std::int64_t kMaxTarget = 9999;

void read_target(Fields& event, InningsBegin& innings) {
    const auto object = event.object("target");
    if (!object) return;
    Fields fields(*object, "target.");
    innings.has_target = true;
    innings.target_runs = static_cast<std::uint32_t>(fields.need_integer("runs", 1, kMaxTarget));
    if (const auto overs = fields.number("overs", 0.1, 999)) {
        // 14.5 is fourteen overs and five balls, as they are written.
        innings.target_overs = static_cast<std::uint32_t>(*overs);
        innings.target_balls = static_cast<std::uint32_t>(std::lround((*overs - std::floor(*overs)) * 10));
    }
    event.adopt(std::move(fields.refusal()));
}

void read_extras(Fields& event, Ball& ball) {
    const auto object = event.object("extras");
    if (!object) return;
    Fields fields(*object, "extras.");
    for (std::size_t i = 0; i < kExtraKinds; ++i) {
        ball.extras[i] = static_cast<std::uint32_t>(fields.integer(kExtraNames[i], 0, kMaxRuns).value_or(0));
    }
    event.adopt(std::move(fields.refusal()));
}

// In the order of Dismissal.
constexpr std::array<std::string_view, 14> kDismissals = {"bowled",
                                                          "caught",
                                                          "caught and bowled",
                                                          "lbw",
                                                          "stumped",
                                                          "run out",
                                                          "hit wicket",
                                                          "obstructing the field",
                                                          "hit the ball twice",
                                                          "handled the ball",
                                                          "timed out",
                                                          "retired out",
                                                          "retired hurt",
                                                          "retired not out"};

// Words may be parted by underscores as well.
Dismissal read_kind(Fields& fields) {
    std::string kind(fields.need_text("kind"));
    std::replace(kind.begin(), kind.end(), '_', ' ');
    const auto* const found = std::find(kDismissals.begin(), kDismissals.end(), kind);
    if (found == kDismissals.end()) {
        fields.refuse("kind", fmt::format("must be one of {}", fmt::join(kDismissals, ", ")));
        return Dismissal::kBowled;
    }
    return static_cast<Dismissal>(found - kDismissals.begin());
}

void read_wickets(Fields& event, Ball& ball) {
    auto wickets = event.array("wickets");
    if (!wickets) return;
    for (auto element : *wickets) {
        simdjson::ondemand::object object;
        if (std::move(element).get_object().get(object) != simdjson::SUCCESS) {
            return event.refuse("wickets", "must be an array of objects");
        }
        if (event.refuse_twice("wickets", object)) return;
        if (ball.dismissal_count == Ball::kMaxWickets) return event.refuse("wickets", "are too many for one ball");
        Fields fields(object, "wickets.");
        static_cast<void>(fields.need_name("player_out"));
        ball.dismissals[ball.dismissal_count++] = read_kind(fields);
        event.adopt(std::move(fields.refusal()));
        if (!event.ok()) return;
    }
}

class CricketSport final : public Sport {
  public:
    [[nodiscard]] std::string_view name() const override { return "cricket"; }
    [[nodiscard]] std::string_view unit() const override { return "runs"; }

    [[nodiscard]] std::optional<Refusal> decode_start(simdjson::ondemand::object& event, Bytes& move) const override {
        Format format;
        if (auto refusal = read_format(event, format)) return refusal;
        append_format(format, move);
        return std::nullopt;
    }

    [[nodiscard]] std::unique_ptr<Match> start(const Fixture& fixture, BytesView options) const override {
        streams::ByteReader in(options);
        const auto format = parse_format(in).value_or(Format{});
        return std::make_unique<CricketMatch>(std::array{fixture.sides[0].name, fixture.sides[1].name}, format);
    }

    [[nodiscard]] std::optional<Refusal> decode(std::string_view type, simdjson::ondemand::object& event,
                                                Bytes& move) const override {
        Fields fields(event);
        if (type == "ball") return decode_ball(fields, move);
        if (type == "innings") return decode_innings(fields, move);
        return invalid("type must be innings, ball, start, end or undo in cricket");
    }

  private:
    static std::optional<Refusal> decode_ball(Fields& fields, Bytes& move) {
        Ball ball;
        ball.batter = fields.need_name("batter");
        static_cast<void>(fields.name("non_striker"));
        ball.bowler = fields.need_name("bowler");
        ball.runs = static_cast<std::uint32_t>(fields.need_integer("runs", 0, kMaxRuns));
        read_extras(fields, ball);
        read_wickets(fields, ball);
        if (!fields.ok()) return std::move(fields.refusal());
        append_move(ball, move);
        return std::nullopt;
    }

    static std::optional<Refusal> decode_innings(Fields& fields, Bytes& move) {
        InningsBegin innings;
        innings.team = fields.need_side("team");
        innings.super_over = fields.boolean("super_over").value_or(false);
        read_target(fields, innings);
        if (!fields.ok()) return std::move(fields.refusal());
        append_move(innings, move);
        return std::nullopt;
    }
};

}  // namespace
}  // namespace cricket

const Sport& cricket_sport();
const Sport& cricket_sport() {
    static const cricket::CricketSport kSport;
    return kSport;
}

}  // namespace matchpoint::scoring
