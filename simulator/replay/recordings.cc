#include "simulator/replay/recordings.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "simulator/replay/cricsheet.h"
#include "simulator/replay/json_file.h"
#include "simulator/replay/json_lines.h"
#include "simulator/replay/openfootball.h"
#include "simulator/replay/slam_csv.h"
#include "topics/command_line.h"

namespace matchpoint::simulator::replay {
namespace {

// Sources that each are in order; the one with the earliest event comes first, of equal ones the first named.
class Merged final : public EventSource {
  public:
    explicit Merged(std::vector<std::unique_ptr<EventSource>> sources) : sources_(std::move(sources)) {
        for (auto& source : sources_) heads_.push_back(source->next());
    }

    [[nodiscard]] const Event* next() override {
        if (taken_) heads_[*taken_] = sources_[*taken_]->next();
        taken_.reset();
        for (std::size_t index = 0; index < heads_.size(); ++index) {
            if (heads_[index] == nullptr) continue;
            if (!taken_ || heads_[index]->due_us < heads_[*taken_]->due_us) taken_ = index;
        }
        return taken_ ? heads_[*taken_] : nullptr;
    }
    [[nodiscard]] std::uint64_t matches_live() const override { return sum(&EventSource::matches_live); }
    [[nodiscard]] std::uint64_t matches_finished() const override { return sum(&EventSource::matches_finished); }
    // Known if all of them are known; the last to end tells.
    [[nodiscard]] std::optional<std::int64_t> ends_us() const override {
        std::optional<std::int64_t> last = 0;
        for (const auto& source : sources_) {
            const auto ends = source->ends_us();
            last = ends && last ? std::optional(std::max(*ends, *last)) : std::nullopt;
        }
        return last;
    }
    [[nodiscard]] std::optional<double> share_done() const override {
        std::optional<double> least = 1.0;
        for (const auto& source : sources_) {
            const auto share = source->share_done();
            least = share && least ? std::optional(std::min(*share, *least)) : std::nullopt;
        }
        return least;
    }

  private:
    [[nodiscard]] std::uint64_t sum(std::uint64_t (EventSource::*figure)() const) const {
        std::uint64_t total = 0;
        for (const auto& source : sources_) total += (source.get()->*figure)();
        return total;
    }

    std::vector<std::unique_ptr<EventSource>> sources_;
    std::vector<const Event*> heads_;  // each source's next event, good until that source is asked again
    std::optional<std::size_t> taken_;
};

}  // namespace

std::unique_ptr<EventSource> open_recordings(const Request& request, const Report& report) {
    std::vector<std::unique_ptr<EventSource>> sources;
    std::vector<RecordedMatch> matches;
    for (const std::string& path : request.files) {
        if (!std::ifstream(path)) throw topics::UsageError(fmt::format("{}: the file cannot be read", path));
        const JsonKind kind = json_kind(path);
        if (kind == JsonKind::kLines) {
            sources.push_back(std::make_unique<JsonLinesSource>(path, request.timing.speed, report));
        } else if (kind == JsonKind::kCricsheet) {
            if (auto match = read_cricsheet(path, report)) matches.push_back(std::move(*match));
        } else if (kind == JsonKind::kOpenfootball) {
            for (auto& match : read_openfootball(path, report)) matches.push_back(std::move(match));
        } else if (is_slam_points(path)) {
            for (auto& match : read_slam_points(path, request.format, report)) matches.push_back(std::move(match));
        } else if (!is_slam_matches(path)) {
            throw topics::UsageError(
                fmt::format("{}: neither a CSV with match_id and PointWinner, nor JSON of Cricsheet (info, innings) or "
                            "openfootball "
                            "(matches), nor a JSON event a line",
                            path));
        }
    }
    if (!matches.empty()) {
        sources.push_back(std::make_unique<ReplaySource>(std::move(matches), request.timing, request.prefix));
    }
    return std::make_unique<Merged>(std::move(sources));
}

}  // namespace matchpoint::simulator::replay
