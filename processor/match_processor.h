// Raw events in, standings out: puts the events of each match in order, folds them, and writes its state. What it
// promises is in topics/README.md. Task's thread only.
//
//     event --> decode --> seq? -- applied before ------------------> dropped
//                 |          |---- next --> rules --> match-state, player scores
//                 |          |               | refused
//                 |          +---- later --> held, until the ones before come or 30 s have passed
//                 v                          v
//              rejected <--------------------+
#pragma once

#include <map>
#include <string>

#include "processor/live_matches.h"
#include "processor/streams/topology/processor.h"
#include "topics/rejection.h"
#include "topics/score_event.h"

namespace matchpoint {

struct MatchRules {
    std::int64_t retention_ms = 7LL * 24 * 3600 * 1000;  // a match is forgotten so long after its end
    std::int64_t gap_timeout_ms = 30'000;                // stream time that events wait for the ones before them
    // …and wall-clock time they wait at least: a replay may rush hours of stream time past two neighbours that were
    // swapped on the way.
    std::int64_t gap_min_wait_ms = 2'000;
    std::uint32_t max_held_per_match = 1'000;
    std::size_t matches_in_memory = 50'000;  // a task
};

// Names of the stores and child nodes it is connected to.
inline constexpr const char* kMatchesStore = "matches";
inline constexpr const char* kHistoryStore = "history";
inline constexpr const char* kHeldStore = "held";
inline constexpr const char* kTimersStore = "timers";
inline constexpr const char* kPlayerScoresSink = "player-scores-sink";
inline constexpr const char* kRejectedSink = "rejected-sink";

class MatchProcessor final : public streams::Processor<BytesView, BytesView> {
  public:
    explicit MatchProcessor(MatchRules rules) : rules_(rules) {}

    void init(streams::ProcessorContext<BytesView, BytesView>& context) override;
    void process(const streams::Record<BytesView, BytesView>& record) override;

  private:
    // A record that may be refused, and where it came from.
    struct Received {
        std::optional<BytesView> key;
        std::optional<BytesView> value;
        streams::Partition partition;
        streams::Offset offset;
        Timestamp timestamp;
    };

    void handle(const topics::ScoreEvent& event, const Received& received);
    [[nodiscard]] LiveMatch* apply(LiveMatch* live, const topics::ScoreEvent& event, const Received& received);
    void note_end(std::string_view id, LiveMatch& match);
    void forward_tallies(const LiveMatch& match, std::string_view id);
    void hold(const topics::ScoreEvent& event, const Received& received);
    void release_held(const std::string& id);
    void drop_held(const std::string& id, BytesView key);
    void reject(const Received& received, const topics::Rejection& rejection);

    void set_timer(const Timer& timer);
    void fire_timers(Timestamp stream_time);
    // Whether the timer is done with.
    [[nodiscard]] bool fire(const Timer& timer);
    [[nodiscard]] bool expire_held(const Timer& timer);

    MatchRules rules_;
    streams::ProcessorContext<BytesView, BytesView>* context_ = nullptr;
    streams::TaskStore* held_ = nullptr;
    streams::TaskStore* timers_ = nullptr;
    std::optional<LiveMatches> matches_;
    topics::ScoreEventDecoder decoder_;
    std::string source_topic_;
    std::map<std::string, std::uint32_t, std::less<>> held_counts_;  // matches that wait for an event
    Timestamp next_timer_;                                           // nothing is due before
    Timestamp next_scan_;                                            // wall clock: do not look again before
    Bytes key_;
    Bytes value_;
    std::string player_key_;
};

}  // namespace matchpoint
