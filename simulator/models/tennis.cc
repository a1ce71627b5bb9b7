// Tennis: the point model of tennis/match_model.h, played out.
#include <fmt/format.h>

#include "processor/scoring/outcome.h"
#include "processor/scoring/tennis/format.h"
#include "simulator/models/play.h"
#include "simulator/tennis/match_model.h"

namespace matchpoint::simulator::models {
namespace {

// From one point to the next, rests included: matches of best of three last a hundred minutes and have 155 points.
constexpr double kGapMs = 39'000;
constexpr std::size_t kField = 128;

scoring::tennis::Format read_format(const std::string& format_json) {
    scoring::tennis::Format format;
    if (format_json.empty()) return format;
    simdjson::ondemand::parser parser;
    const simdjson::padded_string json(fmt::format(R"({{"format":{}}})", format_json));
    simdjson::ondemand::document document;
    simdjson::ondemand::object event;
    if (parser.iterate(json).get(document) == simdjson::SUCCESS &&
        document.get_object().get(event) == simdjson::SUCCESS) {
        static_cast<void>(scoring::tennis::read_format(event, format));
    }
    return format;
}

// A name that somebody chose has the strengths that follow from it.
tennis::Player named(const std::string& name) {
    Random random(seed_of(name));
    return {.name = name,
            .serve = random.normal(),
            .returning = random.normal(),
            .ace = random.normal(),
            .double_fault = random.normal()};
}

}  // namespace

RecordedMatch play_tennis(const Setup& setup) {
    Random draw(setup.seed, 1);
    const auto tour = draw.chance(0.5) ? tennis::Tour::kMen : tennis::Tour::kWomen;
    const auto one = static_cast<std::size_t>(draw.below(kField));
    const std::size_t two = (one + 1 + static_cast<std::size_t>(draw.below(kField - 1))) % kField;
    std::array<tennis::Player, 2> players{tennis::make_player(tour, one), tennis::make_player(tour, two)};
    topics::StartEvent start;
    start.fixture = setup.fixture;
    start.format_json = setup.format_json;
    for (std::size_t side = 0; side < 2; ++side) {
        std::string& name = start.fixture.sides[side].name;
        if (name.empty()) {
            name = players[side].name;
        } else {
            players[side] = named(name);
        }
    }
    tennis::MatchModel model(tour, players[0], players[1], read_format(setup.format_json), Random(setup.seed));
    start.server = model.first_server() + 1;

    RecordedMatch match(setup.id, "tennis");
    match.add(0, start);
    double clock_ms = 0;
    while (!model.over()) {
        clock_ms += kGapMs * model.gap();
        const auto at = static_cast<std::int64_t>(clock_ms);
        if (const auto loser = model.retires()) {
            const auto winner = scoring::winner_of(scoring::tennis::other(*loser));
            match.add(at, topics::EndEvent{.reason = scoring::EndReason::kRetired, .winner = winner});
            break;
        }
        const auto point = model.play();
        match.add(at, topics::TennisPoint{.winner = point.winner + 1, .server = point.server + 1, .how = point.how});
    }
    return match;
}

}  // namespace matchpoint::simulator::models
