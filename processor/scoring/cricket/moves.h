// What can happen in a cricket match, and its move.
//
//     innings  0b000tso00 | if t: the target's runs and 16 * overs + balls, two varints; 0 overs where not told
//     ball     0b0wweb_01 | runs off the bat (varint) | extras, if e: a mask byte, then a varint each | ww kinds of
//     wicket, a
//              byte each | batter (length, name) | bowler (name to the end)
//
// o is the batting side's index, s a super over, ww the number of wickets, 0 to 3. Who was out and who stood at the
// other end is not kept. Stored for ever: never renumber.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

#include "processor/scoring/sport.h"

namespace matchpoint::scoring::cricket {

enum class Extra : std::uint8_t { kWides, kNoBalls, kByes, kLegByes, kPenalty };
inline constexpr std::size_t kExtraKinds = 5;
inline constexpr std::array<std::string_view, kExtraKinds> kExtraNames = {"wides", "noballs", "byes", "legbyes",
                                                                          "penalty"};
using Extras = std::array<std::uint32_t, kExtraKinds>;

enum class Dismissal : std::uint8_t {
    kBowled,
    kCaught,
    kCaughtAndBowled,
    kLbw,
    kStumped,
    kRunOut,
    kHitWicket,
    kObstructingTheField,
    kHitTheBallTwice,
    kHandledTheBall,
    kTimedOut,
    kRetiredOut,
    kRetiredHurt,
    kRetiredNotOut
};
// Law 25.4: a batter who retires ill or hurt, or for another cause unavoidable, may return: no wicket falls.
[[nodiscard]] constexpr bool takes_a_wicket(Dismissal kind) {
    return kind != Dismissal::kRetiredHurt && kind != Dismissal::kRetiredNotOut;
}

struct InningsBegin {
    SideIndex team = 0;
    bool super_over = false;
    bool has_target = false;
    std::uint32_t target_runs = 0;
    std::uint32_t target_overs = 0;  // and balls of the next; none of both: as the format says
    std::uint32_t target_balls = 0;
};

struct Ball {
    static constexpr std::size_t kMaxWickets = 3;

    std::uint32_t runs = 0;  // off the bat
    Extras extras{};
    std::array<Dismissal, kMaxWickets> dismissals{};
    std::uint8_t dismissal_count = 0;
    BytesView batter;
    BytesView bowler;

    // Law 22 and law 21: neither counts as one of the over.
    [[nodiscard]] bool legal() const { return extra(Extra::kWides) == 0 && extra(Extra::kNoBalls) == 0; }
    [[nodiscard]] std::uint32_t extra(Extra kind) const { return extras[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] std::uint32_t total() const;
    [[nodiscard]] std::uint32_t wickets() const;
};

using Happening = std::variant<InningsBegin, Ball>;

void append_move(const InningsBegin& innings, Bytes& move);
void append_move(const Ball& ball, Bytes& move);
// nullopt for bytes that append_move never writes. Names are views into the move.
[[nodiscard]] std::optional<Happening> parse_move(BytesView move);

}  // namespace matchpoint::scoring::cricket
