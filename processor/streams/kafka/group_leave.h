// Makes a static member (group.instance.id) leave its group at once. librdkafka never does: the group would hold the
// member's partitions for session.timeout.ms. Blocking; call it after the member's Consumer is closed. Any thread.
#pragma once

#include <chrono>
#include <string>

#include "processor/streams/kafka/config.h"

namespace matchpoint::streams::kafka {

enum class LeaveOutcome {
    kLeft,         // the member is out (or was already)
    kNotPossible,  // not a static member, or not security.protocol=plaintext: the broker drops it after the session
                   // timeout
    kFailed,       // no answer in time, or a refusal: the same
};

struct LeaveResult {
    LeaveOutcome outcome = LeaveOutcome::kFailed;
    std::string detail;  // a sentence for the log, when not kLeft
};

// `config` is the consumer's: bootstrap.servers, group.id, group.instance.id. `member_id` may be empty.
[[nodiscard]] LeaveResult leave_group(const KafkaConfig& config, const std::string& member_id,
                                      std::chrono::milliseconds timeout = std::chrono::seconds(2));

}  // namespace matchpoint::streams::kafka
