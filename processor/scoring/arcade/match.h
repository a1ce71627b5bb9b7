// An arcade game: the best score of each player. It needs no start and never ends. Its state grows with the number of
// players. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::arcade {

// A move: the score (varint), then the player's name to the end.
void append_play(std::string_view player, std::uint64_t score, Bytes& move);

class ArcadeMatch final : public Match {
  public:
    [[nodiscard]] std::optional<Refusal> apply(BytesView move, Timestamp at) override;
    [[nodiscard]] std::optional<Refusal> end(EndReason reason, Winner winner) override;
    [[nodiscard]] Status status() const override { return Status::kLive; }
    [[nodiscard]] Winner winner() const override { return Winner::kNone; }
    void write_format(JsonWriter& out) const override;
    void write_score(JsonWriter& out) const override;
    void write_stats(JsonWriter& out) const override;
    void append_summary(std::string& out) const override;
    void changed_tallies(std::vector<Tally>& out) const override;
    void all_tallies(std::vector<Tally>& out) const override;
    [[nodiscard]] std::unique_ptr<Match> clone() const override;

  private:
    static constexpr std::size_t kShown = 10;
    struct Record {
        std::string player;
        std::int64_t score;
        Timestamp at;
        std::uint64_t play;  // the how-manieth play of the game made it
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    // Brings the record into `best_`, or up within it.
    void rank(std::uint32_t record);
    [[nodiscard]] bool is_better(std::uint32_t left, std::uint32_t right) const;
    void append_tally(std::uint32_t record, std::vector<Tally>& out) const;

    std::vector<Record> records_;
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
    std::vector<std::uint32_t> best_;  // at most kShown records, the best first
    std::uint64_t plays_ = 0;
    std::uint32_t last_ = 0;
};

}  // namespace matchpoint::scoring::arcade
