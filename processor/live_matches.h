// The matches of one task: folded state in memory above the rows in the stores. A match that is touched is loaded once
// and stays until others push it out; every change goes to the stores at once, so that nothing is lost with the memory.
// Owned by the match processor; task's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "processor/match_row.h"
#include "processor/streams/base/error.h"
#include "processor/streams/topology/record.h"
#include "processor/streams/topology/store_spec.h"
#include "processor/streams/topology/task_store.h"
#include "topics/match_fold.h"
#include "topics/match_state.h"

namespace matchpoint {

struct LiveMatch {
    explicit LiveMatch(const scoring::Sport& sport) : fold(sport) {}

    topics::MatchFold fold;
    std::optional<topics::MatchStateWriter> writer;
    std::uint64_t seq = 0;
    Timestamp at;
    std::uint32_t chunks = 0;                      // of the history, in the store `history`
    Timestamp over_since = streams::kNoTimestamp;  // stream time
    bool touched = true;
};

// What is stored of a match does not make sense. Only that match is affected.
class DamagedMatch : public streams::StreamsError {
  public:
    explicit DamagedMatch(std::string_view id)
        : StreamsError(fmt::format("the stored state of match {} is damaged", id)) {}
};

class LiveMatches {
  public:
    struct Stores {
        streams::TaskStore& matches;
        streams::TaskStore& history;
    };
    LiveMatches(Stores stores, std::string_view application_id, std::size_t capacity);

    // nullptr if nothing is known of the match; throws DamagedMatch. The pointer holds until the next call of get() or
    // insert().
    [[nodiscard]] LiveMatch* get(std::string_view id);
    LiveMatch& insert(std::string_view id, std::unique_ptr<LiveMatch> match);
    // Writes the match as it now stands to the stores, and so its state to match-state.
    void save(std::string_view id, LiveMatch& match);
    // Writes a tombstone and clears all that is stored of it.
    void forget(std::string_view id, Timestamp at);

  private:
    [[nodiscard]] std::unique_ptr<LiveMatch> load(std::string_view id);
    [[nodiscard]] std::unique_ptr<LiveMatch> load_without_start(std::string_view id);
    void save_history(std::string_view id, LiveMatch& match);
    void make_room();

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    Stores stores_;
    std::size_t capacity_;
    boost::unordered_flat_map<std::string, std::unique_ptr<LiveMatch>, Hash, std::equal_to<>> live_;
    Bytes row_;
    std::string json_;
    streams::Headers headers_;
};

// How the store `matches` is restored from match-state: from the rows in its headers. The header's name holds the
// application id: rows of another application would not fit this one's history, so they are left alone.
[[nodiscard]] streams::RestoreFunction match_row_restorer(std::string_view application_id);

}  // namespace matchpoint
