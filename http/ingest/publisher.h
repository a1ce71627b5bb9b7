// Where the publishing routes hand over what they have accepted: an interface, so that they are tested without Kafka.
// Any thread may publish.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "processor/streams/base/types.h"

namespace matchpoint::http {

struct OutgoingEvent {
    std::string key;
    std::string value;
    streams::Timestamp at;
};

struct PublishResult {
    enum class Status : std::uint8_t {
        kStored,       // Kafka has acknowledged all of them
        kUnavailable,  // not all of them in time; those that follow may still be stored
        kBusy,         // too much waits already; nothing was taken
        kTooLarge,     // Kafka takes no record of this size
        kRefused,      // Kafka will not take one of them, however often it is sent
    };
    Status status = Status::kStored;
    std::size_t index = 0;  // of the first event that was not stored
    std::string detail;     // a sentence for a person
};

class Publisher {
  public:
    using Done = std::function<void(PublishResult)>;
    virtual ~Publisher() = default;
    // Calls `done` once, from any thread, perhaps before this returns, and within a bounded time.
    virtual void publish(std::string_view topic, std::vector<OutgoingEvent> events, Done done) = 0;
};

}  // namespace matchpoint::http
