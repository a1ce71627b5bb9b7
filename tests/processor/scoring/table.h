// A scorer's table for tests: takes events as JSON text, sends them through a sport's decoder and its match the way the
// processor does, keeps the moves, and gives back what the match writes, parsed by another JSON library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring {

class Table {
  public:
    // `start` holds the sport's own fields of the start event, such as {"format":{…},"server":1}. Throws if refused.
    explicit Table(std::string_view sport, std::string_view start = "{}", std::string side1 = "Ada",
                   std::string side2 = "Bo");

    // `event` with its "type". An `undo` folds the moves but the last; it needs one.
    std::optional<Refusal> play(const std::string& event);
    // Plays and throws if refused.
    void must(const std::string& event);
    std::optional<Refusal> end(EndReason reason, Winner winner) { return match_->end(reason, winner); }
    // Applies a move as it is stored; kept when it is accepted.
    std::optional<Refusal> apply(const Bytes& move);
    // The state after the moves but the last.
    void undo();

    [[nodiscard]] Match& match() const { return *match_; }
    [[nodiscard]] const std::vector<Bytes>& moves() const { return moves_; }
    [[nodiscard]] nlohmann::json format() const;
    [[nodiscard]] nlohmann::json score() const;
    [[nodiscard]] nlohmann::json stats() const;
    [[nodiscard]] std::string summary() const;
    // All that the match shows, to compare two of them.
    [[nodiscard]] nlohmann::json state() const;

    // Decodes one event; the refusal, or the move.
    static std::optional<Refusal> decode(const Sport& sport, const std::string& event, Bytes& move);
    static std::optional<Refusal> decode_start(const Sport& sport, const std::string& event, Bytes& move);

  private:
    void restart();
    [[nodiscard]] Timestamp next_at() const;

    const Sport& sport_;
    Fixture fixture_;
    Bytes options_;
    std::vector<Bytes> moves_;
    std::unique_ptr<Match> match_;
};

// The kind of the refusal, or nothing: for comparisons that print.
[[nodiscard]] std::string kind_of(const std::optional<Refusal>& refusal);

}  // namespace matchpoint::scoring
