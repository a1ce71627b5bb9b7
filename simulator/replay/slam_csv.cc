#include "simulator/replay/slam_csv.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "processor/scoring/tennis/score.h"
#include "simulator/replay/csv.h"
#include "simulator/replay/slam_format.h"
#include "simulator/replay/slam_score.h"

namespace matchpoint::simulator::replay {
namespace {

using scoring::SideIndex;
using scoring::tennis::Format;
using scoring::tennis::Score;

constexpr std::string_view kPoints = "-points";
constexpr std::int64_t kUsualGapMs = 25'000;     // where the recording has no time
constexpr std::int64_t kLongestGapMs = 600'000;  // a longer one is an interruption

struct Names {
    std::array<scoring::Competitor, 2> sides;
    std::string status;
    std::string winner;
};
using NamesById = std::map<std::string, Names, std::less<>>;

struct Row {
    RecordedPoint point;
    std::optional<SideIndex> server;
    std::string_view how;
    std::optional<std::int64_t> elapsed_ms;
    std::size_t line = 0;
};

// Passes on what is wrong with rows, a line for all rows after another that have the same wrong with them.
class RowReport {
  public:
    RowReport(const std::string& path, const Report& report) : path_(path), report_(report) {}

    void add(std::size_t line, const std::string& wrong) {
        if (wrong != wrong_ || line != last_ + 1) flush();
        if (wrong_.empty()) first_ = line;
        wrong_ = wrong;
        last_ = line;
    }
    void flush() {
        if (!wrong_.empty()) {
            const auto rows = last_ == first_ ? "" : fmt::format(" (and the rows to line {})", last_);
            report_(located(path_, first_, wrong_ + rows));
        }
        wrong_.clear();
    }

  private:
    const std::string& path_;
    const Report& report_;
    std::string wrong_;
    std::size_t first_ = 0;
    std::size_t last_ = 0;
};

scoring::Competitor competitor(const CsvReader& csv, std::string_view player, std::string_view partner) {
    scoring::Competitor side;
    side.name = csv.get(player).value_or("");
    const auto second = csv.get(partner).value_or("");
    if (!second.empty()) {
        side.players = {side.name, std::string(second)};
        side.name = fmt::format("{} / {}", side.players[0], second);
    }
    return side;
}

NamesById read_names(const std::string& points_path, const Report& report) {
    NamesById names;
    std::string path = points_path;
    const auto at = path.rfind(kPoints);
    if (at != std::string::npos) path.replace(at, kPoints.size(), "-matches");
    if (at == std::string::npos || !std::filesystem::exists(path)) {
        report(located(points_path, 0, fmt::format("its twin {} is missing: the players have no names", path)));
        return names;
    }
    CsvReader csv(path);
    while (csv.next()) {
        const auto id = csv.get("match_id").value_or("");
        if (id.empty()) {
            report(located(path, csv.line(), "no match_id: row skipped"));
            continue;
        }
        names[std::string(id)] = {
            .sides = {competitor(csv, "player1", "partner1"), competitor(csv, "player2", "partner2")},
            .status = std::string(csv.get("status").value_or("")),
            .winner = std::string(csv.get("winner").value_or(""))};
    }
    return names;
}

bool is_set(const CsvReader& csv, std::string_view column) {
    return csv.get(column).value_or("") == "1";
}

// "1:02:03"
std::optional<std::int64_t> parse_elapsed_ms(std::string_view text) {
    std::int64_t seconds = 0;
    int parts = 0;
    while (parts < 3) {
        const auto colon = text.find(':');
        const auto part = text.substr(0, colon);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc{} || end != part.data() + part.size() || value < 0 || value > 1000) return std::nullopt;
        seconds = seconds * 60 + value;
        ++parts;
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    if (parts != 3) return std::nullopt;
    return seconds * 1000;
}

// How the point was won, as far as it fits who won and who served: what does not is a slip of the recording.
std::string_view how_won(const CsvReader& csv, const Row& row) {
    const std::array<std::string_view, 2> sides{"P1", "P2"};
    const auto flag = [&](SideIndex side, std::string_view what) {
        return is_set(csv, fmt::format("{}{}", sides.at(side), what));
    };
    const auto loser = scoring::tennis::other(row.point.winner);
    const bool server_won = !row.server || *row.server == row.point.winner;
    const bool server_lost = !row.server || *row.server == loser;
    if (flag(row.point.winner, "Ace") && server_won) return "ace";
    if (flag(loser, "DoubleFault") && server_lost) return "double_fault";
    if (flag(row.point.winner, "Winner")) return "winner";
    if (flag(loser, "UnfErr")) return "unforced_error";
    if (flag(loser, "ForcedError")) return "forced_error";
    return "";
}

bool is_placeholder(const CsvReader& csv) {
    const auto number = csv.get("PointNumber").value_or("");
    return csv.get("PointWinner").value_or("") == "0" || number == "0" || number == "0X" || number == "0Y";
}

std::array<std::string, 2> pair(const CsvReader& csv, std::string_view first, std::string_view second) {
    return {std::string(csv.get(first).value_or("")), std::string(csv.get(second).value_or(""))};
}

// The row as a point; else what is wrong with it.
std::optional<Row> parse_row(const CsvReader& csv, std::string& wrong) {
    const auto winner = csv.get("PointWinner").value_or("");
    if (winner != "1" && winner != "2") {
        wrong = fmt::format("PointWinner is '{}', not 1 or 2", winner);
        return std::nullopt;
    }
    const auto server = csv.get("PointServer").value_or("");
    const bool known = server.size() == 1 && server[0] >= '1' && server[0] <= '4';
    if (!known && !server.empty() && server != "0") {
        wrong = fmt::format("PointServer is '{}', not 1 to 4", server);
        return std::nullopt;
    }
    Row row;
    row.point.winner = winner == "1" ? 0 : 1;
    row.point.score = {.points = pair(csv, "P1Score", "P2Score"), .games = pair(csv, "P1GamesWon", "P2GamesWon")};
    row.line = csv.line();
    // In doubles 1 and 3 are the players of side 1.
    if (known) row.server = static_cast<SideIndex>((server[0] - '1') % 2);
    row.how = how_won(csv, row);
    row.elapsed_ms = parse_elapsed_ms(csv.get("ElapsedTime").value_or(""));
    return row;
}

// A match while its rows come.
class Builder {
  public:
    Builder(const std::string& id, const Names* names, const std::optional<Format>& format)
        : match_(id, "tennis"), slam_(parse_slam_match(id)), format_(format) {
        if (!format_) format_ = slam_ ? slam_format(*slam_) : Format{};
        if (names != nullptr) names_ = *names;
        for (int side = 0; side < 2; ++side) {
            auto& competitor = names_.sides.at(static_cast<std::size_t>(side));
            if (competitor.name.empty()) competitor.name = fmt::format("{} side {}", id, side + 1);
        }
    }

    // Plays the row before this one: which point it was shows only with the next.
    void add(Row row, RowReport& report) {
        if (waiting_) play(*waiting_, &row.point, report);
        waiting_ = std::move(row);
    }
    void flush(RowReport& report) {
        if (waiting_) play(*waiting_, nullptr, report);
        waiting_.reset();
    }

    // Why the match does not come to an end, if it does not.
    [[nodiscard]] std::optional<std::string> finish() {
        if (!score_ || score_->over()) return std::nullopt;
        const bool named = names_.winner == "1" || names_.winner == "2";
        const bool retired = names_.status == "Retired" || names_.status == "Retirement";
        if (!named || !retired) return fmt::format("match {} is not over after its last row", match_.id());
        const auto winner = names_.winner == "1" ? scoring::Winner::kSide1 : scoring::Winner::kSide2;
        match_.add(offset_ms_, topics::EndEvent{.reason = scoring::EndReason::kRetired, .winner = winner});
        return std::nullopt;
    }

    [[nodiscard]] bool empty() const { return !score_; }
    [[nodiscard]] RecordedMatch take() { return std::move(match_); }

  private:
    void play(const Row& row, const RecordedPoint* next, RowReport& report) {
        if (!score_) start(row);
        if (score_->over())
            return report.add(row.line, fmt::format("match {} is over already: row skipped", match_.id()));
        const RowReading read = read_row(*score_, previous_ ? &*previous_ : nullptr, row.point, next);
        previous_ = row.point.score;
        const SideIndex told = row.point.winner;
        const auto& recorded = row.point.score.points;
        if (read.reading == Reading::kNoPoint) {
            return report.add(row.line, fmt::format("the score stays {}-{}: row skipped", recorded[0], recorded[1]));
        }
        advance(row.elapsed_ms);
        switch (read.reading) {
            case Reading::kOtherSide:
                report.add(row.line, fmt::format("PointWinner is {}, but the score {}-{} is that of a point won by {}",
                                                 told + 1, recorded[0], recorded[1], 2 - told));
                return point(scoring::tennis::other(told), row.server, "");
            case Reading::kMissing:
                report.add(row.line,
                           fmt::format("by the score {}-{} points are missing before it: {} won by {} played too",
                                       recorded[0], recorded[1], read.missing_points, read.missing + 1));
                for (int n = 0; n < read.missing_points; ++n) point(read.missing, std::nullopt, "");
                return point(told, row.server, row.how);
            case Reading::kDoubtful:
                if (!std::exchange(doubted_, true)) {
                    report.add(row.line, fmt::format("match {}: the score {}-{} does not follow from the points, which "
                                                     "count where the two differ",
                                                     match_.id(), recorded[0], recorded[1]));
                }
                break;
            default:
                break;
        }
        point(told, row.server, row.how);
    }

    void point(SideIndex winner, std::optional<SideIndex> server, std::string_view how) {
        topics::TennisPoint point{.winner = winner + 1, .server = std::nullopt, .how = how};
        if (server) point.server = *server + 1;
        match_.add(offset_ms_, point);
        score_->play(winner);
    }

    void start(const Row& row) {
        score_.emplace(*format_, row.server.value_or(0));
        std::string format_json;
        scoring::JsonWriter json(format_json);
        scoring::tennis::write_format(*format_, json);
        topics::StartEvent start;
        start.fixture.sides = names_.sides;
        if (slam_) start.fixture.competition = competition_name(*slam_);
        start.format_json = format_json;
        if (row.server) start.server = *row.server + 1;
        match_.add(0, start);
        last_elapsed_ms_ = 0;
    }

    void advance(std::optional<std::int64_t> elapsed_ms) {
        std::int64_t gap = kUsualGapMs;
        if (elapsed_ms && last_elapsed_ms_) {
            const std::int64_t passed = *elapsed_ms - *last_elapsed_ms_;
            if (passed >= 0 && passed <= kLongestGapMs) gap = passed;
        }
        last_elapsed_ms_ = elapsed_ms;
        offset_ms_ += gap;
    }

    RecordedMatch match_;
    std::optional<SlamMatch> slam_;
    std::optional<Format> format_;
    Names names_;
    std::optional<Score> score_;
    std::optional<std::int64_t> last_elapsed_ms_;
    std::int64_t offset_ms_ = 0;
    std::optional<Row> waiting_;
    std::optional<RecordedScore> previous_;
    bool doubted_ = false;  // told once a match
};

}  // namespace

std::string located(const std::string& path, std::size_t line, const std::string& text) {
    return line == 0 ? fmt::format("{}: {}", path, text) : fmt::format("{}:{}: {}", path, line, text);
}

bool is_slam_points(const std::string& path) {
    const CsvReader csv(path);
    return csv.has("match_id") && csv.has("PointWinner");
}

bool is_slam_matches(const std::string& path) {
    const CsvReader csv(path);
    return csv.has("match_id") && csv.has("player1") && !csv.has("PointWinner");
}

std::vector<RecordedMatch> read_slam_points(const std::string& path, const std::optional<Format>& format,
                                            const Report& report) {
    const NamesById names = read_names(path, report);
    std::vector<Builder> builders;
    std::map<std::string, std::size_t, std::less<>> index;
    CsvReader csv(path);
    RowReport rows(path, report);
    std::size_t last_line = 0;
    while (csv.next()) {
        last_line = csv.line();
        const auto id = csv.get("match_id").value_or("");
        std::string wrong = id.empty() ? "no match_id" : "";
        if (wrong.empty() && is_placeholder(csv)) continue;
        const auto row = wrong.empty() ? parse_row(csv, wrong) : std::nullopt;
        if (row) {
            auto [found, added] = index.try_emplace(std::string(id), builders.size());
            if (added) {
                const auto name = names.find(id);
                builders.emplace_back(found->first, name == names.end() ? nullptr : &name->second, format);
            }
            builders[found->second].add(*row, rows);
        }
        if (!wrong.empty()) rows.add(csv.line(), wrong + ": row skipped");
    }
    for (Builder& builder : builders) builder.flush(rows);
    rows.flush();
    std::vector<RecordedMatch> matches;
    for (Builder& builder : builders) {
        if (auto open = builder.finish()) report(located(path, last_line, *open));
        matches.push_back(builder.take());
    }
    return matches;
}

}  // namespace matchpoint::simulator::replay
