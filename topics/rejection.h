// Why a record went to `scores-rejected`, and the headers that say so. The record's key and value are what was
// received, byte for byte; only the headers are ours. Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processor/streams/base/types.h"

namespace matchpoint::topics {

// kMalformed: not JSON. kInvalid: JSON, but a wrong type, range or name. kNoStart: an event before its match's start.
// kMatchOver: an event after the end. kImpossible: not under the rules as the match stands. kSequenceGap: the events
// before it never came.
enum class RejectReason : std::uint8_t { kMalformed, kInvalid, kNoStart, kMatchOver, kImpossible, kSequenceGap };

// "malformed", "no-start", …, and back; nullopt for any other text.
[[nodiscard]] std::string_view to_text(RejectReason reason);
[[nodiscard]] std::optional<RejectReason> parse_reject_reason(std::string_view text);

// A refusal on its own: `detail` is a sentence for a person that names the field or the rule.
struct Rejection {
    RejectReason reason = RejectReason::kInvalid;
    std::string detail;
};

// Where the refused record was read.
struct RejectionSource {
    std::string topic;
    streams::Partition partition;
    streams::Offset offset;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// reason, detail, source-topic, source-partition, source-offset, and then the same under the names of Kafka Streams'
// dead letters, __streams.errors.*, in this order.
[[nodiscard]] HeaderList rejection_headers(const Rejection& rejection, const RejectionSource& source);

struct RejectionHeaders {
    Rejection rejection;
    RejectionSource source;
};
// Reads them back, in any order and among others; nullopt if one is missing or unreadable.
[[nodiscard]] std::optional<RejectionHeaders> parse_rejection_headers(const HeaderList& headers);

}  // namespace matchpoint::topics
