// Cricket ball by ball: each is drawn from what balls of that format are like.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "processor/scoring/cricket/format.h"
#include "processor/scoring/cricket/innings.h"
#include "simulator/models/clubs.h"
#include "simulator/models/play.h"
#include "simulator/random.h"

namespace matchpoint::simulator::models {
namespace {

using scoring::cricket::Format;

// Of all balls bowled, counted in Cricsheet's files of 2024 and 2025: 306 matches of twenty overs (68,111 balls), 42 of
// fifty (22,004) and 244 of several days (412,461). What is left over are dot balls without a wicket.
struct Rates {
    double wide;
    double no_ball;
    double wicket;
    double bye;
    double leg_bye;
    std::array<double, 6> runs;  // off the bat: 1 to 6
};
constexpr Rates kTwenty{0.0439, 0.0061, 0.0558, 0.0038, 0.0139, {0.3429, 0.0639, 0.0039, 0.1030, 0.0002, 0.0391}};
constexpr Rates kFifty{0.0304, 0.0032, 0.0307, 0.0020, 0.0082, {0.2864, 0.0468, 0.0055, 0.0665, 0.0000, 0.0116}};
constexpr Rates kDays{0.0009, 0.0055, 0.0177, 0.0034, 0.0077, {0.1335, 0.0315, 0.0076, 0.0631, 0.0001, 0.0028}};
// Of the wickets, all formats.
constexpr std::array<std::pair<std::string_view, double>, 7> kWickets{{{"caught", 0.552},
                                                                       {"bowled", 0.194},
                                                                       {"lbw", 0.170},
                                                                       {"run out", 0.042},
                                                                       {"caught and bowled", 0.023},
                                                                       {"stumped", 0.018},
                                                                       {"hit wicket", 0.001}}};

constexpr std::size_t kEleven = 11;
constexpr std::size_t kBowlers = 5;
constexpr std::uint32_t kDaysOvers = 450;  // five days of ninety; then it is a draw
constexpr std::int64_t kBallMs = 30'000;
constexpr std::int64_t kOverMs = 60'000;
constexpr std::int64_t kInningsMs = 1'200'000;

class Cricket {
  public:
    explicit Cricket(const Setup& setup)
        : match_(setup.id, "cricket"), fixture_(setup.fixture), format_json_(setup.format_json), random_(setup.seed) {
        complete(fixture_, "cricket", kEleven, setup.seed);
        if (format_json_.empty()) format_json_ = R"({"overs":20,"balls_per_over":6,"innings":2})";
        read_format();
        rates_ = format_.overs == 0 ? &kDays : format_.overs <= 25 ? &kTwenty : &kFifty;
        const double edge = strength_of(fixture_.sides[0].name) - strength_of(fixture_.sides[1].name);
        batting_edge_ = {edge, -edge};
    }

    RecordedMatch play() {
        match_.add(0, topics::StartEvent{.fixture = fixture_, .format_json = format_json_, .server = std::nullopt});
        const auto first = static_cast<std::size_t>(random_.below(2));
        const std::size_t innings = format_.total_innings();
        for (std::size_t i = 0; i < innings; ++i) {
            const std::size_t team = i % 2 == 0 ? first : 1 - first;
            if (!bat(team, i, innings)) return std::move(match_);
        }
        if (totals_[0] == totals_[1] && format_.overs > 0) super_overs(first);
        return std::move(match_);
    }

  private:
    // How an innings may go on and when it is over.
    struct Limits {
        std::uint32_t balls = 0;  // 0: none
        std::uint32_t wickets = scoring::cricket::Innings::kWickets;
        std::optional<std::uint32_t> target;
    };

    void read_format() {
        simdjson::ondemand::parser parser;
        const simdjson::padded_string json(fmt::format(R"({{"format":{}}})", format_json_));
        simdjson::ondemand::document document;
        simdjson::ondemand::object event;
        if (parser.iterate(json).get(document) == simdjson::SUCCESS &&
            document.get_object().get(event) == simdjson::SUCCESS) {
            static_cast<void>(scoring::cricket::read_format(event, format_));
        }
    }

    // A whole innings of the match; false once the match is over.
    bool bat(std::size_t team, std::size_t index, std::size_t innings) {
        Limits limits;
        limits.balls = format_.balls();
        if (index + 1 == innings) {
            if (totals_[team] > totals_[1 - team]) return false;  // cannot lose any more; rules see that first
            limits.target = totals_[1 - team] - totals_[team] + 1;
        }
        begin_innings(team, false);
        totals_[team] += innings_runs(team, limits);
        if (limits.target && totals_[team] > totals_[1 - team]) return false;
        // By an innings: the third is over, and both of that side's are less than the other's one.
        if (innings == 4 && index == 2 && totals_[team] < totals_[1 - team]) return false;
        if (format_.overs == 0 && balls_bowled_ >= kDaysOvers * format_.balls_per_over) {
            match_.add(clock_ms_,
                       topics::EndEvent{.reason = scoring::EndReason::kResult, .winner = scoring::Winner::kDraw});
            return false;
        }
        return true;
    }

    void super_overs(std::size_t first) {
        for (std::size_t team = 1 - first;; team = 1 - team) {
            const std::uint32_t set = super_over(team, std::nullopt);
            const std::uint32_t chased = super_over(1 - team, set + 1);
            if (set != chased) return;
        }
    }

    std::uint32_t super_over(std::size_t team, std::optional<std::uint32_t> target) {
        begin_innings(team, true);
        return innings_runs(team, {.balls = format_.balls_per_over,
                                   .wickets = scoring::cricket::Innings::kSuperOverWickets,
                                   .target = target});
    }

    void begin_innings(std::size_t team, bool super_over) {
        clock_ms_ += super_over ? kInningsMs / 4 : kInningsMs;
        match_.add(clock_ms_,
                   topics::CricketInnings{.team = static_cast<int>(team) + 1, .super_over = super_over, .target = {}});
    }

    std::uint32_t innings_runs(std::size_t team, const Limits& limits) {
        striker_ = 0;
        partner_ = 1;
        next_in_ = 2;
        std::uint32_t runs = 0;
        std::uint32_t wickets = 0;
        std::uint32_t balls = 0;
        const auto decided = [&] {
            const bool stopped = format_.overs == 0 && balls_bowled_ >= kDaysOvers * format_.balls_per_over;
            return wickets == limits.wickets || (limits.balls > 0 && balls == limits.balls) ||
                   (limits.target && runs >= *limits.target) || stopped;
        };
        while (!decided()) {
            const topics::CricketBall ball = bowl(team, balls / format_.balls_per_over);
            const auto& extras = ball.extras;
            runs +=
                static_cast<std::uint32_t>(ball.runs + extras.wides + extras.noballs + extras.byes + extras.legbyes);
            wickets += static_cast<std::uint32_t>(ball.wickets.size());
            match_.add(clock_ms_ += kBallMs, ball);
            const bool legal = extras.wides == 0 && extras.noballs == 0;
            move_batters(ball, wickets < limits.wickets);
            if (!legal) continue;
            ++balls;
            ++balls_bowled_;
            if (balls % format_.balls_per_over != 0) continue;
            std::swap(striker_, partner_);
            clock_ms_ += kOverMs;
        }
        return runs;
    }

    topics::CricketBall bowl(std::size_t team, std::uint32_t over) {
        const auto& batters = fixture_.sides[team].players;
        topics::CricketBall ball;
        ball.batter = batters[striker_];
        ball.non_striker = batters[partner_];
        ball.bowler = fixture_.sides[1 - team].players[kEleven - 1 - over % kBowlers];
        double draw = random_.uniform();
        const auto falls = [&draw](double chance) {
            draw -= chance;
            return draw < 0;
        };
        if (falls(rates_->wide)) {
            ball.extras.wides = random_.chance(0.9) ? 1 : random_.chance(0.7) ? 2 : 5;
        } else if (falls(rates_->no_ball)) {
            ball.extras.noballs = 1;
            ball.runs = random_.chance(0.5) ? static_cast<int>(random_.below(2)) : 0;
        } else if (falls(rates_->wicket * std::clamp(1 - 0.12 * batting_edge_[team], 0.6, 1.4))) {
            ball.wickets.push_back({.player_out = ball.batter, .kind = wicket_kind()});
        } else if (falls(rates_->bye)) {
            ball.extras.byes = random_.chance(0.6) ? 1 : 4;
        } else if (falls(rates_->leg_bye)) {
            ball.extras.legbyes = random_.chance(0.85) ? 1 : 4;
        } else {
            for (std::size_t i = 0; i < rates_->runs.size(); ++i) {
                if (!falls(rates_->runs[i] * std::clamp(1 + 0.04 * batting_edge_[team], 0.8, 1.2))) continue;
                ball.runs = static_cast<int>(i) + 1;
                break;
            }
        }
        return ball;
    }

    std::string_view wicket_kind() {
        double draw = random_.uniform();
        for (const auto& [kind, share] : kWickets) {
            draw -= share;
            if (draw < 0) return kind;
        }
        return "caught";
    }

    void move_batters(const topics::CricketBall& ball, bool another) {
        const auto& extras = ball.extras;
        // Of a wide or a no-ball one run is the penalty.
        const int run = ball.runs + extras.byes + extras.legbyes + std::max(0, extras.wides - 1);
        if (!ball.wickets.empty() && another) striker_ = next_in_++;
        if (run % 2 == 1) std::swap(striker_, partner_);
    }

    RecordedMatch match_;
    scoring::Fixture fixture_;
    std::string format_json_;
    Random random_;
    Format format_;
    const Rates* rates_ = &kTwenty;
    std::array<double, 2> batting_edge_{};
    std::array<std::uint32_t, 2> totals_{};
    std::uint32_t balls_bowled_ = 0;
    std::size_t striker_ = 0;
    std::size_t partner_ = 1;
    std::size_t next_in_ = 2;
    std::int64_t clock_ms_ = 0;
};

}  // namespace

RecordedMatch play_cricket(const Setup& setup) {
    return Cricket(setup).play();
}

}  // namespace matchpoint::simulator::models
