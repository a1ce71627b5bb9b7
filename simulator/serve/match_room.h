// The matches that were asked for: those that are played, each at its speed, those that wait for a place, and how far
// the requests have been dealt with. Knows no Kafka and no clock. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "processor/streams/base/types.h"
#include "simulator/event_source.h"
#include "simulator/replay/recorded_match.h"
#include "topics/simulation_request.h"

namespace matchpoint::simulator::serve {

// Where a request was read.
struct Origin {
    streams::Partition partition;
    streams::Offset offset;
    friend auto operator<=>(const Origin&, const Origin&) = default;
};

class MatchRoom {
  public:
    explicit MatchRoom(std::size_t max_matches) : max_matches_(max_matches) {}

    // Puts a match in the queue. `played`: events of it that are published already; it goes on after them. A match that
    // is here, or was of late, is not played twice.
    void add(const Origin& origin, const std::string& match, const topics::SimulationRequest& request,
             std::uint64_t played);
    // A request that asks for nothing that can be played.
    void refuse(const Origin& origin);

    // The next event that is due; null if none is. Good until the next call. `now_us` never falls; `wall` is the same
    // moment on the clock that events are stamped with.
    [[nodiscard]] const Event* next(std::int64_t now_us, Timestamp wall);
    // When next() will have something; nullopt while nothing is played or waits.
    [[nodiscard]] std::optional<std::int64_t> next_due_us() const;

    // Whether so many wait that no more should be read.
    [[nodiscard]] bool full() const { return waiting_.size() >= kMaxWaiting; }
    [[nodiscard]] std::size_t playing() const { return playing_.size(); }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::uint64_t finished() const { return finished_; }

    // The first request that is not done with, of each partition of which any is: from there on a restart must read
    // again.
    [[nodiscard]] std::vector<Origin> committable() const;
    // Forgets the matches of a partition, which are another's to play now.
    void drop(streams::Partition partition);

    static constexpr std::size_t kMaxWaiting = 1000;
    static constexpr std::size_t kMaxRemembered = 10'000;  // matches that are over

  private:
    struct Waiting {
        Origin origin;
        std::string match;
        topics::SimulationRequest request;
        std::uint64_t played = 0;
    };
    struct Playing {
        Origin origin;
        replay::RecordedMatch match;
        double speed = 1;
        std::size_t position = 0;
        std::int64_t began_us = 0;  // when its first event was due, or would have been
        std::int64_t due_us = 0;
    };
    struct Requests {
        std::set<streams::Offset> open;
        streams::Offset next;  // after the last one read
    };

    void open(const Origin& origin);
    void close(const Origin& origin);
    void begin_waiting(std::int64_t now_us);
    void remember(const std::string& match);

    std::size_t max_matches_;
    std::deque<Waiting> waiting_;
    std::vector<Playing> playing_;                // a heap, the earliest due first
    std::set<std::string, std::less<>> matches_;  // all of those, and the remembered
    std::deque<std::string> remembered_;
    std::map<streams::Partition, Requests> requests_;
    std::uint64_t finished_ = 0;
    std::string id_;
    std::string json_;
    Event event_;
};

}  // namespace matchpoint::simulator::serve
