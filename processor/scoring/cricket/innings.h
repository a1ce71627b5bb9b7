// One innings, ball by ball. A value; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "processor/scoring/cricket/moves.h"
#include "processor/scoring/sport.h"

namespace matchpoint::scoring::cricket {

class Innings {
  public:
    static constexpr std::uint32_t kWickets = 10;          // of eleven
    static constexpr std::uint32_t kSuperOverWickets = 2;  // ICC T20I playing conditions, appendix F

    // `balls` limits the legal balls; 0 for no limit.
    Innings(const InningsBegin& begin, std::uint32_t balls, std::uint32_t balls_per_over);

    void play(const Ball& ball);

    [[nodiscard]] SideIndex team() const { return team_; }
    [[nodiscard]] bool super_over() const { return super_over_; }
    [[nodiscard]] std::optional<std::uint32_t> told_target() const { return told_target_; }
    [[nodiscard]] std::uint32_t runs() const { return runs_; }
    [[nodiscard]] std::uint32_t wickets() const { return wickets_; }
    [[nodiscard]] std::uint32_t wickets_left() const { return max_wickets() - wickets_; }
    [[nodiscard]] std::uint32_t balls() const { return balls_; }
    [[nodiscard]] const Extras& extras() const { return extras_; }
    [[nodiscard]] bool all_out() const { return wickets_ >= max_wickets(); }
    [[nodiscard]] bool overs_used() const { return max_balls_ > 0 && balls_ >= max_balls_; }
    [[nodiscard]] bool complete() const { return all_out() || overs_used(); }
    // Whether this bowler has begun an over that he has not ended. Law 17.5.2: an over as the umpire has counted it
    // stands, so one over of seven balls makes an innings of 121, and the last of them is bowled beyond the limit.
    [[nodiscard]] bool in_the_over_of(BytesView bowler) const {
        return bowler == bowler_ && bowlers_run_ < balls_per_over_;
    }
    // "17.3".
    void append_overs(std::string& out) const;
    // "153/9 (20)", all out "120 (18.1)".
    void append_summary(std::string& out) const;
    void write(JsonWriter& out) const;

  private:
    [[nodiscard]] std::uint32_t max_wickets() const { return super_over_ ? kSuperOverWickets : kWickets; }

    SideIndex team_;
    bool super_over_;
    std::optional<std::uint32_t> told_target_;
    std::uint32_t max_balls_;
    std::uint32_t balls_per_over_;
    std::uint32_t runs_ = 0;
    std::uint32_t wickets_ = 0;
    std::uint32_t balls_ = 0;  // legal ones
    Extras extras_{};
    std::string bowler_;             // of the last ball
    std::uint32_t bowlers_run_ = 0;  // legal balls since the bowler changed
};

}  // namespace matchpoint::scoring::cricket
