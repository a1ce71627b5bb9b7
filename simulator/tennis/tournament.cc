#include "simulator/tennis/tournament.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "simulator/base36.h"
#include "topics/score_event_writer.h"

namespace matchpoint::simulator::tennis {
namespace {

constexpr std::string_view kSport = "tennis";
// A tour has at least this many players, as the main draw of a grand slam.
constexpr std::uint32_t kSmallestField = 128;
// Players for each match at once: two on court and two who may come next.
constexpr std::uint32_t kPlayersAMatch = 4;
// Between the last point of a match and the start of the next on that court.
constexpr Gap kBetweenMatches = 5;
// The first matches begin spread over this time.
constexpr Gap kFirstStarts = 2;

std::string year_of(Timestamp at) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{at.value()}};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return fmt::format("{}", static_cast<int>(day.year()));
}

scoring::Winner winner_of(SideIndex side) {
    return side == 0 ? scoring::Winner::kSide1 : scoring::Winner::kSide2;
}

}  // namespace

std::uint32_t max_matches() {
    return static_cast<std::uint32_t>(max_players()) / kPlayersAMatch;
}

Tournament::Tournament(const Settings& settings)
    : settings_(settings),
      format_json_(fmt::format(R"({{"best_of":{}}})", settings.best_of)),
      id_prefix_(fmt::format("tennis-{}-{}-", base36(settings.seed),
                             base36(static_cast<std::uint64_t>(settings.start_at.value())))),
      year_(year_of(settings.start_at)),
      random_(settings.seed) {
    format_.best_of = settings.best_of;
    if (settings.tours != Tours::kWomen) field(Tour::kMen) = make_field(Tour::kMen);
    if (settings.tours != Tours::kMen) field(Tour::kWomen) = make_field(Tour::kWomen);
    const auto courts =
        settings.total_matches ? std::min<std::uint64_t>(*settings.total_matches, settings.matches) : settings.matches;
    courts_.resize(static_cast<std::size_t>(courts));
    planned_ = courts;
    due_.reserve(courts_.size());
    for (std::uint32_t court = 0; court < courts_.size(); ++court) {
        due_.push_back({scaled(kFirstStarts * random_.uniform()), court});
    }
    std::make_heap(due_.begin(), due_.end());
}

Tournament::Field Tournament::make_field(Tour tour) const {
    Field field;
    const std::uint32_t size = std::max(kSmallestField, settings_.matches * kPlayersAMatch);
    for (std::uint32_t index = 0; index < size; ++index) {
        field.players.push_back(make_player(tour, index));
        field.free.push_back(index);
    }
    return field;
}

std::int64_t Tournament::scaled(Gap gap) const {
    return static_cast<std::int64_t>(static_cast<double>(settings_.gap_us) * gap);
}

const Event* Tournament::next() {
    if (due_.empty()) return nullptr;
    std::pop_heap(due_.begin(), due_.end());
    Due& due = due_.back();
    Court& court = courts_[due.court];
    const Timestamp at{settings_.start_at.value() + due.at_us / 1000};
    event_.due_us = due.at_us;
    event_.at = at;
    if (const auto until_next = advance(court, at)) {
        due.at_us += *until_next;
        std::push_heap(due_.begin(), due_.end());
    } else {
        due_.pop_back();
    }
    event_.match = court.id;
    event_.json = json_;
    return &event_;
}

std::optional<std::int64_t> Tournament::advance(Court& court, Timestamp at) {
    if (!court.model || court.model->over()) {
        begin_match(court, at);
        return scaled(court.model->gap());
    }
    const topics::Envelope envelope{.match = court.id, .seq = ++court.seq, .at = at, .sport = kSport};
    MatchModel& model = *court.model;
    if (const auto loser = model.retires()) {
        write_event(envelope,
                    topics::EndEvent{.reason = scoring::EndReason::kRetired,
                                     .winner = winner_of(scoring::tennis::other(*loser))},
                    json_);
    } else {
        const PlayedPoint point = model.play();
        write_event(envelope,
                    topics::TennisPoint{.winner = point.winner + 1, .server = point.server + 1, .how = point.how},
                    json_);
    }
    if (!model.over()) return scaled(model.gap());
    end_match();
    if (settings_.total_matches && planned_ == *settings_.total_matches) return std::nullopt;
    ++planned_;
    return scaled(kBetweenMatches);
}

void Tournament::begin_match(Court& court, Timestamp at) {
    const bool first_match = !court.model;
    const Tour old_tour = court.tour;
    const auto old_players = court.players;
    if (settings_.tours == Tours::kMixed) {
        court.tour = random_.chance(0.5) ? Tour::kWomen : Tour::kMen;
    } else {
        court.tour = settings_.tours == Tours::kMen ? Tour::kMen : Tour::kWomen;
    }
    // Drawn before those who just played are free again, so that they rest.
    Field& players = field(court.tour);
    court.players = {draw_player(players), draw_player(players)};
    if (!first_match) field(old_tour).free.insert(field(old_tour).free.end(), old_players.begin(), old_players.end());

    ++begun_;
    ++live_;
    court.id = fmt::format("{}{}", id_prefix_, begun_);
    court.seq = 1;
    const Player& first = players.players[court.players[0]];
    const Player& second = players.players[court.players[1]];
    court.model.emplace(court.tour, first, second, format_, Random(settings_.seed, begun_));
    topics::StartEvent start;
    start.fixture.competition =
        fmt::format("Matchpoint Open {}, {}'s singles", year_, court.tour == Tour::kMen ? "men" : "women");
    start.fixture.sides[0].name = first.name;
    start.fixture.sides[1].name = second.name;
    start.format_json = format_json_;
    start.server = court.model->first_server() + 1;
    write_event({.match = court.id, .seq = court.seq, .at = at, .sport = kSport}, start, json_);
}

void Tournament::end_match() {
    --live_;
    ++finished_;
}

std::uint32_t Tournament::draw_player(Field& field) {
    const auto chosen = static_cast<std::size_t>(random_.below(field.free.size()));
    const std::uint32_t player = field.free[chosen];
    field.free[chosen] = field.free.back();
    field.free.pop_back();
    return player;
}

}  // namespace matchpoint::simulator::tennis
