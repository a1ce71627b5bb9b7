#include "processor/scoring/player_book.h"

namespace matchpoint::scoring {

void PlayerBook::add(SideIndex side, std::string_view player, std::int64_t amount, Timestamp at) {
    auto& index = index_[side];
    auto found = index.find(player);
    if (found == index.end()) {
        found = index.emplace(std::string(player), entries_.size()).first;
        entries_.push_back({side, std::string(player), 0, at});
    }
    last_ = found->second;
    if (amount == 0) return;
    entries_[last_].total += amount;
    entries_[last_].at = at;
}

const PlayerBook::Entry* PlayerBook::find(SideIndex side, std::string_view player) const {
    const auto found = index_[side].find(player);
    return found == index_[side].end() ? nullptr : &entries_[found->second];
}

std::int64_t PlayerBook::total(SideIndex side, std::string_view player) const {
    const auto* entry = find(side, player);
    return entry == nullptr ? 0 : entry->total;
}

void PlayerBook::append_tally(const Entry& entry, std::vector<Tally>& out) const {
    const auto* namesake = find(static_cast<SideIndex>(1 - entry.side), entry.player);
    const bool second =
        namesake != nullptr && (namesake->total > entry.total || (namesake->total == entry.total && entry.side == 1));
    const Entry& better = second ? *namesake : entry;
    if (better.total > 0) out.push_back({better.player, better.total, better.at});
}

void PlayerBook::changed_tallies(std::vector<Tally>& out) const {
    if (last_ != kNobody) append_tally(entries_[last_], out);
}

void PlayerBook::all_tallies(std::vector<Tally>& out) const {
    for (const auto& entry : entries_) {
        // A name on both sides is told once, by side 1's entry.
        if (entry.side == 1 && find(0, entry.player) != nullptr) continue;
        append_tally(entry, out);
    }
}

}  // namespace matchpoint::scoring
