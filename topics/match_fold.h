// One match: its history, and the state that this history folds to. Applies start, play, end and undo, and refuses what
// does not fit without changing anything. Owned by one thread. Knows nothing of `seq`: order, gaps and duplicates
// are the caller's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "processor/scoring/sport.h"
#include "processor/streams/base/bytes.h"
#include "topics/match_history.h"
#include "topics/rejection.h"
#include "topics/score_event.h"

namespace matchpoint::topics {

class MatchFold {
  public:
    explicit MatchFold(const scoring::Sport& sport) : sport_(&sport) {}
    MatchFold(MatchFold&&) = default;
    MatchFold& operator=(MatchFold&&) = default;

    // The fold of a stored history; nullopt if the bytes are damaged or the rules refuse an entry of theirs.
    [[nodiscard]] static std::optional<MatchFold> load(const scoring::Sport& sport, Bytes history);

    // nullopt: applied, the history has changed. Otherwise nothing has. An undo takes back the last entry that stands,
    // the start too: then match() is null again.
    [[nodiscard]] std::optional<Rejection> apply(const ScoreEvent& event);

    // Null before the start.
    [[nodiscard]] const scoring::Match* match() const { return match_.get(); }
    [[nodiscard]] const scoring::Fixture& fixture() const { return fixture_; }
    [[nodiscard]] const scoring::Sport& sport() const { return *sport_; }
    [[nodiscard]] const Bytes& history() const { return history_; }
    [[nodiscard]] std::size_t entries() const { return entries_; }
    // Of the last entry that stands.
    [[nodiscard]] Timestamp last_at() const { return last_at_; }

    // Tallies that the last successful apply may have changed, each player once; a score of zero is one that an undo
    // took away.
    [[nodiscard]] const std::vector<scoring::Tally>& changed_tallies() const { return changed_; }

  private:
    struct Checkpoint {
        std::size_t entries = 0;
        std::size_t bytes = 0;
        Timestamp at;
        std::unique_ptr<scoring::Match> match;
    };

    [[nodiscard]] std::optional<Rejection> start(const ScoreEvent& event);
    [[nodiscard]] std::optional<Rejection> play(const ScoreEvent& event);
    [[nodiscard]] std::optional<Rejection> undo();
    [[nodiscard]] bool refold();
    [[nodiscard]] bool replay(const HistoryEntry& entry);
    void append(const ScoreEvent& event);
    void note_undone_tallies(std::vector<scoring::Tally> before);

    const scoring::Sport* sport_;
    Bytes history_;
    std::size_t entries_ = 0;
    Timestamp last_at_{0};
    scoring::Fixture fixture_;
    std::unique_ptr<scoring::Match> match_;
    Checkpoint checkpoint_;  // a state some entries back, so that repeated undo need not begin at the start
    std::vector<scoring::Tally> changed_;
};

}  // namespace matchpoint::topics
