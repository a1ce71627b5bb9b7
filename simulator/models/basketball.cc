// Basketball possession by possession.
#include <algorithm>
#include <array>
#include <optional>

#include "processor/scoring/fields.h"
#include "simulator/models/clubs.h"
#include "simulator/models/play.h"
#include "simulator/random.h"

#include <fmt/format.h>

namespace matchpoint::simulator::models {
namespace {

// NBA 2023-24, a side and a match of 48 minutes (basketball-reference.com, league averages): 98.5 possessions, 42.2
// baskets of which 12.8 count three, 17.0 of 21.7 free throws, 18.7 personal fouls.
constexpr double kPossessions = 98.5;
constexpr double kThree = 12.8 / kPossessions;
constexpr double kTwo = 29.4 / kPossessions;
constexpr double kFreeThrow = 17.0 / 21.7;
constexpr double kTrip = 21.7 / 2 / kPossessions;  // to the line, for two
constexpr double kOtherFoul = 18.7 / kPossessions - kTrip;
constexpr double kHome = 0.008;  // about two points
constexpr double kEffectOfStrength = 0.02;

constexpr std::size_t kSquad = 10;
constexpr int kMostFouls = 6;
constexpr int kQuarters = 4;
constexpr double kPeriodPossessions = 2 * kPossessions / kQuarters;
constexpr double kOvertimePossessions = kPeriodPossessions * 5 / 12;
constexpr std::int64_t kPossessionMs = 40'000;  // 14.6 s of play, and the clock stands two thirds of the time
constexpr std::int64_t kBreakMs = 130'000;
constexpr std::int64_t kHalfTimeMs = 900'000;

class Basketball {
  public:
    explicit Basketball(const Setup& setup)
        : match_(setup.id, "basketball"),
          fixture_(setup.fixture),
          format_json_(setup.format_json),
          random_(setup.seed) {
        complete(fixture_, "basketball", kSquad, setup.seed);
        const double edge = strength_of(fixture_.sides[0].name) - strength_of(fixture_.sides[1].name);
        lift_ = {1 + kHome + kEffectOfStrength * edge, 1 - kHome - kEffectOfStrength * edge};
        for (auto& side : fouls_) side.assign(kSquad, 0);
    }

    RecordedMatch play() {
        match_.add(0, topics::StartEvent{.fixture = fixture_, .format_json = format_json_, .server = std::nullopt});
        const int regular = periods();
        const double regular_possessions = kPeriodPossessions * kQuarters / regular;
        int period = 1;
        for (; period <= regular || points_[0] == points_[1]; ++period) {
            clock_ms_ += 2 * (period - 1) == regular ? kHalfTimeMs : kBreakMs;
            match_.add(clock_ms_, topics::PeriodEvent{.name = {}, .number = period});
            play_period(period <= regular ? regular_possessions : kOvertimePossessions);
        }
        clock_ms_ += kPossessionMs;
        match_.add(clock_ms_, topics::EndEvent{.reason = scoring::EndReason::kResult,
                                               .winner = points_[0] > points_[1] ? scoring::Winner::kSide1
                                                                                 : scoring::Winner::kSide2});
        return std::move(match_);
    }

  private:
    [[nodiscard]] int periods() const {
        if (format_json_.empty()) return kQuarters;
        simdjson::ondemand::parser parser;
        const simdjson::padded_string json(std::string_view{format_json_});
        simdjson::ondemand::document document;
        simdjson::ondemand::object object;
        if (parser.iterate(json).get(document) != simdjson::SUCCESS) return kQuarters;
        if (document.get_object().get(object) != simdjson::SUCCESS) return kQuarters;
        return static_cast<int>(scoring::Fields(object).integer("periods", 1, 8).value_or(kQuarters));
    }

    void play_period(double possessions) {
        const auto count = static_cast<int>(possessions + 4 * (random_.uniform() - 0.5));
        auto side = static_cast<std::size_t>(random_.below(2));
        for (int i = 0; i < count; ++i, side = 1 - side) {
            clock_ms_ += kPossessionMs / 2 + static_cast<std::int64_t>(random_.below(kPossessionMs));
            attack(side);
        }
    }

    void attack(std::size_t side) {
        if (random_.chance(kOtherFoul)) foul(1 - side);
        const double draw = random_.uniform() / lift_[side];
        if (draw < kThree) {
            basket(side, shooter(side), 3);
        } else if (draw < kThree + kTwo) {
            basket(side, shooter(side), 2);
        } else if (draw < kThree + kTwo + kTrip) {
            foul(1 - side);
            const std::size_t player = shooter(side);
            for (int shot = 0; shot < 2; ++shot) {
                if (random_.chance(kFreeThrow)) basket(side, player, 1);
            }
        }
    }

    // Those named first score most; who has too many fouls is off the court.
    std::size_t shooter(std::size_t side) {
        for (;;) {
            const auto player = static_cast<std::size_t>(std::min(random_.below(kSquad), random_.below(kSquad)));
            if (fouls_[side][player] < kMostFouls) return player;
        }
    }

    void foul(std::size_t side) {
        const std::size_t player = static_cast<std::size_t>(random_.below(kSquad));
        // The last five stay on whatever they do: somebody has to play.
        const auto available =
            std::count_if(fouls_[side].begin(), fouls_[side].end(), [](int fouls) { return fouls < kMostFouls; });
        if (fouls_[side][player] >= kMostFouls) return;
        if (available <= 5 && fouls_[side][player] == kMostFouls - 1) return;
        ++fouls_[side][player];
        match_.add(clock_ms_, topics::BasketballFoul{.team = static_cast<int>(side) + 1,
                                                     .player = fixture_.sides[side].players[player]});
    }

    void basket(std::size_t side, std::size_t player, int points) {
        points_[side] += points;
        match_.add(clock_ms_, topics::BasketballBasket{.team = static_cast<int>(side) + 1,
                                                       .player = fixture_.sides[side].players[player],
                                                       .points = points});
    }

    RecordedMatch match_;
    scoring::Fixture fixture_;
    std::string format_json_;
    Random random_;
    std::array<double, 2> lift_{};
    std::array<std::vector<int>, 2> fouls_;
    std::array<int, 2> points_{};
    std::int64_t clock_ms_ = 0;
};

}  // namespace

RecordedMatch play_basketball(const Setup& setup) {
    return Basketball(setup).play();
}

}  // namespace matchpoint::simulator::models
