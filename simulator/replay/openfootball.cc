#include "simulator/replay/openfootball.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "simulator/replay/checked_match.h"
#include "simulator/replay/json_file.h"
#include "simulator/replay/openfootball_format.h"
#include "simulator/replay/shootout_kicks.h"

namespace matchpoint::simulator::replay {
namespace {

using scoring::Winner;
using simdjson::dom::element;

using openfootball::Pair;
using openfootball::Score;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kKickMs = 40'000;

struct Goal {
    std::string player;
    int minute = 0;
    int offset = 0;
    bool own = false;
    bool penalty = false;
};

std::string slug(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80U || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
            out.push_back(c);
        } else if (c >= 'A' && c <= 'Z') {
            out.push_back(static_cast<char>(c - 'A' + 'a'));
        } else if (!out.empty() && out.back() != '-') {
            out.push_back('-');
        }
    }
    while (out.ends_with('-')) out.pop_back();
    return out;
}

class Reader {
  public:
    Reader(const std::string& path, std::string where, std::string_view competition, const Report& report)
        : path_(path), where_(std::move(where)), competition_(competition), report_(report) {}

    // nullopt if there is nothing to play; `without_score` then says why.
    std::optional<RecordedMatch> read(element match, const std::string& id, bool& without_score) {
        score_ = openfootball::read_score(match);
        without_score = !score_.full_time && !score_.extra_time;
        if (without_score) return std::nullopt;
        match_.emplace(id, *scoring::find_sport("football"));
        topics::StartEvent start;
        start.fixture.competition = competition_;
        for (std::size_t side = 0; side < 2; ++side) start.fixture.sides[side].name = names_.at(side);
        if (!match_->add(0, start)) {
            complain("", match_->why() + ": match skipped");
            return std::nullopt;
        }
        if (text_of(match, "status") == "awarded") {
            award();
        } else {
            read_goals(match);
            split_goals();
            play();
            if (text_of(match, "status") == "abandoned") end(scoring::EndReason::kAbandoned, Winner::kNone);
        }
        return match_->take();
    }

    bool read_names(element match) {
        for (std::size_t side = 0; side < 2; ++side) {
            const std::string_view key = side == 0 ? "team1" : "team2";
            auto name = openfootball::read_team(match, key);
            if (!name) {
                complain(std::string(".") + std::string(key), "is missing: match skipped");
                return false;
            }
            names_.at(side) = std::move(*name);
        }
        return true;
    }
    [[nodiscard]] std::string id_of(element match) const {
        return fmt::format("football-{}-{}-{}", text_of(match, "date").value_or("undated"), slug(names_[0]),
                           slug(names_[1]));
    }

  private:
    void complain(const std::string& what, const std::string& why) const {
        report_(located(path_, 0, fmt::format("{}{}: {}", where_, what, why)));
    }

    [[nodiscard]] const Pair& final_score() const { return score_.extra_time ? *score_.extra_time : *score_.full_time; }

    void award() {
        const auto [one, two] = final_score();
        if (one == two) return end(scoring::EndReason::kAbandoned, Winner::kNone);
        end(scoring::EndReason::kWalkover, one > two ? Winner::kSide1 : Winner::kSide2);
    }

    void end(scoring::EndReason reason, Winner winner) {
        if (!match_->add(clock_ms_, topics::EndEvent{.reason = reason, .winner = winner})) complain("", match_->why());
    }

    void read_goals(element match) {
        for (std::size_t side = 0; side < 2; ++side) {
            const std::string key = side == 0 ? "goals1" : "goals2";
            const auto list = array_of(match, key);
            std::size_t index = 0;
            if (!list) continue;
            for (const element each : *list) {
                Goal goal;
                const std::string place = fmt::format(".{}[{}]", key, index++);
                goal.player = text_of(each, "name").value_or("");
                goal.own = flag_of(each, "owngoal");
                goal.penalty = !goal.own && flag_of(each, "penalty");
                if (goal.player.empty()) {
                    complain(place, "name is missing: the side stands for it");
                    goal.player = names_.at(side);
                }
                const auto minute = openfootball::read_minute(each);
                if (!minute) {
                    complain(place, "minute is no minute of a match: goal skipped");
                    continue;
                }
                goal.minute = minute->minute;
                goal.offset = minute->offset;
                goals_.at(side).push_back(goal);
            }
            std::stable_sort(goals_.at(side).begin(), goals_.at(side).end(),
                             [](const Goal& a, const Goal& b) { return a.minute < b.minute; });
        }
        timed_ = !goals_[0].empty() || !goals_[1].empty() || final_score() == Pair{};
        for (std::size_t side = 0; side < 2; ++side) fill_up(side);
    }

    // The score stands: goals that it has and the list has not are the side's own, those that it has not are left out.
    void fill_up(std::size_t side) {
        auto& goals = goals_.at(side);
        const auto wanted = static_cast<std::size_t>(final_score().at(side));
        if (timed_ && goals.size() != wanted) {
            complain(fmt::format(".goals{}", side + 1),
                     fmt::format("{} goals are listed, the score says {}: the score stands", goals.size(), wanted));
        }
        if (goals.size() > wanted) goals.resize(wanted);
        const int minutes = score_.extra_time ? 120 : 90;
        while (goals.size() < wanted) {
            const auto nth = static_cast<int>(goals.size()) + 1;
            goals.push_back(
                {.player = names_.at(side), .minute = nth * minutes / (static_cast<int>(wanted) + 1), .offset = 0});
        }
    }

    // How many of a side's goals come by the end of each part: by the score where it tells, else by the minutes.
    void split_goals() {
        const bool extra = score_.extra_time.has_value();
        if (!score_.full_time) {
            const int level = std::min(final_score()[0], final_score()[1]);
            score_.full_time = timed_ ? by_minute(90) : Pair{level, level};
        }
        half_time_told_ = score_.half_time.has_value() || timed_ || extra || score_.penalties.has_value();
        if (!score_.half_time) score_.half_time = by_minute(45);
        for (std::size_t side = 0; side < 2; ++side) {
            auto& full_time = score_.full_time->at(side);
            full_time = std::min(full_time, final_score().at(side));
            auto& half_time = score_.half_time->at(side);
            half_time = std::min(half_time, full_time);
        }
    }

    [[nodiscard]] Pair by_minute(int last) const {
        Pair pair{};
        for (std::size_t side = 0; side < 2; ++side) {
            for (const Goal& goal : goals_.at(side)) pair.at(side) += goal.minute <= last ? 1 : 0;
        }
        return pair;
    }

    void play() {
        // Nobody knows when the goals fell: then there are no halves to tell of, and no half-time score.
        if (!half_time_told_) {
            goals_until(*score_.full_time, 0);
            clock_ms_ = 110 * kMinuteMs;
            const auto [one, two] = *score_.full_time;
            return end(scoring::EndReason::kResult, one == two  ? Winner::kDraw
                                                    : one > two ? Winner::kSide1
                                                                : Winner::kSide2);
        }
        period("first_half", 0);
        goals_until(*score_.half_time, 0);
        period("half_time", 47);
        period("second_half", 62);
        goals_until(*score_.full_time, 17);
        if (score_.extra_time) {
            period("extra_first", 116);
            goals_until(extra_half(), 26);
            period("extra_half_time", 133);
            period("extra_second", 134);
            goals_until(*score_.extra_time, 29);
        }
        if (!score_.penalties) return period("full_time", score_.extra_time ? 151 : 111);
        period("penalties", score_.extra_time ? 155 : 115);
        shoot_out();
    }

    [[nodiscard]] Pair extra_half() const {
        Pair pair = by_minute(105);
        for (std::size_t side = 0; side < 2; ++side) {
            pair.at(side) = std::clamp(pair.at(side), score_.full_time->at(side), score_.extra_time->at(side));
        }
        return pair;
    }

    void period(std::string_view name, int minute) {
        clock_ms_ = std::max(clock_ms_, minute * kMinuteMs);
        if (!match_->add(clock_ms_, topics::PeriodEvent{.name = name, .number = {}})) complain("", match_->why());
    }

    // Tells of each side's next goals until it has so many, in the order of their minutes. `pause` is how long play has
    // rested by then.
    void goals_until(const Pair& until, int pause) {
        for (;;) {
            std::optional<std::size_t> next;
            for (std::size_t side = 0; side < 2; ++side) {
                if (told_.at(side) == until.at(side)) continue;
                if (!next || goal(side).minute < goal(*next).minute) next = side;
            }
            if (!next) return;
            tell(*next, pause);
        }
    }

    [[nodiscard]] const Goal& goal(std::size_t side) const {
        return goals_.at(side).at(static_cast<std::size_t>(told_.at(side)));
    }

    void tell(std::size_t side, int pause) {
        const Goal& scored = goal(side);
        ++told_.at(side);
        clock_ms_ = std::max(clock_ms_, (scored.minute + scored.offset + pause) * kMinuteMs);
        topics::FootballGoal event{.team = static_cast<int>(side) + 1,
                                   .player = scored.player,
                                   .minute = scored.minute,
                                   .offset = scored.offset > 0 ? std::optional(scored.offset) : std::nullopt,
                                   .own = scored.own,
                                   .penalty = scored.penalty};
        if (!match_->add(clock_ms_, event)) {
            complain(fmt::format(".goals{}", side + 1), match_->why() + ": goal skipped");
        }
    }

    // The file has only the score; who kicked and who missed when is made up to fit it.
    void shoot_out() {
        const auto kicks = kicks_for(*score_.penalties);
        if (!kicks) {
            const auto [one, two] = *score_.penalties;
            complain(".score.p", fmt::format("no shoot-out ends {}-{}: only its winner is told", one, two));
            return end(scoring::EndReason::kResult, one == two  ? Winner::kDraw
                                                    : one > two ? Winner::kSide1
                                                                : Winner::kSide2);
        }
        for (const Kick& kick : *kicks) {
            clock_ms_ += kKickMs;
            const topics::FootballKick event{
                .team = static_cast<int>(kick.side) + 1, .player = names_.at(kick.side), .scored = kick.scored};
            if (!match_->add(clock_ms_, event)) complain(".score.p", match_->why());
        }
    }

    std::string path_;
    std::string where_;
    std::string_view competition_;
    const Report& report_;
    std::optional<CheckedMatch> match_;
    std::array<std::string, 2> names_;
    Score score_;
    std::array<std::vector<Goal>, 2> goals_;
    bool timed_ = false;  // the file lists goals with their minutes
    bool half_time_told_ = false;
    Pair told_{};
    std::int64_t clock_ms_ = 0;
};

class File {
  public:
    File(const std::string& path, element document, const Report& report)
        : path_(path), report_(report), competition_(text_of(document, "name").value_or("")) {
        if (const auto matches = array_of(document, "matches")) read(*matches, "matches");
        std::size_t index = 0;
        if (const auto rounds = array_of(document, "rounds")) {
            for (const element round : *rounds) {
                const std::string where = fmt::format("rounds[{}].matches", index++);
                if (const auto matches = array_of(round, "matches")) read(*matches, where);
            }
        }
        if (without_score_ > 0) {
            report_(located(path_, 0, fmt::format("{} matches without a score: skipped", without_score_)));
        }
    }
    [[nodiscard]] std::vector<RecordedMatch> take() { return std::move(matches_); }

  private:
    void read(simdjson::dom::array matches, const std::string& where) {
        std::size_t index = 0;
        for (const element match : matches) {
            Reader reader(path_, fmt::format("{}[{}]", where, index++), competition_, report_);
            if (!reader.read_names(match)) continue;
            std::string id = reader.id_of(match);
            if (const int before = seen_[id]++; before > 0) id += fmt::format("-{}", before + 1);
            bool without_score = false;
            if (auto read = reader.read(match, id, without_score)) matches_.push_back(std::move(*read));
            if (without_score) ++without_score_;
        }
    }

    std::string path_;
    const Report& report_;
    std::string_view competition_;
    std::map<std::string, int> seen_;
    std::size_t without_score_ = 0;
    std::vector<RecordedMatch> matches_;
};

}  // namespace

std::vector<RecordedMatch> read_openfootball(const std::string& path, const Report& report) {
    simdjson::dom::parser parser;
    element document;
    if (const auto error = read_document(path, parser).get(document)) {
        report(located(path, 0, fmt::format("{}: file skipped", simdjson::error_message(error))));
        return {};
    }
    return File(path, document, report).take();
}

}  // namespace matchpoint::simulator::replay
