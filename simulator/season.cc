#include "simulator/season.h"

#include <algorithm>

#include <fmt/format.h>

#include "simulator/base36.h"
#include "simulator/models/clubs.h"
#include "simulator/models/play.h"

namespace matchpoint::simulator {
namespace {

constexpr std::size_t kFewestClubs = 20;
constexpr std::size_t kClubsAMatch = 4;  // two who play and two who may come next
constexpr double kBetweenMatches = 5;    // in mean gaps
constexpr double kFirstStarts = 2;

}  // namespace

Season::Season(SeasonSettings settings)
    : settings_(std::move(settings)),
      random_(settings_.seed),
      id_suffix_(fmt::format("{}-{}-", base36(settings_.seed),
                             base36(static_cast<std::uint64_t>(settings_.start_at.value())))) {
    const std::size_t clubs = std::max(kFewestClubs, settings_.matches * kClubsAMatch);
    for (std::size_t club = 0; club < clubs; ++club) free_clubs_.push_back(club);
    planned_ = std::min<std::uint64_t>(settings_.total_matches.value_or(settings_.matches), settings_.matches);
    courts_.resize(static_cast<std::size_t>(planned_));
    for (std::uint32_t court = 0; court < courts_.size(); ++court) {
        const double delay = static_cast<double>(settings_.gap_us) * kFirstStarts * random_.uniform();
        due_.push_back({static_cast<std::int64_t>(delay), court});
    }
    std::make_heap(due_.begin(), due_.end());
}

const Event* Season::next() {
    if (due_.empty()) return nullptr;
    std::pop_heap(due_.begin(), due_.end());
    Due& due = due_.back();
    Court& court = courts_[due.court];
    event_.due_us = due.at_us;
    event_.at = Timestamp{settings_.start_at.value() + due.at_us / 1000};
    const auto until_next = advance(court, event_.at);
    event_.match = court.match->id();
    event_.json = json_;
    if (until_next) {
        due.at_us += *until_next;
        std::push_heap(due_.begin(), due_.end());
    } else {
        due_.pop_back();
    }
    return &event_;
}

std::optional<std::int64_t> Season::advance(Court& court, Timestamp at) {
    if (!court.match || court.position == court.match->size()) begin_match(court);
    const auto& match = *court.match;
    const std::size_t index = court.position++;
    match.write(index, match.id(), at, json_);
    if (court.position < match.size()) {
        const auto passed = static_cast<double>(match.offset_ms(court.position) - match.offset_ms(index));
        return static_cast<std::int64_t>(passed * court.us_per_ms);
    }
    --live_;
    ++finished_;
    if (settings_.total_matches && planned_ == *settings_.total_matches) return std::nullopt;
    ++planned_;
    return static_cast<std::int64_t>(static_cast<double>(settings_.gap_us) * kBetweenMatches);
}

void Season::begin_match(Court& court) {
    const bool first = !court.match;
    const auto old_clubs = court.clubs;
    // Drawn before those who just played are free again, so that they rest.
    court.clubs = {draw_club(), draw_club()};
    if (!first) free_clubs_.insert(free_clubs_.end(), old_clubs.begin(), old_clubs.end());
    const scoring::Sport& sport = *settings_.sports[begun_ % settings_.sports.size()];
    ++begun_;
    ++live_;
    models::Setup setup;
    setup.id = fmt::format("{}-{}{}", sport.name(), id_suffix_, begun_);
    setup.seed = Random(settings_.seed, begun_).bits();
    if (sport.name() != "tennis" && sport.needs_start()) {
        setup.fixture.sides[0].name = models::club_name(sport.name(), court.clubs[0]);
        setup.fixture.sides[1].name = models::club_name(sport.name(), court.clubs[1]);
    }
    setup.fixture.competition = fmt::format("Matchpoint League, {}", sport.name());
    court.match = models::play(sport, setup);
    court.position = 0;
    const std::size_t last = court.match->size() - 1;
    const double mean_ms = static_cast<double>(court.match->offset_ms(last)) / static_cast<double>(last);
    court.us_per_ms = static_cast<double>(settings_.gap_us) / mean_ms;
}

std::size_t Season::draw_club() {
    const auto chosen = static_cast<std::size_t>(random_.below(free_clubs_.size()));
    const std::size_t club = free_clubs_[chosen];
    free_clubs_[chosen] = free_clubs_.back();
    free_clubs_.pop_back();
    return club;
}

}  // namespace matchpoint::simulator
