// Football minute by minute: goals, cards and substitutions fall at random, goals more often after the break.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulator/models/clubs.h"
#include "simulator/models/play.h"
#include "simulator/random.h"

namespace matchpoint::simulator::models {
namespace {

// 24,992 matches of the five large European leagues (openfootball's football.json, counted): goals at home and away,
// and the share of them before the break. 1,196 goals of World Cups (worldcup.json): penalties and own goals.
constexpr std::array<double, 2> kGoals{1.551, 1.229};
constexpr double kFirstHalf = 0.442;
constexpr double kPenalty = 0.071;
constexpr double kOwnGoal = 0.033;
// Round figures of the same leagues, a side and a match.
constexpr double kYellowCards = 2.0;
constexpr double kRedCards = 0.06;
constexpr double kSubstitutions = 4.3;
constexpr int kMostSubstitutions = 5;  // law 3

constexpr double kEffectOfStrength = 0.22;
constexpr std::size_t kEleven = 11;
constexpr std::size_t kSquad = 16;
constexpr std::int64_t kMinuteMs = 60'000;

class Football {
  public:
    explicit Football(const Setup& setup)
        : match_(setup.id, "football"), fixture_(setup.fixture), format_json_(setup.format_json), random_(setup.seed) {
        complete(fixture_, "football", kSquad, setup.seed);
        const double edge = strength_of(fixture_.sides[0].name) - strength_of(fixture_.sides[1].name);
        for (std::size_t side = 0; side < 2; ++side) {
            const double signed_edge = side == 0 ? edge : -edge;
            goals_expected_[side] = kGoals[side] * std::clamp(1 + kEffectOfStrength * signed_edge, 0.35, 1.9);
            for (std::size_t i = 0; i < kSquad; ++i) {
                (i < kEleven ? on_pitch_ : bench_)[side].push_back(fixture_.sides[side].players[i]);
            }
        }
    }

    RecordedMatch play() {
        match_.add(0, topics::StartEvent{.fixture = fixture_, .format_json = format_json_, .server = std::nullopt});
        clock_ms_ = 60'000;
        half("first_half", 1, kFirstHalf, 1 + static_cast<int>(random_.below(4)));
        period("half_time");
        clock_ms_ += 15 * kMinuteMs;
        half("second_half", 46, 1 - kFirstHalf, 2 + static_cast<int>(random_.below(7)));
        period("full_time");
        return std::move(match_);
    }

  private:
    void period(std::string_view name) { match_.add(clock_ms_, topics::PeriodEvent{.name = name, .number = {}}); }

    void half(std::string_view name, int first, double share, int added) {
        period(name);
        const int minutes = 45 + added;
        for (int i = 0; i < minutes; ++i) {
            minute_ = std::min(first + i, first + 44);
            offset_ = i < 45 ? 0 : i - 44;
            for (std::size_t side = 0; side < 2; ++side) {
                at_ms_ = clock_ms_ + static_cast<std::int64_t>(random_.below(kMinuteMs));
                if (random_.chance(goals_expected_[side] * share / minutes)) goal(side);
                if (random_.chance(kYellowCards / 90)) card(side);
                if (random_.chance(kRedCards / 90)) send_off(side, random_.below(on_pitch_[side].size()), "red");
                if (first > 1 && random_.chance(kSubstitutions / minutes)) substitution(side);
            }
            clock_ms_ += kMinuteMs;
        }
    }

    // Strikers are named last and score most.
    std::size_t scorer(std::size_t side) {
        const auto players = on_pitch_[side].size();
        return std::max(random_.below(players), random_.below(players));
    }

    void goal(std::size_t side) {
        topics::FootballGoal goal;
        goal.team = static_cast<int>(side) + 1;
        goal.own = random_.chance(kOwnGoal);
        goal.penalty = !goal.own && random_.chance(kPenalty);
        const std::size_t from = goal.own ? 1 - side : side;
        goal.player = on_pitch_[from][scorer(from)];
        goal.minute = minute_;
        if (offset_ > 0) goal.offset = offset_;
        match_.add(at_ms_, goal);
    }

    void card(std::size_t side) {
        const auto index = static_cast<std::size_t>(random_.below(on_pitch_[side].size()));
        const std::string& player = on_pitch_[side][index];
        auto& booked = booked_[side];
        if (std::find(booked.begin(), booked.end(), player) != booked.end()) {
            // Most who are booked take care.
            if (random_.chance(0.25)) send_off(side, index, "second_yellow");
            return;
        }
        booked.push_back(player);
        add_card(side, player, "yellow");
    }

    void send_off(std::size_t side, std::size_t index, std::string_view card) {
        constexpr std::size_t kFewest = 7;  // law 3
        auto& players = on_pitch_[side];
        if (players.size() <= kFewest) return;
        add_card(side, players[index], card);
        players.erase(players.begin() + static_cast<std::ptrdiff_t>(index));
    }

    void add_card(std::size_t side, const std::string& player, std::string_view card) {
        match_.add(at_ms_, topics::FootballCard{
                               .team = static_cast<int>(side) + 1, .player = player, .card = card, .minute = minute_});
    }

    void substitution(std::size_t side) {
        if (bench_[side].empty() || substitutions_[side] == kMostSubstitutions) return;
        ++substitutions_[side];
        auto& off = on_pitch_[side][random_.below(on_pitch_[side].size())];
        const std::string on = bench_[side].back();
        bench_[side].pop_back();
        match_.add(at_ms_, topics::FootballSubstitution{
                               .team = static_cast<int>(side) + 1, .off = off, .on = on, .minute = minute_});
        off = on;
    }

    RecordedMatch match_;
    scoring::Fixture fixture_;
    std::string format_json_;
    Random random_;
    std::array<double, 2> goals_expected_{};
    std::array<std::vector<std::string>, 2> on_pitch_;
    std::array<std::vector<std::string>, 2> bench_;
    std::array<std::vector<std::string>, 2> booked_;
    std::array<int, 2> substitutions_{};
    std::int64_t clock_ms_ = 0;
    std::int64_t at_ms_ = 0;
    int minute_ = 0;
    int offset_ = 0;
};

}  // namespace

RecordedMatch play_football(const Setup& setup) {
    return Football(setup).play();
}

}  // namespace matchpoint::simulator::models
