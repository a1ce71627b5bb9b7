// A recorded match while it is read: each event is played by the rules that the processor plays it by before it is
// taken, so that what a recording contradicts itself in is found here, with its place in the file, and left out. One
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "simulator/replay/recorded_match.h"
#include "simulator/replay/report.h"
#include "topics/match_fold.h"
#include "topics/score_event.h"

namespace matchpoint::simulator::replay {

class CheckedMatch {
  public:
    CheckedMatch(std::string id, const scoring::Sport& sport) : match_(std::move(id), sport.name()), fold_(sport) {}

    // False, and the rules' reason in why(), if the event was left out.
    template <typename Event>
    [[nodiscard]] bool add(std::int64_t offset_ms, const Event& event) {
        write_event(topics::Envelope{.match = match_.id(),
                                     .seq = match_.size() + 1,
                                     .at = streams::Timestamp{0},
                                     .sport = fold_.sport().name()},
                    event, json_);
        if (!accept()) return false;
        match_.add(offset_ms, event);
        return true;
    }
    [[nodiscard]] const std::string& why() const { return why_; }

    // Null before a start was taken.
    [[nodiscard]] const scoring::Match* state() const { return fold_.match(); }
    [[nodiscard]] RecordedMatch take() { return std::move(match_); }

  private:
    [[nodiscard]] bool accept() {
        const auto decoded = decoder_.decode(json_);
        if (!decoded) {
            why_ = decoded.error().detail;
            return false;
        }
        const auto rejection = fold_.apply(*decoded);
        if (rejection) why_ = rejection->detail;
        return !rejection;
    }

    RecordedMatch match_;
    topics::MatchFold fold_;
    topics::ScoreEventDecoder decoder_;
    std::string json_;
    std::string why_;
};

}  // namespace matchpoint::simulator::replay
