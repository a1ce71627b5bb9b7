#include "simulator/replay/cricsheet.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "simulator/replay/checked_match.h"
#include "simulator/replay/json_file.h"

namespace matchpoint::simulator::replay {
namespace {

using scoring::Winner;
using simdjson::dom::element;

constexpr std::int64_t kBallMs = 30'000;
constexpr std::int64_t kOverMs = 60'000;
constexpr std::int64_t kInningsMs = 1'200'000;

class Reader {
  public:
    Reader(const std::string& path, element document, const Report& report)
        : path_(path),
          document_(document),
          report_(report),
          match_("cricket-" + std::filesystem::path(path).stem().string(), *scoring::find_sport("cricket")) {}

    std::optional<RecordedMatch> read() {
        if (!start()) return std::nullopt;
        std::size_t index = 0;
        if (const auto innings = array_of(document_, "innings")) {
            for (const element each : *innings) read_innings(each, fmt::format("innings[{}]", index++));
        }
        settle();
        return match_.take();
    }

  private:
    void complain(const std::string& where, const std::string& what) const {
        report_(located(path_, 0, fmt::format("{}: {}", where, what)));
    }

    bool start() {
        const auto info = member(document_, "info");
        const auto teams = info ? array_of(*info, "teams") : std::nullopt;
        topics::StartEvent start;
        std::size_t count = 0;
        if (teams) {
            for (const element team : *teams) {
                std::string_view name;
                if (count < 2 && team.get_string().get(name) == simdjson::SUCCESS) {
                    start.fixture.sides[count].name = name;
                }
                ++count;
            }
        }
        if (count != 2) {
            complain("info.teams", "expected two names: file skipped");
            return false;
        }
        info_ = *info;
        for (std::size_t side = 0; side < 2; ++side) {
            teams_[side] = start.fixture.sides[side].name;
            read_players(start.fixture.sides[side]);
        }
        start.fixture.competition = competition();
        const auto overs = integer_of(info_, "overs");
        const auto balls = integer_of(info_, "balls_per_over").value_or(6);
        const std::string format = overs
                                       ? fmt::format(R"({{"overs":{},"balls_per_over":{},"innings":2}})", *overs, balls)
                                       : fmt::format(R"({{"balls_per_over":{},"innings":4}})", balls);
        start.format_json = format;
        if (match_.add(0, start)) return true;
        complain("info", match_.why() + ": file skipped");
        return false;
    }

    void read_players(scoring::Competitor& side) const {
        const auto players = member(info_, "players");
        const auto list = players ? array_of(*players, side.name) : std::nullopt;
        if (!list) return;
        for (const element player : *list) {
            std::string_view name;
            if (player.get_string().get(name) != simdjson::SUCCESS || name.empty()) continue;
            if (side.players.size() < topics::kMaxPlayersASide) side.players.emplace_back(name);
        }
    }

    [[nodiscard]] std::string competition() const {
        if (const auto name = text_of(info_, "event")) return std::string(*name);
        const auto event = member(info_, "event");
        return std::string(event ? text_of(*event, "name").value_or("") : "");
    }

    [[nodiscard]] std::optional<int> side_of(std::string_view team) const {
        if (team == teams_[0]) return 1;
        if (team == teams_[1]) return 2;
        return std::nullopt;
    }

    void read_innings(element innings, const std::string& where) {
        const auto team = side_of(text_of(innings, "team").value_or(""));
        if (!team) return complain(where + ".team", "is neither of info.teams: innings skipped");
        clock_ms_ += kInningsMs;
        topics::CricketInnings begin{.team = *team, .super_over = flag_of(innings, "super_over"), .target = {}};
        if (const auto target = member(innings, "target")) {
            if (const auto runs = integer_of(*target, "runs")) {
                double overs = 0;
                if (const auto told = member(*target, "overs"); told && told->get_double().get(overs)) overs = 0;
                begin.target = {.runs = static_cast<int>(*runs), .overs = overs};
            }
        }
        if (!match_.add(clock_ms_, begin)) return complain(where, match_.why() + ": innings skipped");
        const auto penalty = member(innings, "penalty_runs");
        owed_ = static_cast<int>(penalty ? integer_of(*penalty, "pre").value_or(0) : 0);
        const int after = static_cast<int>(penalty ? integer_of(*penalty, "post").value_or(0) : 0);
        read_overs(innings, where, after);
        // Runs that no delivery was left to carry.
        if (owed_ != 0) complain(where + ".penalty_runs", "no delivery to count them with: left out");
    }

    void read_overs(element innings, const std::string& where, int after) {
        const auto overs = array_of(innings, "overs");
        if (!overs) return;
        std::size_t over_index = 0;
        for (const element over : *overs) {
            const bool last_over = over_index + 1 == overs->size();
            const auto deliveries = array_of(over, "deliveries");
            std::size_t index = 0;
            if (!deliveries) complain(fmt::format("{}.overs[{}]", where, over_index), "has no deliveries: skipped");
            if (deliveries) {
                for (const element delivery : *deliveries) {
                    if (last_over && index + 1 == deliveries->size()) owed_ += after;
                    read_delivery(delivery, fmt::format("{}.overs[{}].deliveries[{}]", where, over_index, index++));
                }
            }
            clock_ms_ += kOverMs;
            ++over_index;
        }
    }

    void read_delivery(element delivery, const std::string& where) {
        const auto runs = member(delivery, "runs");
        // Files of the format's first years say batsman.
        const auto batted = runs ? integer_of(*runs, "batter") : std::nullopt;
        const auto off_bat = batted || !runs ? batted : integer_of(*runs, "batsman");
        if (!off_bat) return complain(where, "runs.batter is missing: delivery skipped");
        topics::CricketBall ball;
        const auto batter = text_of(delivery, "batter");
        ball.batter = batter ? *batter : text_of(delivery, "batsman").value_or("");
        ball.bowler = text_of(delivery, "bowler").value_or("");
        ball.non_striker = text_of(delivery, "non_striker").value_or("");
        ball.runs = static_cast<int>(*off_bat);
        read_extras(delivery, ball.extras);
        ball.extras.penalty += owed_;
        if (const auto wickets = array_of(delivery, "wickets")) {
            for (const element wicket : *wickets) {
                ball.wickets.push_back({.player_out = text_of(wicket, "player_out").value_or(""),
                                        .kind = text_of(wicket, "kind").value_or("")});
            }
        }
        clock_ms_ += kBallMs;
        if (!match_.add(clock_ms_, ball)) return complain(where, match_.why() + ": delivery skipped");
        owed_ = 0;
    }

    static void read_extras(element delivery, topics::CricketBall::Extras& out) {
        const auto extras = member(delivery, "extras");
        if (!extras) return;
        const auto read = [&extras](std::string_view key) {
            return static_cast<int>(integer_of(*extras, key).value_or(0));
        };
        out = {.wides = read("wides"),
               .noballs = read("noballs"),
               .byes = read("byes"),
               .legbyes = read("legbyes"),
               .penalty = read("penalty")};
    }

    // Whatever the play came to, the recorded result stands.
    void settle() {
        const auto outcome = member(info_, "outcome");
        if (!outcome) return complain("info.outcome", "is missing: the match stays as it is");
        const auto result = text_of(*outcome, "result").value_or("");
        topics::EndEvent end;
        std::optional<int> winner;
        for (const auto* key : {"winner", "eliminator", "bowl_out"}) {
            if (!winner) winner = side_of(text_of(*outcome, key).value_or(""));
        }
        if (winner) {
            end.winner = *winner == 1 ? Winner::kSide1 : Winner::kSide2;
        } else if (result == "tie" || result == "draw") {
            end.winner = Winner::kDraw;
        } else if (result == "no result") {
            end.reason = scoring::EndReason::kAbandoned;
        } else {
            return complain("info.outcome", "names neither a winner nor a result: the match stays as it is");
        }
        const auto* state = match_.state();
        const bool decided = state->status() == scoring::Status::kFinished && state->winner() == end.winner;
        if (!decided && !match_.add(clock_ms_ + kBallMs, end)) complain("info.outcome", match_.why());
    }

    std::string path_;
    element document_;
    element info_;
    const Report& report_;
    CheckedMatch match_;
    std::array<std::string, 2> teams_;
    std::int64_t clock_ms_ = 0;
    int owed_ = 0;  // penalty runs that the next delivery brings
};

}  // namespace

std::optional<RecordedMatch> read_cricsheet(const std::string& path, const Report& report) {
    simdjson::dom::parser parser;
    element document;
    if (const auto error = read_document(path, parser).get(document)) {
        report(located(path, 0, fmt::format("{}: file skipped", simdjson::error_message(error))));
        return std::nullopt;
    }
    return Reader(path, document, report).read();
}

}  // namespace matchpoint::simulator::replay
