#include "processor/scoring/arcade/match.h"

#include <algorithm>
#include <limits>

#include "processor/scoring/refusal.h"

namespace matchpoint::scoring::arcade {

void append_play(std::string_view player, std::uint64_t score, Bytes& move) {
    streams::append_varint(move, score);
    move.append(player);
}

std::optional<Refusal> ArcadeMatch::apply(BytesView move, Timestamp at) {
    streams::ByteReader in(move);
    const auto number = in.varint();
    const auto player = in.rest();
    const bool fits = number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!in.ok() || player.empty() || !fits) return invalid("not a play of an arcade game");
    const auto score = static_cast<std::int64_t>(number);
    auto found = index_.find(player);
    if (found == index_.end()) {
        found = index_.emplace(std::string(player), static_cast<std::uint32_t>(records_.size())).first;
        records_.push_back({std::string(player), -1, at, 0});
    }
    last_ = found->second;
    ++plays_;
    if (score <= records_[last_].score) return std::nullopt;
    records_[last_].score = score;
    records_[last_].at = at;
    records_[last_].play = plays_;
    rank(last_);
    return std::nullopt;
}

bool ArcadeMatch::is_better(std::uint32_t left, std::uint32_t right) const {
    const auto& a = records_[left];
    const auto& b = records_[right];
    return a.score != b.score ? a.score > b.score : a.play < b.play;
}

void ArcadeMatch::rank(std::uint32_t record) {
    const auto here = std::find(best_.begin(), best_.end(), record);
    if (here != best_.end()) best_.erase(here);
    const auto place = std::find_if(best_.begin(), best_.end(), [&](auto other) { return is_better(record, other); });
    best_.insert(place, record);
    if (best_.size() > kShown) best_.pop_back();
}

std::optional<Refusal> ArcadeMatch::end(EndReason /*reason*/, Winner /*winner*/) {
    return invalid("type must not be end: an arcade game never ends");
}

void ArcadeMatch::write_format(JsonWriter& out) const {
    out.begin_object().end_object();
}

void ArcadeMatch::write_score(JsonWriter& out) const {
    out.begin_object().key("best").begin_array();
    for (const auto index : best_) {
        out.begin_object().key("player").string(records_[index].player);
        out.key("score").number(records_[index].score).end_object();
    }
    out.end_array().key("plays").number(plays_).end_object();
}

void ArcadeMatch::write_stats(JsonWriter& out) const {
    out.begin_array().end_array();
}

void ArcadeMatch::append_summary(std::string& out) const {
    if (best_.empty()) return;
    const auto& first = records_[best_.front()];
    out.append(first.player).append(" ").append(std::to_string(first.score));
}

void ArcadeMatch::append_tally(std::uint32_t record, std::vector<Tally>& out) const {
    const auto& [player, score, at, play] = records_[record];
    if (score > 0) out.push_back({player, score, at});
}

void ArcadeMatch::changed_tallies(std::vector<Tally>& out) const {
    if (plays_ > 0) append_tally(last_, out);
}

void ArcadeMatch::all_tallies(std::vector<Tally>& out) const {
    for (std::uint32_t i = 0; i < records_.size(); ++i) append_tally(i, out);
}

std::unique_ptr<Match> ArcadeMatch::clone() const {
    return std::make_unique<ArcadeMatch>(*this);
}

}  // namespace matchpoint::scoring::arcade
