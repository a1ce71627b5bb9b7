#include "simulator/serve/match_room.h"

#include <algorithm>

#include "simulator/models/play.h"

namespace matchpoint::simulator::serve {
namespace {

replay::RecordedMatch play_requested(const std::string& match, const topics::SimulationRequest& request) {
    models::Setup setup;
    setup.id = match;
    setup.seed = request.seed.value_or(models::seed_of(match));
    setup.fixture.competition = request.competition.empty() ? "Simulations" : request.competition;
    setup.fixture.sides = request.sides;
    setup.format_json = request.format_json;
    return models::play(*request.sport, setup);
}

template <typename Playing>
bool later(const Playing& a, const Playing& b) {
    return a.due_us != b.due_us ? a.due_us > b.due_us : b.origin < a.origin;
}

}  // namespace

void MatchRoom::open(const Origin& origin) {
    Requests& requests = requests_[origin.partition];
    requests.open.insert(origin.offset);
    requests.next = streams::Offset{origin.offset.value() + 1};
}

void MatchRoom::close(const Origin& origin) {
    requests_[origin.partition].open.erase(origin.offset);
}

void MatchRoom::add(const Origin& origin, const std::string& match, const topics::SimulationRequest& request,
                    std::uint64_t played) {
    open(origin);
    if (!matches_.insert(match).second) return close(origin);
    waiting_.push_back({origin, match, request, played});
}

void MatchRoom::refuse(const Origin& origin) {
    open(origin);
    close(origin);
}

void MatchRoom::remember(const std::string& match) {
    remembered_.push_back(match);
    if (remembered_.size() <= kMaxRemembered) return;
    matches_.erase(remembered_.front());
    remembered_.pop_front();
}

void MatchRoom::begin_waiting(std::int64_t now_us) {
    while (playing_.size() < max_matches_ && !waiting_.empty()) {
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        Playing playing{.origin = next.origin, .match = play_requested(next.match, next.request)};
        if (next.played >= playing.match.size()) {
            remember(next.match);
            close(next.origin);
            continue;
        }
        playing.speed = next.request.speed;
        playing.position = static_cast<std::size_t>(next.played);
        const auto offset_ms = static_cast<double>(playing.match.offset_ms(playing.position));
        playing.due_us = now_us;
        playing.began_us = now_us - static_cast<std::int64_t>(offset_ms * 1000 / playing.speed);
        playing_.push_back(std::move(playing));
        std::push_heap(playing_.begin(), playing_.end(), later<Playing>);
    }
}

const Event* MatchRoom::next(std::int64_t now_us, Timestamp wall) {
    begin_waiting(now_us);
    if (playing_.empty() || playing_.front().due_us > now_us) return nullptr;
    std::pop_heap(playing_.begin(), playing_.end(), later<Playing>);
    Playing& playing = playing_.back();
    id_ = playing.match.id();
    event_.match = id_;
    event_.due_us = playing.due_us;
    event_.at = Timestamp{wall.value() - (now_us - playing.due_us) / 1000};
    playing.match.write(playing.position, id_, event_.at, json_);
    event_.json = json_;
    if (++playing.position < playing.match.size()) {
        const auto offset_ms = static_cast<double>(playing.match.offset_ms(playing.position));
        playing.due_us = playing.began_us + static_cast<std::int64_t>(offset_ms * 1000 / playing.speed);
        std::push_heap(playing_.begin(), playing_.end(), later<Playing>);
    } else {
        ++finished_;
        remember(id_);
        close(playing.origin);
        playing_.pop_back();
    }
    return &event_;
}

std::optional<std::int64_t> MatchRoom::next_due_us() const {
    if (!waiting_.empty() && playing_.size() < max_matches_) return 0;
    if (playing_.empty()) return std::nullopt;
    return playing_.front().due_us;
}

std::vector<Origin> MatchRoom::committable() const {
    std::vector<Origin> origins;
    for (const auto& [partition, requests] : requests_) {
        origins.push_back({partition, requests.open.empty() ? requests.next : *requests.open.begin()});
    }
    return origins;
}

void MatchRoom::drop(streams::Partition partition) {
    const auto gone = [&](const auto& match) { return match.origin.partition == partition; };
    for (const auto& waiting : waiting_) {
        if (gone(waiting)) matches_.erase(waiting.match);
    }
    for (const auto& playing : playing_) {
        if (gone(playing)) matches_.erase(playing.match.id());
    }
    std::erase_if(waiting_, gone);
    std::erase_if(playing_, gone);
    std::make_heap(playing_.begin(), playing_.end(), later<Playing>);
    requests_.erase(partition);
}

}  // namespace matchpoint::simulator::serve
