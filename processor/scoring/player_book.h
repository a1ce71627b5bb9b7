// What each player has made in a match: a running total and when it was reached. Players are told apart by side and
// name; as a tally two of one name are one player, with the better of their totals. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring {

class PlayerBook {
  public:
    void add(SideIndex side, std::string_view player, std::int64_t amount, Timestamp at);
    // Nobody's total changed with the last event.
    void add_nothing() { last_ = kNobody; }
    [[nodiscard]] std::int64_t total(SideIndex side, std::string_view player) const;

    // As Match has them.
    void changed_tallies(std::vector<Tally>& out) const;
    void all_tallies(std::vector<Tally>& out) const;

  private:
    struct Entry {
        SideIndex side;
        std::string player;
        std::int64_t total;
        Timestamp at;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;
    static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

    [[nodiscard]] const Entry* find(SideIndex side, std::string_view player) const;
    void append_tally(const Entry& entry, std::vector<Tally>& out) const;

    std::vector<Entry> entries_;
    std::array<Index, 2> index_;
    std::size_t last_ = kNobody;
};

}  // namespace matchpoint::scoring
