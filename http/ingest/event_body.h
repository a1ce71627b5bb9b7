// The body of POST /api/scores, one event or an array of them, as records of `scores`. The bytes of each event stay as
// the client wrote them. Pure but for the decoder, which belongs to one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/publisher.h"
#include "topics/score_event.h"

namespace matchpoint::http {

// What is wrong with one of the events. An empty field: with the event as a whole.
struct EventError {
    std::size_t index = 0;
    std::string field;
    std::string message;
};

struct EventBody {
    std::vector<OutgoingEvent> events;  // those that are right
    std::vector<EventError> errors;     // the first hundred
    std::size_t count = 0;              // events in the body, right or wrong
    bool is_json = false;               // if not, there is nothing else
};

// Reads at most `most` events; with more, `count` is `most` + 1 and the rest is not looked at.
[[nodiscard]] EventBody read_event_body(std::string_view body, std::size_t most, topics::ScoreEventDecoder& decoder);

// The field that a refusal's sentence names; empty if it names none.
[[nodiscard]] std::string field_of(std::string_view detail);
// The elements of an array, or the one value itself. `json` must be JSON. Stops after `most` + 1.
[[nodiscard]] std::vector<std::string_view> split_elements(std::string_view json, std::size_t most);

}  // namespace matchpoint::http
