#include "http/log/ranking.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "http/log/record.h"

namespace matchpoint::http {
namespace {

// Orders a score against entries, so that equals are found by score alone.
struct ScoreBetter {
    bool operator()(const Standing& standing, std::int64_t score) const { return standing.score > score; }
    bool operator()(std::int64_t score, const Standing& standing) const { return score > standing.score; }
};

}  // namespace

bool Ranking::Better::operator()(const Standing& a, const Standing& b) const {
    return std::tie(b.score, a.at, a.player, a.key) < std::tie(a.score, b.at, b.player, b.key);
}

std::size_t Ranking::place_of(const Standing& standing) const {
    const auto& places = board_.get<ByPlace>();
    return places.rank(places.lower_bound(standing));
}

std::size_t Ranking::put(const Standing& standing) {
    auto& keys = board_.get<ByKey>();
    const auto found = keys.find(standing.key);
    if (found == keys.end()) {
        board_.insert(standing);
        return place_of(standing);
    }
    if (*found == standing) return kNothing;
    const std::size_t before = place_of(*found);
    keys.replace(found, standing);
    return std::min(before, place_of(standing));
}

std::size_t Ranking::remove(std::string_view key) {
    auto& keys = board_.get<ByKey>();
    const auto found = keys.find(std::string(key));
    if (found == keys.end()) return kNothing;
    const std::size_t before = place_of(*found);
    keys.erase(found);
    return before;
}

std::size_t Ranking::rank_of(std::int64_t score) const {
    const auto& places = board_.get<ByPlace>();
    return places.rank(places.lower_bound(score, ScoreBetter{})) + 1;
}

std::string Ranking::json(std::size_t first, std::size_t count) const {
    const auto& places = board_.get<ByPlace>();
    std::string out = "[";
    std::size_t rank = 0;
    std::size_t place = first;
    const Standing* before = nullptr;
    for (auto it = places.nth(first); it != places.end() && count > 0; ++it, ++place, --count) {
        if (before == nullptr) {
            rank = rank_of(it->score);
        } else if (before->score != it->score) {
            rank = place + 1;
        }
        fmt::format_to(std::back_inserter(out),
                       R"({}{{"rank":{},"player":{},"score":{},"unit":{},"match":{},"at":{}}})", before ? "," : "",
                       rank, json_string(it->player), it->score, json_string(it->unit), json_string(it->match), it->at);
        before = &*it;
    }
    out.push_back(']');
    return out;
}

std::vector<Standing> Ranking::top(std::size_t count) const {
    std::vector<Standing> standings;
    for (const Standing& standing : board_.get<ByPlace>()) {
        if (standings.size() == count) break;
        standings.push_back(standing);
    }
    return standings;
}

}  // namespace matchpoint::http
