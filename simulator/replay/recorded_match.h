// A match from a recording, of any sport: its events with the time between them, ready to be given match, seq and time.
// A value; compact, so that a whole tournament fits in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topics/score_event_writer.h"

namespace matchpoint::simulator::replay {

class RecordedMatch {
  public:
    explicit RecordedMatch(std::string id, std::string_view sport) : id_(std::move(id)), sport_(sport) {}

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] std::size_t size() const { return ends_.size(); }
    // From the match's first event; never falls.
    [[nodiscard]] std::int64_t offset_ms(std::size_t index) const { return offsets_ms_[index]; }

    // Appends an event: one of topics/score_event_writer.h.
    template <typename Event>
    void add(std::int64_t offset_ms, const Event& event) {
        write_event(topics::Envelope{.match = "", .seq = 1, .at = streams::Timestamp{0}, .sport = sport_}, event,
                    json_);
        append_tail(offset_ms);
    }

    // The event's JSON, as the contract has it.
    void write(std::size_t index, std::string_view match, streams::Timestamp at, std::string& out) const;

  private:
    void append_tail(std::int64_t offset_ms);

    std::string id_;
    std::string sport_;
    std::string json_;   // the last event, whole
    std::string tails_;  // of each event all that follows `at`
    std::vector<std::size_t> ends_;
    std::vector<std::int64_t> offsets_ms_;
};

}  // namespace matchpoint::simulator::replay
