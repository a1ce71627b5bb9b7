#include "topics/match_fold.h"

#include <algorithm>
#include <string>
#include <utility>

namespace matchpoint::topics {
namespace {

// An undo replays at most about this many entries, once a first one has laid a checkpoint.
constexpr std::size_t kCheckpointDistance = 32;

std::optional<Rejection> to_rejection(std::optional<scoring::Refusal> refusal) {
    if (!refusal) return std::nullopt;
    switch (refusal->kind) {
        case scoring::Refusal::Kind::kInvalid:
            return Rejection{RejectReason::kInvalid, std::move(refusal->detail)};
        case scoring::Refusal::Kind::kMatchOver:
            return Rejection{RejectReason::kMatchOver, std::move(refusal->detail)};
        case scoring::Refusal::Kind::kImpossible:
            break;
    }
    return Rejection{RejectReason::kImpossible, std::move(refusal->detail)};
}

}  // namespace

std::optional<MatchFold> MatchFold::load(const scoring::Sport& sport, Bytes history) {
    MatchFold fold(sport);
    fold.history_ = std::move(history);
    if (!fold.refold()) return std::nullopt;
    return fold;
}

std::optional<Rejection> MatchFold::apply(const ScoreEvent& event) {
    if (event.sport != sport_) {
        return Rejection{RejectReason::kInvalid, "sport: the match is one of " + std::string(sport_->name())};
    }
    switch (event.kind) {
        case EventKind::kStart:
            return start(event);
        case EventKind::kUndo:
            return undo();
        case EventKind::kEnd:
        case EventKind::kPlay:
            break;
    }
    return play(event);
}

std::optional<Rejection> MatchFold::start(const ScoreEvent& event) {
    if (match_) return Rejection{RejectReason::kImpossible, "the match has already started"};
    match_ = sport_->start(*event.fixture, event.move);
    fixture_ = *event.fixture;
    changed_.clear();
    append(event);
    return std::nullopt;
}

std::optional<Rejection> MatchFold::play(const ScoreEvent& event) {
    if (!match_) {
        if (sport_->needs_start()) return Rejection{RejectReason::kNoStart, "the match has not started"};
        match_ = sport_->start(fixture_, {});
    }
    auto refusal =
        event.kind == EventKind::kEnd ? match_->end(event.reason, event.winner) : match_->apply(event.move, event.at);
    if (refusal) {
        if (entries_ == 0) match_.reset();
        return to_rejection(std::move(refusal));
    }
    changed_.clear();
    match_->changed_tallies(changed_);
    append(event);
    return std::nullopt;
}

void MatchFold::append(const ScoreEvent& event) {
    append_history_entry(history_, event, last_at_);
    last_at_ = event.at;
    ++entries_;
}

std::optional<Rejection> MatchFold::undo() {
    const auto last = last_history_entry(history_);
    if (!last) {
        if (sport_->needs_start()) return Rejection{RejectReason::kNoStart, "the match has not started"};
        return Rejection{RejectReason::kImpossible, "there is nothing to take back"};
    }
    std::vector<scoring::Tally> before;
    match_->changed_tallies(before);
    history_.resize(history_.size() - last->size);
    // What was applied once applies again, so the fold of a shorter history cannot fail.
    static_cast<void>(refold());
    note_undone_tallies(std::move(before));
    return std::nullopt;
}

void MatchFold::note_undone_tallies(std::vector<scoring::Tally> before) {
    std::vector<scoring::Tally> now;
    if (match_) match_->all_tallies(now);
    changed_.clear();
    for (scoring::Tally& tally : before) {
        const auto same_player = [&](const scoring::Tally& other) { return other.player == tally.player; };
        const auto found = std::find_if(now.begin(), now.end(), same_player);
        if (found != now.end()) {
            changed_.push_back(std::move(*found));
        } else {
            changed_.push_back({std::move(tally.player), 0, last_at_});
        }
    }
}

// Makes the state from the history: from the checkpoint if the history still reaches that far, else from the start.
// Lays a checkpoint some entries before the end on the way, so that the next undo has less to do.
bool MatchFold::refold() {
    const bool from_checkpoint = checkpoint_.match && checkpoint_.bytes <= history_.size();
    if (from_checkpoint) {
        match_ = checkpoint_.match->clone();
        entries_ = checkpoint_.entries;
        last_at_ = checkpoint_.at;
    } else {
        match_.reset();
        fixture_ = {};
        entries_ = 0;
        last_at_ = Timestamp{0};
        checkpoint_ = {};
    }
    const std::size_t done = from_checkpoint ? checkpoint_.bytes : 0;
    const auto rest = read_history(BytesView(history_).substr(done), last_at_);
    if (!rest) return false;
    const std::size_t checkpoint_at = rest->size() > 2 * kCheckpointDistance ? rest->size() - kCheckpointDistance : 0;
    for (std::size_t i = 0; i < rest->size(); ++i) {
        const HistoryEntry& entry = (*rest)[i];
        if (!replay(entry)) return false;
        if (i + 1 == checkpoint_at) {
            checkpoint_ = {entries_, done + entry.end, last_at_, match_->clone()};
        }
    }
    return true;
}

bool MatchFold::replay(const HistoryEntry& entry) {
    if (entry.kind == EntryKind::kStart) {
        auto start = read_start(entry.payload);
        if (!start || match_) return false;
        fixture_ = std::move(start->fixture);
        match_ = sport_->start(fixture_, start->options);
    } else {
        if (!match_ && sport_->needs_start()) return false;
        if (!match_) match_ = sport_->start(fixture_, {});
        if (entry.kind == EntryKind::kPlay) {
            if (match_->apply(entry.payload, entry.at)) return false;
        } else {
            const auto end = read_end(entry.payload);
            if (!end || match_->end(end->reason, end->winner)) return false;
        }
    }
    last_at_ = entry.at;
    ++entries_;
    return true;
}

}  // namespace matchpoint::topics
